"""Every language on one picture."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from credential import rendering
from credential.rendering import LANGUAGES

FONT = Path(rendering.__file__).parent / "fonts" / "NotoSans-Bold.ttf"
COLUMNS = 6
CELL, CAPTION, GAP = (420, 400), 26, 12
PAGE_WIDTH, CARD_WIDTH, SLIP_WIDTH = 262, 146, 96
SHADES = 32
_PAPER, _INK = "#dfe5ea", "#17212b"
Pictures = Mapping[str, bytes]


def contact_sheet(pictures: Pictures) -> bytes:
    """Return one PNG with a cell per language: page, both faces of the card, slip."""
    shown = [code for code in LANGUAGES if f"{code.lower()}-domestic.png" in pictures]
    rows = -(-len(shown) // COLUMNS)
    width, height = CELL[0], CELL[1] + CAPTION
    sheet = Image.new("RGB", (COLUMNS * (width + GAP) + GAP, rows * (height + GAP) + GAP), _PAPER)
    for number, code in enumerate(shown):
        row, column = divmod(number, COLUMNS)
        sheet.paste(_cell(code, pictures), (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return _small(sheet)


def _cell(code: str, pictures: Pictures) -> Image.Image:
    cell = Image.new("RGB", (CELL[0], CELL[1] + CAPTION), _PAPER)
    ImageDraw.Draw(cell).text((0, 0), f"{code}  {LANGUAGES[code]}", _INK, ImageFont.truetype(str(FONT), 17))
    cell.paste(_scaled(pictures[f"{code.lower()}-domestic.png"], PAGE_WIDTH), (0, CAPTION))
    top = CAPTION
    for name, width in _beside(code):
        if name in pictures:
            picture = _scaled(pictures[name], width)
            cell.paste(picture, (PAGE_WIDTH + GAP, top))
            top += picture.height + GAP
    return cell


def _beside(code: str) -> Iterator[tuple[str, int]]:
    lower = code.lower()
    yield f"{lower}-card.png", CARD_WIDTH
    yield f"{lower}-card-2.png", CARD_WIDTH
    yield f"{lower}-slip.png", SLIP_WIDTH


def _scaled(png: bytes, width: int) -> Image.Image:
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def _small(sheet: Image.Image) -> bytes:
    target = io.BytesIO()
    sheet.quantize(SHADES, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()
