"""Payloads and a picture made with Co-WIN's own code."""

import json
import struct
from pathlib import Path

import pytest

from credential import qr
from credential.formats.pictures import read_codes
from credential.formats.qr_zip import pack, unpack

LOCAL_HEADER = 30 + len("certificate.json")
DIRECTORY = 46 + len("certificate.json")
END = 22


@pytest.fixture
def go_zip(vectors: Path) -> bytes:
    return (vectors / "cowin" / "qr" / "v1_dose1.go-zip.bin").read_bytes()


def test_both_forms_hold_the_same_credential(vectors: Path, go_zip: bytes) -> None:
    text = unpack(go_zip)
    assert "VerifiableCredential" in json.loads(text)["type"]
    assert unpack((vectors / "cowin" / "qr" / "v1_dose1.jszip-utf8.bin").read_bytes()) == text


def test_the_picture_holds_the_zip(vectors: Path, go_zip: bytes) -> None:
    assert read_codes((vectors / "cowin" / "qr" / "v1_dose1.go-zip.png").read_bytes()) == [go_zip]


def test_we_lay_a_zip_out_as_the_go_service_does(go_zip: bytes) -> None:
    ours = pack(unpack(go_zip))
    assert ours[:LOCAL_HEADER] == go_zip[:LOCAL_HEADER]
    assert normal_tail(ours) == normal_tail(go_zip)


def test_our_payload_is_no_larger_and_takes_the_same_version(go_zip: bytes) -> None:
    ours = pack(unpack(go_zip))
    assert len(ours) <= len(go_zip)
    assert qr.matrix(ours).version == qr.matrix(go_zip).version == 28


def normal_tail(archive: bytes) -> bytes:
    """Return descriptor, directory and end with the compressed size, which depends on the compressor, taken out."""
    tail = archive[-(16 + DIRECTORY + END) :]
    size = len(archive) - LOCAL_HEADER - len(tail)
    offset = LOCAL_HEADER + size + 16
    return tail.replace(struct.pack("<I", size), b"size").replace(struct.pack("<I", offset), b"here")
