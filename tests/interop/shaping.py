"""Text shaped twice: by typst, read from the PDF that it writes, and by HarfBuzz, from the same font file.

Glyphs are compared by their outlines, since a PDF carries its own numbering of those that it uses.
"""

import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import typst
import uharfbuzz as hb
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from credential import rendering

FONTS = Path(rendering.__file__).parent / "fonts"
EM = 1000.0
SIZE = 100.0
MARK = 3  # GDEF's class of marks
FAMILY_NAME = 1
JOINERS = frozenset("\u200c\u200d")  # they steer the shaping and leave no mark

Outline = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph on the line: its outline in the font's units, its origin in thousandths of an em from the line's."""

    outline: Outline
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Face:
    """A bundled font file, such as NotoSansTamil-Bold."""

    file: str

    @classmethod
    def of(cls, family: str, style: str) -> "Face":
        """Return the file of a family's style."""
        return cls(f"{family.replace(' ', '')}-{style}")

    @property
    def family(self) -> str:
        """The family's name as typst asks for it."""
        with TTFont(FONTS / f"{self.file}.ttf", lazy=True) as font:
            return str(font["name"].getDebugName(FAMILY_NAME))

    @property
    def weight(self) -> str:
        """Regular or bold."""
        return self.file.rpartition("-")[2].lower()


@cache
def opened(file: str) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(FONTS / f"{file}.ttf"))))


@cache
def characters(family: str) -> frozenset[str]:
    """Return the characters that a family's regular font has glyphs for."""
    with TTFont(FONTS / f"{Face.of(family, 'Regular').file}.ttf", lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap())) | JOINERS


@cache
def marks_of(file: str) -> frozenset[str]:
    """Return the names of a font's combining marks, by its GDEF table."""
    with TTFont(FONTS / f"{file}.ttf", lazy=True) as font:
        classes = font["GDEF"].table.GlyphClassDef.classDefs if "GDEF" in font else {}
        return frozenset(glyph for glyph, group in classes.items() if group == MARK)


def outline(font: hb.Font, glyph: int) -> Outline:
    pen = RecordingPen()
    font.draw_glyph_with_pen(glyph, pen)
    return tuple(pen.value)


def by_harfbuzz(face: Face, lang: str, word: str, features: dict[str, bool] | None = None) -> list[Glyph]:
    """Return the visible glyphs of a word in the order of the page."""
    font = opened(face.file)
    scale = EM / font.face.upem
    pen, glyphs = 0.0, []
    for info, position in shaped(face, lang, word, features):
        glyphs.append(
            Glyph(outline(font, info.codepoint), (pen + position.x_offset) * scale, position.y_offset * scale)
        )
        pen += position.x_advance
    return [glyph for glyph in glyphs if glyph.outline]


def shaped(
    face: Face, lang: str, word: str, features: dict[str, bool] | None = None
) -> list[tuple[hb.GlyphInfo, hb.GlyphPosition]]:
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.language = lang
    hb.shape(opened(face.file), buffer, features or {})
    return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))


def floating_marks(face: Face, lang: str, word: str) -> list[str]:
    """Return the marks that the font has no anchor for where they stand: they stay where no feature puts them."""
    font = opened(face.file)
    plain = {"mark": False, "mkmk": False, "abvm": False, "blwm": False, "dist": False}
    pairs = zip(shaped(face, lang, word), shaped(face, lang, word, plain), strict=True)
    return [
        font.glyph_to_string(info.codepoint)
        for (info, put), (_, left) in pairs
        if font.glyph_to_string(info.codepoint) in marks_of(face.file)
        and (put.x_offset, put.y_offset) == (left.x_offset, left.y_offset)
        and put.x_advance == 0
    ]


def by_typst(face: Face, lang: str, words: Sequence[str], *, rtl: bool) -> list[list[Glyph]]:
    """Return the visible glyphs of each word, in the order of the page."""
    source = f"""
        #set page(width: auto, height: auto, margin: 0pt)
        #set text(font: {json.dumps(face.family)}, weight: "{face.weight}", size: {SIZE}pt, lang: "{lang}",
          dir: {"rtl" if rtl else "ltr"}, fallback: false, hyphenate: false)
        #for word in json("words.json") {{ page(word) }}
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
    pdf = compiler.compile(input={"main": source.encode(), "words.json": json.dumps(words).encode()}, format="pdf")  # type: ignore[type-var] # a mapping is taken; the stub is behind
    assert isinstance(pdf, bytes)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [[glyph for glyph in _glyphs(page) if glyph.outline] for page in document.pages]


@dataclass(slots=True)
class _Text:
    """What PDF's text operators keep."""

    matrix: pikepdf.Matrix
    font: hb.Font | None = None
    widths: Mapping[int, float] | None = None
    size: float = 0
    pen: float = 0


def _glyphs(page: pikepdf.Page) -> Iterator[Glyph]:
    """Read the glyphs of a page: the operators that typst writes, and no others."""
    now, stack, text = pikepdf.Matrix(), [], _Text(pikepdf.Matrix())
    for step in pikepdf.parse_content_stream(page):
        operands: Any = step.operands
        match str(step.operator):
            case "q":
                stack.append(now)
            case "Q":
                now = stack.pop()
            case "cm":
                now = pikepdf.Matrix(*map(float, operands)) @ now
            case "Tf":
                text.font, text.widths = _embedded(page.Resources.Font[str(operands[0])])
                text.size = float(operands[1])
            case "Tm":
                text.matrix, text.pen = pikepdf.Matrix(*map(float, operands)), 0
            case "Tj":
                yield from _shown([operands[0]], text, now)
            case "TJ":
                yield from _shown(operands[0], text, now)


def _shown(items: Sequence[object], text: _Text, now: pikepdf.Matrix) -> Iterator[Glyph]:
    assert text.font is not None
    assert text.widths is not None
    for item in items:
        if not isinstance(item, pikepdf.String):
            text.pen -= float(item) / EM * text.size  # type: ignore[arg-type] # a number
            continue
        codes = bytes(item)
        for code in (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)):
            x, y = (text.matrix @ now).transform((text.pen, 0))
            yield Glyph(outline(text.font, code), x / text.size * EM, y / text.size * EM)
            text.pen += text.widths[code] / EM * text.size


_FONTS: dict[bytes, tuple[hb.Font, Mapping[int, float]]] = {}


def _embedded(font: pikepdf.Object) -> tuple[hb.Font, Mapping[int, float]]:
    """Return a PDF's subset of a font, and the widths of its glyphs."""
    descendant = font.DescendantFonts[0]
    assert (str(font.Encoding), str(descendant.CIDToGIDMap)) == ("/Identity-H", "/Identity")
    data = descendant.FontDescriptor.FontFile2.read_bytes()
    if data not in _FONTS:
        _FONTS[data] = (hb.Font(hb.Face(data)), _widths(descendant))
    return _FONTS[data]


def _widths(descendant: pikepdf.Object) -> Mapping[int, float]:
    usual = float(descendant.get("/DW", EM))
    widths: dict[int, float] = defaultdict(lambda: usual)
    items = list(descendant.W)
    while items:
        first, second, *items = items
        if isinstance(second, pikepdf.Array):
            widths |= {int(first) + at: float(width) for at, width in enumerate(second)}
        else:
            width, *items = items
            widths |= dict.fromkeys(range(int(first), int(second) + 1), float(width))
    return widths
