"""Printed certificates into pages, through typst: bundled templates and fonts only, the same bytes everywhere.

Values reach the template as JSON, never as template source, so nothing in a record can be evaluated.
"""

import threading
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Literal, cast

import msgspec
import typst

from credential.certificate import Stage
from credential.record import Kind
from credential.rendering.model import PrintedCertificate
from credential.rendering.translation import ENGLISH, Translation, translation

FONTS = (
    "Noto Sans",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Kannada",
    "Noto Sans Malayalam",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans Oriya",
    "Noto Sans Ol Chiki",
    "Noto Sans MeeteiMayek",
    "Noto Naskh Arabic",
    "Noto Nastaliq Urdu",
)
_RESOLUTION = 150.0
_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"


class Layout(StrEnum):
    """The pages there are; each is one template."""

    DOMESTIC = "domestic"
    INTERNATIONAL = "international"


_TITLES = {Stage.PROVISIONAL: "provisional", Stage.FINAL: "final", Stage.PRECAUTION: "precaution"}
_BY_KIND = {Kind.DOMESTIC: Layout.DOMESTIC, Kind.INTERNATIONAL: Layout.INTERNATIONAL}


class _PerThread(threading.local):
    """A compiler per thread: it keeps fonts and parsed templates, and must not be entered twice at once."""

    def __init__(self) -> None:
        """Load the bundled fonts and templates, and nothing else."""
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
        self.compiler = typst.Compiler(root=str(_TEMPLATES), font_paths=fonts, ignore_system_fonts=True)
        self.templates = {path.name: path.read_bytes() for path in _TEMPLATES.glob("*.typ")}


_THREAD = _PerThread()


def render_pdf(certificate: PrintedCertificate, *, language: str, layout: Layout | None = None) -> bytes:
    """Return one A4 page as PDF; equal input gives equal bytes.

    `layout` defaults to the one of the certificate's kind; the international one is in English whatever the language.
    Raises BadUserInput for an unknown language.
    """
    return _compile(certificate, language, layout, "pdf")


def render_png(certificate: PrintedCertificate, *, language: str, layout: Layout | None = None) -> bytes:
    """Return the same page as PNG at 150 dots per inch."""
    return _compile(certificate, language, layout, "png")


def _compile(
    certificate: PrintedCertificate, language: str, layout: Layout | None, output: Literal["pdf", "png"]
) -> bytes:
    chosen = layout or _BY_KIND[certificate.kind]
    words = ENGLISH if chosen is Layout.INTERNATIONAL else translation(language)
    # Files in memory, not `sys_inputs`: those belong to typst's standard library, so changing them would throw away all
    # that it remembers of earlier pages, which is three quarters of the work.
    sources = {
        "main": _THREAD.templates[f"{chosen}.typ"],
        "page.typ": _THREAD.templates["page.typ"],
        "certificate.json": _input(certificate, chosen, words),
        "qr.json": msgspec.json.encode(list(certificate.qr)),  # typst takes text files only: bytes as numbers
    }
    page = _THREAD.compiler.compile(
        input=sources,  # type: ignore[type-var]  # a mapping is taken; the stub is behind
        format=output,
        ppi=_RESOLUTION,
        timestamp=int(certificate.issued_at.timestamp()),
    )
    return cast("bytes", page)


def _input(certificate: PrintedCertificate, layout: Layout, words: Translation) -> bytes:
    title = "international" if layout is Layout.INTERNATIONAL else _TITLES[certificate.stage]
    text = {field.name: getattr(certificate, field.name) for field in fields(certificate) if field.name != "qr"}
    data = {
        "certificate": {**text, "title": title},
        "english": ENGLISH,
        "local": None if words is ENGLISH else words,
        "fonts": [*words.fonts, *FONTS],
    }
    return msgspec.json.encode(data)
