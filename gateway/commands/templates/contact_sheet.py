"""Every language on one picture."""

import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from credential import rendering
from credential.rendering import LANGUAGES

FONT = Path(rendering.__file__).parent / "fonts" / "NotoSans-Bold.ttf"
COLUMNS = 6
CELL, CAPTION, GAP = (488, 500), 26, 12
PAGE_WIDTH, CARD_WIDTH, SLIP_WIDTH = 330, 146, 92
SHADES = 64
INTERNATIONAL = "en-international.png"
_PAPER, _INK = "#dfe5ea", "#17212b"
Pictures = Mapping[str, bytes]


def contact_sheet(pictures: Pictures) -> bytes:
    """Return one PNG with a cell per language: page, both faces of the card, slip; and the international page."""
    cells = list(_cells(pictures))
    rows = -(-len(cells) // COLUMNS)
    width, height = CELL[0], CELL[1] + CAPTION
    sheet = Image.new("RGB", (COLUMNS * (width + GAP) + GAP, rows * (height + GAP) + GAP), _PAPER)
    for number, cell in enumerate(cells):
        row, column = divmod(number, COLUMNS)
        sheet.paste(cell, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return _png(sheet)


def small(png: bytes) -> bytes:
    """Return a picture of a page in few colours: to look at, at a third of the bytes."""
    with Image.open(io.BytesIO(png)) as opened:
        return _png(opened.convert("RGB"))


def _cells(pictures: Pictures) -> Iterator[Image.Image]:
    """Yield a cell per language, and one more for the international page, which has no other language than English."""
    for code, language in LANGUAGES.items():
        if f"{code.lower()}-domestic.png" in pictures:
            yield _cell(f"{code}  {language}", f"{code.lower()}-domestic.png", _beside(code), pictures)
    if INTERNATIONAL in pictures:
        yield _cell("International", INTERNATIONAL, (), pictures)


def _cell(caption: str, page: str, beside: Iterable[tuple[str, int]], pictures: Pictures) -> Image.Image:
    cell = Image.new("RGB", (CELL[0], CELL[1] + CAPTION), _PAPER)
    ImageDraw.Draw(cell).text((0, 0), caption, _INK, ImageFont.truetype(str(FONT), 17))
    cell.paste(_scaled(pictures[page], PAGE_WIDTH), (0, CAPTION))
    top = CAPTION
    for name, width in beside:
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


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.quantize(SHADES, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()
