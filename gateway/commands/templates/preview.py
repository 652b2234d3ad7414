"""`pramaan templates preview`."""

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from credential.certificate import Stage
from credential.errors import BadUserInput
from credential.rendering import LANGUAGES, Layout, digest, load
from credential.rendering.registry import DEFAULT_ISSUER
from credential.sample import kind_of
from gateway.commands.templates.drawing import check_suffix, draw, files_of, write
from gateway.commands.templates.options import SHORT, Issuer, Issuers
from gateway.commands.templates.watching import again_on_change
from gateway.commands.terminal import say


def preview(
    *,
    language: Annotated[str, typer.Option(help="Code of the language, such as ta; EN for English alone.")] = "EN",
    layout: Annotated[Layout, typer.Option(help="Layout of the page.")] = Layout.DOMESTIC,
    stage: Annotated[Stage, typer.Option(help="Stage of the sample.", case_sensitive=False)] = Stage.FINAL,
    issuer: Issuer = DEFAULT_ISSUER,
    issuers: Issuers = None,
    version: Annotated[int | None, typer.Option(help="Version of the template; default the newest.")] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="File to write: .pdf, .png or .svg; default LANGUAGE-LAYOUT.pdf.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Render again whenever a file of it changes.")] = False,
) -> None:
    """Write a sample page, and with --watch again at every change.

    The sample's name is in the language's own script; its code holds no
    certificate. --watch follows designs, translations and issuer files, here
    and in --issuers; keep the file open in a viewer that reloads.

      pramaan templates preview --language ta --watch
      pramaan templates preview --language ur --layout card --out card.png
      pramaan templates preview --issuers issuers --issuer state --stage precaution
    """
    code = _known(language)
    file = out_file or Path(f"{code.lower()}-{layout}.pdf")
    check_suffix(file)
    if watch:
        given = {"language": code, "layout": layout, "stage": stage, "issuer": issuer, "out": file}
        optional = {"issuers": issuers, "version": version}
        options = {**given, **{name: value for name, value in optional.items() if value is not None}}
        arguments = [f"--{name}={value}" for name, value in options.items()]
        again_on_change(["templates", "preview", *arguments], folder=issuers, written=files_of(file, layout))
        return
    template = load(issuers).find(
        issuer, kind=kind_of(layout), stage=stage, language=code, layout=layout, version=version
    )
    begun = perf_counter()
    files = draw(template, file, language=code, layout=layout, stage=stage)
    spent = perf_counter() - begun
    write(files)
    for path, data in files.items():
        say(f"{path}  {len(data):,} bytes")
    say(f"rendered in {1000 * spent:.0f} ms, digest {digest(template, code)[:SHORT]}", style="dim")


def _known(language: str) -> str:
    code = language.upper()
    if code not in LANGUAGES:
        known = ", ".join(f"{code.lower()} ({name})" for code, name in LANGUAGES.items())
        raise BadUserInput(f"--language must be one of {known}.", ("language",))
    return code
