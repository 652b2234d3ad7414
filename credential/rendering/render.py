"""Printed certificates into pages, through typst: bundled designs and fonts only, the same bytes everywhere.

Values reach the design as JSON, never as its source, so nothing in a record can be evaluated.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import msgspec
import typst

from credential.certificate import Stage
from credential.rendering.model import PrintedCertificate
from credential.rendering.registry import Layout, Template
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
ATTACHMENT = "certificate.json"
_RESOLUTION = 150.0
_HERE = Path(__file__).parent
_PAGE = re.compile(rb"/Type\s*/Page\b")
_TITLES = {Stage.PROVISIONAL: "provisional", Stage.FINAL: "final", Stage.PRECAUTION: "precaution"}
_FACES = {Layout.CARD: 2}

Output = Literal["pdf", "png", "svg"]


class _PerThread(threading.local):
    """A compiler per thread: it keeps fonts and parsed designs, and must not be entered twice at once."""

    def __init__(self) -> None:
        """Load the bundled fonts and designs, and nothing else."""
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
        self.compiler = typst.Compiler(root=str(_HERE / "templates"), font_paths=fonts, ignore_system_fonts=True)
        self.designs = {path.parent.name: _sources(path.parent) for path in _HERE.glob("templates/*/*.typ")}


def _sources(design: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in design.glob("*.typ")}


_THREAD = _PerThread()


def render_pdf(certificate: PrintedCertificate, *, language: str) -> bytes:
    """Return the pages of a layout as one PDF; equal input gives equal bytes.

    It is PDF/A-3a and PDF/UA-1 with the signed credential as attachment `certificate.json`. A value with a character
    that no bundled font has breaks the rules of PDF/A: such a page is a plain tagged PDF with that attachment.
    Raises BadUserInput for an unknown language.
    """
    (pdf,) = _fitting(certificate, language, "pdf")
    return pdf


def render_png(certificate: PrintedCertificate, *, language: str, face: int = 0) -> bytes:
    """Return a face of the same as PNG at 150 dots per inch; only a card has a second one."""
    return _fitting(certificate, language, "png")[face]


def render_svg(certificate: PrintedCertificate, *, language: str, face: int = 0) -> bytes:
    """Return a face of the same as SVG, text as outlines."""
    return _fitting(certificate, language, "svg")[face]


def _fitting(certificate: PrintedCertificate, language: str, output: Output) -> list[bytes]:
    """Return what typst makes; only where values run over the layout's pages is measured how small they must be."""
    files = _compile(certificate, language, output, shrink=False)
    if _pages(files) > _FACES.get(certificate.layout, 1):
        files = _compile(certificate, language, output, shrink=True)
    return files


def _pages(files: list[bytes]) -> int:
    return len(files) if len(files) > 1 else len(_PAGE.findall(files[0]))  # a picture has no such words, so 0


def _compile(certificate: PrintedCertificate, language: str, output: Output, *, shrink: bool) -> list[bytes]:
    words = ENGLISH if certificate.layout is Layout.INTERNATIONAL else translation(language)
    # Files in memory, not `sys_inputs`: those belong to typst's standard library, so changing them would throw away all
    # that it remembers of earlier pages, which is three quarters of the work.
    design = _THREAD.designs[certificate.template.design]
    sources = {
        **design,
        "main": design[f"{certificate.layout}.typ"],
        "page.json": _input(certificate, words, shrink=shrink),
        ATTACHMENT: certificate.credential.encode(),
        **_pictures(certificate),
    }
    seconds = int(certificate.issued_at.timestamp())
    if output == "pdf":
        return [_pdf(sources, seconds)]
    made = _THREAD.compiler.compile(input=sources, format=output, ppi=_RESOLUTION, timestamp=seconds)  # type: ignore[type-var] # a mapping is taken; the stub is behind
    return made if isinstance(made, list) else [made or b""]


def _pdf(sources: Mapping[str, bytes], seconds: int) -> bytes:
    compile_ = _THREAD.compiler.compile
    try:
        made = compile_(input=sources, format="pdf", timestamp=seconds, pdf_standards=["a-3a", "ua-1"])  # type: ignore[type-var] # as above
    except typst.TypstError:
        made = compile_(input=sources, format="pdf", timestamp=seconds)  # type: ignore[type-var] # as above
    assert isinstance(made, bytes)  # noqa: S101 - one file, whatever the number of pages
    return made


def _pictures(certificate: PrintedCertificate) -> dict[str, bytes]:
    """Return the pictures as files; typst takes text files only, so a PNG goes as numbers."""
    template = certificate.template
    files = {"qr.json": _numbers(certificate.qr)}
    if template.logo:
        files["logo.svg"] = template.pictures[template.logo]
    if template.signature:
        picture = template.pictures[template.signature]
        files["signature.json"] = _numbers(picture)
    return files


def _numbers(picture: bytes) -> bytes:
    return msgspec.json.encode(list(picture))


def _input(certificate: PrintedCertificate, words: Translation, *, shrink: bool) -> bytes:
    text = asdict(certificate)
    for other in ("qr", "credential", "template"):
        del text[other]
    fixed = {Layout.DOMESTIC: _TITLES[certificate.stage]}
    return msgspec.json.encode(
        {
            "certificate": text,
            "title": fixed.get(certificate.layout, certificate.layout.value),
            "english": ENGLISH,
            "local": None if words is ENGLISH else words,
            "fonts": FONTS,
            "look": _look(certificate.template, certificate.stage, words),
            "shrink": shrink,
        }
    )


def _look(template: Template, stage: Stage, words: Translation) -> dict[str, object]:
    colours = template.colours
    return {
        "primary": colours.primary,
        "accent": getattr(colours, stage.lower()),
        "stripe": colours.stripe,
        "logo": bool(template.logo),
        "sample": template.sample,
        "signature": template.signature.rpartition(".")[2],
        "signatory": _texts(template.signatory, words),
        "slogan": _texts(template.slogan, words),
    }


def _texts(given: Mapping[str, str], words: Translation) -> dict[str, str]:
    local = "" if words is ENGLISH else given.get(words.code, "")
    return {"english": given.get(ENGLISH.code, ""), "local": local}
