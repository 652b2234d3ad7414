"""`pramaan templates gallery`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from credential.certificate import Stage
from credential.rendering import Layout, Registry, Template, load
from credential.rendering.registry import DEFAULT_ISSUER
from credential.sample import kind_of, languages_of
from gateway.commands.progress import progress
from gateway.commands.templates.contact_sheet import contact_sheet, small
from gateway.commands.templates.drawing import draw, write
from gateway.commands.templates.options import Issuer, Issuers
from gateway.commands.terminal import say

SHEET = "contact-sheet.png"


@dataclass(frozen=True, slots=True)
class Item:
    """A page of the gallery."""

    template: Template
    language: str
    layout: Layout

    @property
    def name(self) -> str:
        """The name of its files, without suffix."""
        return f"{self.language.lower()}-{self.layout}"


def gallery(
    *,
    folder: Annotated[Path, typer.Option("--out", help="Folder to write to; it is made if need be.", file_okay=False)],
    issuer: Issuer = DEFAULT_ISSUER,
    issuers: Issuers = None,
) -> None:
    """Draw every language and layout as PDF and PNG, and a contact sheet of all.

    Files are LANGUAGE-LAYOUT.pdf and .png, a card's second face -2.png; the
    international layout is English in every language, so it is there once.

      pramaan templates gallery --out docs/gallery
    """
    items = list(_items(load(issuers), issuer))
    pictures: dict[str, bytes] = {}
    with progress() as bar:
        task = bar.add_task("", total=len(items))
        for item in items:
            bar.update(task, description=item.name)
            files = _drawn(item)
            write({folder / name: data for name, data in files.items()})
            pictures |= {name: data for name, data in files.items() if name.endswith(".png")}
            bar.advance(task)
    sheet = contact_sheet(pictures)
    write({folder / SHEET: sheet})
    say(f"{len(items)} pages as PDF and PNG, and {folder / SHEET} ({len(sheet):,} bytes)")


def _items(registry: Registry, issuer: str) -> Iterator[Item]:
    """Yield the pages. Raises ConfigurationError where the issuer has no template for one."""
    for layout in Layout:
        for language in languages_of(layout):
            template = registry.find(issuer, kind=kind_of(layout), stage=Stage.FINAL, language=language, layout=layout)
            yield Item(template, language, layout)


def _drawn(item: Item) -> dict[str, bytes]:
    """Return the files of a page by name: one PDF, and a small PNG for each face."""
    return {
        file.name: small(data) if suffix == ".png" else data
        for suffix in (".pdf", ".png")
        for file, data in draw(
            item.template, Path(item.name + suffix), language=item.language, layout=item.layout
        ).items()
    }
