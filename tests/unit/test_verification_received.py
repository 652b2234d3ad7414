"""Reading what somebody shows: every form that is in people's hands, and every way to spoil it."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import Unreadable
from credential.formats import strict_json
from credential.formats.qr_zip import pack
from credential.formats.received import Format, decode, takes_long
from credential.keys import Profile
from credential.qr import png
from tests.issued import issued

TEXT = json.dumps(issued(Profile.COWIN_V1), ensure_ascii=False, separators=(",", ":"))
ZIP = pack(TEXT)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (TEXT, Format.JSON),
        (TEXT.encode(), Format.JSON),
        (f"\ufeff \n{TEXT}\n".encode(), Format.JSON),
        (ZIP, Format.QR_ZIP),
        (ZIP.decode("latin-1").encode(), Format.QR_ZIP),
        (ZIP.decode("latin-1"), Format.QR_ZIP),
        ("B64:" + base64.b64encode(ZIP).decode(), Format.B64),
        ("B64:" + base64.urlsafe_b64encode(ZIP).decode().rstrip("="), Format.B64),
        (b"B64:" + base64.b64encode(ZIP), Format.B64),
        (png(ZIP), Format.PICTURE),
        (png(TEXT.encode()), Format.PICTURE),
    ],
)
def test_every_form_gives_the_exact_text(data: bytes | str, form: Format) -> None:
    read = decode(data)
    assert (read.format, read.text, read.document) == (form, TEXT, json.loads(TEXT))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON, QR zip, PDF or"),
        ("hello", "no JSON"),
        ("[1]", "no verifiable credential"),
        ("{}", "no verifiable credential"),
        ('"text"', "no verifiable credential"),
        ("B64:???", "no base64"),
        ("B64:A", "no base64"),
        ("B64:" + "A" * 200_000, "longer than"),
        ("B64:aGVsbG8=", "not a zip"),
        ("HC1:6BF", "EU digital COVID certificate"),
        ("shc:/567", "SMART Health Card"),
        ("%PDF-1.7\n", "PDF written as text"),
        ("eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "JWT"),
        (ZIP[:-40], "zip"),
        (pack("not json"), "no JSON"),
        (png(b"hello"), "no JSON"),
        (b"\x89PNG\r\n\x1a\nbroken", "picture"),
    ],
)
def test_what_is_no_certificate_is_unreadable_with_the_reason(data: bytes | str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(data)


def test_the_code_of_a_picture_that_is_a_certificate_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credential.formats.received.read_codes", lambda _: [b"https://example.org", ZIP, ZIP])
    assert decode(b"\xff\xd8\xff").text == TEXT


def test_two_certificates_in_one_picture_have_no_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    other = pack(json.dumps(issued(Profile.COWIN_V1, batch="B2")))
    monkeypatch.setattr("credential.formats.received.read_codes", lambda _: [ZIP, other])
    with pytest.raises(Unreadable, match="differ"):
        decode(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("data", "slow"),
    [
        (b"%PDF-1.7\n", True),
        ("%PDF-1.7\n", False),
        (b"\x89PNG\r\n\x1a\n", True),
        (b"\xff\xd8\xff\xe0", True),
        (b"RIFF\0\0\0\0WEBPVP8 ", True),
        (ZIP, False),
        (TEXT, False),
    ],
)
def test_pictures_and_pdfs_are_told_by_their_beginning(data: bytes | str, slow: bool) -> None:  # noqa: FBT001
    assert takes_long(data) is slow


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a":1,"a":1}', "twice"),
        ('{"x":{"a":1,"\\u0061":2}}', "twice"),
        ('{"a":NaN}', "NaN"),
        ('{"a":-Infinity}', "infinity"),
        ('{"a":1e999}', "too large"),
        ('{"a":"\\ud800"}', "surrogate"),
        ('{"\\udfff":1}', "surrogate"),
        ('["\ud800"]', "surrogate"),
        ("[" * 33 + "]" * 33, "deeper"),
        ("[" * 60_000, "deeper"),
        ('"' + "x" * 65_536 + '"', "larger"),
        ('"' + "क" * 30_000 + '"', "larger"),
        ("1" * 5_000, "no JSON"),
        ("{'a':1}", "no JSON"),
        ('{"a":1} x', "no JSON"),
        ('{"a":"\n"}', "no JSON"),
    ],
)
def test_json_that_readers_may_take_differently_is_unreadable(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        strict_json.parse(text)


def test_brackets_in_texts_are_no_depth() -> None:
    assert strict_json.parse(json.dumps(["[" * 100 + '\\"{'])) == ["[" * 100 + '\\"{']
    assert strict_json.parse("[" * 32 + "]" * 32)


def test_integers_and_fractions_stay_apart() -> None:
    one, fraction = strict_json.parse("[1, 1.0]")
    assert (type(one), type(fraction)) == (int, float)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=10,
)


@given(JSON)
def test_good_json_is_read_as_it_is(value: Any) -> None:  # noqa: ANN401
    assert strict_json.parse(json.dumps(value)) == value
    assert strict_json.parse(json.dumps(value, ensure_ascii=False)) == value


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_random_input_is_unreadable_and_nothing_worse(data: bytes | str) -> None:
    with pytest.raises(Unreadable):
        decode(data)
