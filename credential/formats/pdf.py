"""What a PDF holds of a certificate: the file attached to it, and the QR codes on its first pages.

A PDF shows one thing to the eye and may carry another, so both are given; `received` decides what they say together.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from credential.errors import Unreadable
from credential.formats.pictures import scan

MAX_PDF_BYTES: Final = 8 * 1024 * 1024
_SIGNATURE: Final = b"%PDF-"
_PROCESS: Final = Path(__file__).with_name("pdfium.py")
_SECONDS: Final = 15.0  # by the clock, waiting for a processor included; the process allows itself five of computing
_DEMANDING: Final = "The PDF is damaged, or wants more time or memory than a certificate does."


@dataclass(frozen=True, slots=True)
class PdfContent:
    """The attachments named `certificate.json`, and the content of the QR codes of the first five pages, as found."""

    attachments: tuple[bytes, ...]
    codes: tuple[bytes, ...]


def is_pdf(data: bytes) -> bool:
    """Tell whether the data begins as a PDF."""
    return data.startswith(_SIGNATURE)


def read_pdf(data: bytes) -> PdfContent:
    """Return what the PDF holds; both parts may be empty.

    Takes a process and up to seconds: call it in a thread. Raises Unreadable: too large, damaged, locked with a
    password, too many pages, too large an attachment, or wanting too much time or memory.
    """
    if len(data) > MAX_PDF_BYTES:
        raise Unreadable(f"The PDF is larger than {MAX_PDF_BYTES} bytes.")
    attachments: list[bytes] = []
    codes: list[bytes] = []
    for kind, content, size in _findings(_opened(data)):
        if kind == "fault":
            raise Unreadable(content.decode())
        if kind == "attachment":
            attachments.append(content)
        else:
            codes.extend(scan(_picture(content, size)))
    return PdfContent(tuple(attachments), tuple(codes))


def _opened(data: bytes) -> bytes:
    """Return what the process for PDFs writes. It gets no environment, so that no secret of ours is within reach."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file; the PDF is its input, no argument
            [sys.executable, "-I", _PROCESS],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env={},
            check=True,
        )
    except subprocess.SubprocessError:
        raise Unreadable(_DEMANDING) from None
    return done.stdout


def _findings(written: bytes) -> Iterator[tuple[str, bytes, tuple[int, int]]]:
    stream = io.BytesIO(written)
    for line in stream:
        kind, length, width, height = line.decode().split()
        yield kind, stream.read(int(length)), (int(width), int(height))


def _picture(pixels: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a page's pixels as a picture; rows may be padded."""
    return Image.frombytes("L", size, pixels, "raw", "L", len(pixels) // size[1])
