"""The process in which PDFium opens a PDF: its bytes on standard input, what was found on standard output.

PDFium is C++, knows no threads and cannot be told to stop. So each PDF gets a process of its own, started by this
file's path, without environment and with little memory and time; whatever a hostile PDF brings about ends with it.
Nothing of ours is imported here, and only `pdf.py` speaks to it. Each finding is a line, `kind length width height`,
and so many bytes: an `attachment`, a `page` as grey pixels, or the `fault` that ended the reading, in a sentence.
"""

import contextlib
import math
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pypdfium2 import PdfDocument, PdfiumError, PdfPage
from pypdfium2.raw import FPDF_ERR_PASSWORD

ATTACHMENT_NAME = "certificate.json"
MAX_ATTACHMENT_BYTES = 64 * 1024
MAX_ATTACHMENTS = 20
MAX_PAGES = 100
PAGES_READ = 5
MAX_PAGE_PIXELS = 4_000_000  # A4 at 200 dots per inch is 3.9 million
MAX_SIDE = 8_000
_SCALE = 200 / 72
_MEMORY_BYTES = 512 * 1024 * 1024
_CPU_SECONDS = 5


class _Refused(Exception):  # noqa: N818 - named as what happened
    pass


@dataclass(frozen=True, slots=True)
class _Finding:
    kind: str
    content: bytes
    width: int = 0
    height: int = 0


def main() -> None:
    """Write the attachments and pages of the PDF, or the reason why there are none."""
    _limit()
    data = sys.stdin.buffer.read()
    try:
        for finding in _findings(data):
            _write(finding)
    except _Refused as reason:
        _write(_Finding("fault", str(reason).encode()))
    except PdfiumError as fault:
        locked = fault.err_code == FPDF_ERR_PASSWORD
        _write(_Finding("fault", b"The PDF is locked with a password." if locked else b"The PDF is damaged."))


def _limit() -> None:
    limits = {
        resource.RLIMIT_AS: _MEMORY_BYTES,
        resource.RLIMIT_CPU: _CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for limit, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # where a system lacks one, the time that pdf.py gives remains
            resource.setrlimit(limit, (value, value))


def _write(found: _Finding) -> None:
    line = f"{found.kind} {len(found.content)} {found.width} {found.height}\n"
    sys.stdout.buffer.write(line.encode() + found.content)


def _findings(data: bytes) -> Iterator[_Finding]:
    document = PdfDocument(data)
    if len(document) > MAX_PAGES:
        raise _Refused(f"The PDF has more than {MAX_PAGES} pages; send the certificate alone.")
    yield from _attachments(document)
    for index in range(min(len(document), PAGES_READ)):
        yield _rendered(document[index])


def _attachments(document: PdfDocument) -> Iterator[_Finding]:
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        attachment = document.get_attachment(index)
        if attachment.get_name() == ATTACHMENT_NAME:
            content = bytes(attachment.get_data())
            if len(content) > MAX_ATTACHMENT_BYTES:
                raise _Refused(f"The PDF's {ATTACHMENT_NAME} is larger than {MAX_ATTACHMENT_BYTES} bytes.")
            yield _Finding("attachment", content)


def _rendered(page: PdfPage) -> _Finding:
    """Return a page in grey at 200 dots per inch, or at fewer where it would have too many pixels."""
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise _Refused("A page of the PDF has no size.")
    fitting = math.sqrt(MAX_PAGE_PIXELS / (width * height))
    bitmap = page.render(scale=min(_SCALE, fitting, MAX_SIDE / max(width, height)), grayscale=True)
    finding = _Finding("page", bytes(bitmap.buffer), bitmap.width, bitmap.height)
    bitmap.close()
    page.close()
    return finding


if __name__ == "__main__":
    main()
