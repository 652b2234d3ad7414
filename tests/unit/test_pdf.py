"""Certificates in PDF files: ours, scanned ones, and every way to spoil one. Spoiling is done by pikepdf."""

import io
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from credential import qr
from credential.errors import Unreadable
from credential.formats import pdf as pdf_format
from credential.formats.pdf import MAX_PDF_BYTES, read_pdf
from credential.formats.pdfium import MAX_ATTACHMENT_BYTES, MAX_PAGE_PIXELS, PAGES_READ
from credential.formats.received import Format, decode
from tests.papers import Photograph, credential_text, paper, rasterised

TEXT = credential_text()
OTHER = credential_text(batch="B2")
PAPER = paper(TEXT)
NAME = "certificate.json"


def saved(document: pikepdf.Pdf, encryption: pikepdf.Encryption | bool = False) -> bytes:  # noqa: FBT001, FBT002
    target = io.BytesIO()
    document.save(target, encryption=encryption)
    return target.getvalue()


def changed(change: Callable[[pikepdf.Pdf], object], data: bytes = PAPER) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        return saved(document)


def attach(document: pikepdf.Pdf, content: bytes, *, key: str = NAME, name: str = NAME) -> None:
    document.attachments[key] = pikepdf.AttachedFileSpec(document, content, filename=name)


def detach(document: pikepdf.Pdf) -> None:
    del document.attachments[NAME]


def blank(pages: int = 1, size: tuple[float, float] = (595, 842), **attachments: bytes) -> bytes:
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page().obj.MediaBox = [0, 0, *size]
        for name, content in attachments.items():
            attach(document, content, key=name)
        return saved(document)


def of_pictures(*pictures: Image.Image) -> bytes:
    first, *others = [picture.copy() for picture in pictures]  # saving leaves its options on the pictures
    target = io.BytesIO()
    first.save(target, "PDF", save_all=True, append_images=others, resolution=300)
    return target.getvalue()


ONLY_QR = changed(detach)
ONLY_ATTACHED = blank(certificate=TEXT.encode())


@pytest.mark.parametrize(
    ("data", "form"),
    [(PAPER, Format.PDF_ATTACHMENT), (ONLY_ATTACHED, Format.PDF_ATTACHMENT), (ONLY_QR, Format.PDF_QR)],
    ids=["as printed", "attached to a blank page", "without the attachment"],
)
def test_a_certificate_is_read(data: bytes, form: Format) -> None:
    read = decode(data)
    assert (read.format, read.text) == (form, TEXT)


def test_our_pdf_holds_it_twice_and_the_same() -> None:
    content = read_pdf(PAPER)
    assert content.attachments == (TEXT.encode(),)
    assert len(content.codes) == 1


def test_a_scanned_page_is_read() -> None:
    scan = of_pictures(rasterised(PAPER, 150).rotate(1.5, fillcolor=255, resample=Image.Resampling.BICUBIC))
    assert (decode(scan).format, decode(scan).text) == (Format.PDF_QR, TEXT)


def test_a_photograph_made_into_a_pdf_is_read() -> None:
    picture = Image.open(io.BytesIO(Photograph(fill=0.95).take(rasterised(PAPER))))
    assert decode(of_pictures(picture)).text == TEXT


def test_a_certificate_behind_a_letter_is_read() -> None:
    letter = Image.new("L", (600, 800), 255)
    assert decode(of_pictures(*[letter] * (PAGES_READ - 1), rasterised(PAPER))).text == TEXT


def test_pages_behind_the_first_are_not_looked_at() -> None:
    letter = Image.new("L", (60, 80), 255)
    with pytest.raises(Unreadable, match="no certificate attached and no QR code"):
        decode(of_pictures(*[letter] * PAGES_READ, rasterised(PAPER)))


def test_the_same_page_twice_is_one_certificate() -> None:
    assert decode(of_pictures(rasterised(PAPER), rasterised(PAPER))).text == TEXT


def test_a_lock_against_changes_alone_is_no_obstacle() -> None:
    with pikepdf.open(io.BytesIO(PAPER)) as document:
        assert decode(saved(document, pikepdf.Encryption(owner="secret", user=""))).text == TEXT


def test_another_attachment_says_nothing() -> None:
    assert decode(changed(lambda document: attach(document, b"{}", key="x", name="x.json"))).text == TEXT


def test_an_attachment_that_is_no_certificate_gives_way_to_the_page() -> None:
    read = decode(changed(lambda document: attach(document, b"{}")))
    assert (read.format, read.text) == (Format.PDF_QR, TEXT)


def test_a_page_with_another_code_is_read() -> None:
    link = Image.open(io.BytesIO(qr.png(b"https://example.org", scale=8)))
    assert decode(changed(lambda document: attach(document, TEXT.encode()), of_pictures(link))).text == TEXT


def test_a_genuine_attachment_in_the_page_of_another_is_refused() -> None:
    with pytest.raises(Unreadable, match="differ"):
        decode(changed(lambda document: attach(document, OTHER.encode())))


def test_two_attachments_of_the_name_that_differ_are_refused() -> None:
    with pytest.raises(Unreadable, match="differ"):
        decode(changed(lambda document: attach(document, OTHER.encode(), key="z"), ONLY_ATTACHED))


def test_pages_of_two_certificates_are_refused() -> None:
    with pytest.raises(Unreadable, match="differ"):
        decode(of_pictures(rasterised(PAPER), rasterised(paper(OTHER))))


def encrypted() -> bytes:
    with pikepdf.open(io.BytesIO(PAPER)) as document:
        return saved(document, pikepdf.Encryption(owner="secret", user="secret"))


def endless_forms() -> bytes:
    """Forms that each draw the next one ten times, eleven deep."""
    with pikepdf.new() as document:
        page = document.add_blank_page()
        drawn = document.make_stream(b"0 0 1 1 re f")
        for _ in range(11):
            drawn.Type, drawn.Subtype, drawn.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 600, 800]
            resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=drawn))
            drawn = document.make_stream(b"/F Do " * 10, Resources=resources)
        page.obj.Contents = drawn
        page.obj.Resources = drawn.Resources
        return saved(document)


def image_bomb() -> bytes:
    """A picture of 40,000 by 40,000 colours that takes a few kilobytes."""
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        row = zlib.compress(bytes(4_000_000), 9)
        picture = pikepdf.Stream(
            document,
            row,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=40_000,
            Height=40_000,
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
            Filter=pikepdf.Name.FlateDecode,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
        page.obj.Contents = document.make_stream(b"595 0 0 842 0 0 cm /I Do")
        return saved(document)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: b"%PDF-1.7\n", "damaged"),
        (lambda: PAPER[:2_000], "damaged"),
        (lambda: b"%PDF-1.7\n1 0 obj" + b"[" * 200_000, "damaged"),
        (encrypted, "locked with a password"),
        (lambda: blank(pages=10_000), "more than 100 pages"),
        (blank, "no certificate attached and no QR code"),
        (lambda: blank(size=(10_000_000, 10_000_000)), "no certificate attached and no QR code"),
        (lambda: blank(size=(0.001, 14_400)), "."),
        (lambda: blank(certificate=b"hello"), "no JSON"),
        (lambda: blank(certificate=b"{}"), "no verifiable credential"),
        (lambda: blank(certificate=b" " * (MAX_ATTACHMENT_BYTES + 1)), "larger than 65536 bytes"),
        (lambda: blank(certificate=bytes(100_000_000)), "more time or memory|larger than"),
        (image_bomb, "."),
    ],
    ids=[
        "nothing behind the signature",
        "cut off",
        "nested without end",
        "encrypted",
        "ten thousand pages",
        "a blank page",
        "an acre of paper",
        "a hair of paper",
        "an attachment that is no JSON",
        "an attachment that is no credential",
        "an attachment too large",
        "an attachment that is a bomb",
        "a picture that is a bomb",
    ],
)
def test_what_holds_no_certificate_is_unreadable_with_the_reason(data: Callable[[], bytes], reason: str) -> None:
    made = data()
    with pytest.raises(Unreadable, match=reason):
        decode(made)


def test_too_many_bytes_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_format, "_PROCESS", Path("/nonexistent"))
    with pytest.raises(Unreadable, match="larger than"):
        decode(b"%PDF-" + bytes(MAX_PDF_BYTES))


@pytest.mark.parametrize("size", [(10_000_000.0, 10_000_000.0), (3.0, 14_400.0), (14_400.0, 14_400.0), (595.0, 842.0)])
def test_no_page_becomes_more_pixels_than_allowed(size: tuple[float, float]) -> None:
    [(kind, content, (width, height))] = pdf_format._findings(pdf_format._opened(blank(size=size)))
    assert (kind, len(content) >= width * height) == ("page", True)
    assert 0 < width * height <= MAX_PAGE_PIXELS * 1.01


def test_a_pdf_that_draws_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_format, "_SECONDS", 1.0)
    with pytest.raises(Unreadable, match="more time or memory"):
        decode(endless_forms())


def test_a_pdf_that_kills_its_process_is_unreadable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(pdf_format, "_PROCESS", dying)
    with pytest.raises(Unreadable, match="damaged, or wants"):
        decode(PAPER)


def test_the_process_has_no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    telling = tmp_path / "telling.py"
    telling.write_text("import os\nprint('attachment', len(os.environ), 0, 0)\nprint('x' * len(os.environ), end='')\n")
    monkeypatch.setattr(pdf_format, "_PROCESS", telling)
    monkeypatch.setenv("PRAMAAN_SHARD_KEY", "secret")
    assert len(b"".join(read_pdf(PAPER).attachments)) <= 1  # Python itself may set LC_CTYPE


EDITS = st.lists(st.tuples(st.integers(0, len(ONLY_ATTACHED) - 1), st.binary(max_size=12)), min_size=1, max_size=12)


@settings(max_examples=40)
@given(edits=EDITS, cut=st.integers(0, 400))
def test_a_mutated_pdf_is_read_or_unreadable(edits: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(ONLY_ATTACHED[: len(ONLY_ATTACHED) - cut])
    for at, patch in edits:
        data[at : at + len(patch)] = patch
    with suppress(Unreadable):
        assert decode(b"%PDF-" + bytes(data[5:])).format is Format.PDF_ATTACHMENT
