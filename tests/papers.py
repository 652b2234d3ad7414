"""Certificates on paper, for tests: the PDF that we print, and photographs of it as telephones take them."""

import io
import json
import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from credential.keys import Profile
from credential.rendering import printed, render_pdf
from tests.issued import CERTIFICATE_ID, ISSUED_AT, issued, record

Point = tuple[float, float]


def credential_text(**vaccination: Any) -> str:  # noqa: ANN401
    return json.dumps(issued(Profile.COWIN_V1, **vaccination), ensure_ascii=False, separators=(",", ":"))


@lru_cache
def paper(text: str) -> bytes:
    """Return the PDF that we print for a credential."""
    page = printed(record(), certificate_id=CERTIFICATE_ID, issued_at=ISSUED_AT, credential_text=text, language="HI")
    return render_pdf(page, language="HI")


@lru_cache
def rasterised(pdf: bytes, dots_per_inch: int = 300) -> Image.Image:
    """Return the first page in grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=dots_per_inch / 72, grayscale=True).to_pil().convert("L")
        return picture


@dataclass(frozen=True, slots=True)
class Photograph:
    """How a page is photographed: 12 million pixels, of which the page takes `fill` of the height."""

    fill: float = 0.8
    tilt: float = 0.12  # how much shorter the far edge of the page is
    turn: float = 0
    light: tuple[int, int] = (90, 200)  # at the top and at the bottom
    blur: float = 1.2
    noise: float = 12
    quality: int = 60
    size: tuple[int, int] = (3000, 4000)

    def take(self, page: Image.Image) -> bytes:
        """Return the photograph as JPEG."""
        seen = page.transform(
            self.size, Image.Transform.PERSPECTIVE, self._perspective(page), Image.Resampling.BICUBIC, fillcolor=110
        )
        dark, bright = self.light
        shade = Image.linear_gradient("L").resize(self.size).point(lambda grey: dark + (bright - dark) * grey // 255)
        lit = ImageChops.multiply(seen.filter(ImageFilter.GaussianBlur(self.blur)), shade)
        grainy = ImageChops.add(lit, self._grain(), offset=-128)
        turned = grainy.rotate(self.turn, expand=True, fillcolor=90, resample=Image.Resampling.BICUBIC)
        target = io.BytesIO()
        turned.convert("RGB").save(target, "JPEG", quality=self.quality)
        return target.getvalue()

    def _grain(self) -> Image.Image:
        """Return evenly spread noise around 128 whose standard deviation is `noise`, the same each time."""
        width, height = self.size
        even = Image.frombytes("L", self.size, random.Random(1).randbytes(width * height))
        return even.point(lambda grey: 128 + (grey - 127.5) * self.noise / 74)

    def _perspective(self, page: Image.Image) -> list[float]:
        width, height = self.size
        tall = height * self.fill
        wide = tall * page.width / page.height
        left, top = (width - wide) / 2, (height - tall) / 2
        corners = [
            (left + self.tilt * wide, top),
            (left + wide - self.tilt * wide * 0.6, top + self.tilt * tall * 0.3),
            (left + wide, top + tall),
            (left, top + tall * 0.97),
        ]
        whole = [(0.0, 0.0), (page.width, 0.0), (page.width, page.height), (0.0, page.height)]
        return _solve([row for seen, flat in zip(corners, whole, strict=True) for row in _equations(seen, flat)])


def _equations(seen: Point, flat: Point) -> list[list[float]]:
    """Return what a point in the photograph and its place on the page say of the eight coefficients."""
    (x, y), (u, v) = seen, flat
    return [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]


def _solve(rows: list[list[float]]) -> list[float]:
    """Solve linear equations, the right side last in each row, by Gauss and Jordan."""
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda row, at=column: abs(rows[row][at]))  # type: ignore[misc]
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(len(rows)):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[-1] / row[index] for index, row in enumerate(rows)]
