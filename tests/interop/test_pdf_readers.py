"""Our PDF in the hands of other readers: its attachment by qpdf and poppler, its page as poppler draws it."""

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from credential.formats.pdf import read_pdf
from credential.formats.received import Format, decode
from tests.papers import credential_text, paper
from tests.servers.missing import missing

TEXT = credential_text()


def poppler(tool: str) -> str:
    return shutil.which(tool) or missing(tool, "install the Debian package poppler-utils")


def test_qpdf_finds_the_attachment_that_we_find() -> None:
    with pikepdf.open(io.BytesIO(paper(TEXT))) as document:
        (found,) = (spec.get_file().read_bytes() for spec in document.attachments.values())
    assert (found,) == read_pdf(paper(TEXT)).attachments == (TEXT.encode(),)


def test_poppler_finds_the_attachment_that_we_find(tmp_path: Path) -> None:
    pdf, saved = tmp_path / "certificate.pdf", tmp_path / "certificate.json"
    pdf.write_bytes(paper(TEXT))
    command = [poppler("pdfdetach"), "-save", "1", "-o", str(saved), str(pdf)]
    subprocess.run(command, check=True, capture_output=True)
    assert saved.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("dots_per_inch", [120, 150, 300])
def test_the_page_as_poppler_draws_it_is_read(dots_per_inch: int) -> None:
    command = [poppler("pdftoppm"), "-png", "-r", str(dots_per_inch), "-"]
    done = subprocess.run(command, input=paper(TEXT), check=True, capture_output=True)
    read = decode(done.stdout)
    assert (read.format, read.text) == (Format.PICTURE, TEXT)
