"""`pramaan demo`: the whole way of a certificate on embedded backends (issue, item 10)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from credential.formats.received import decode
from gateway.commands.demo.story import Step


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    out = tmp_path_factory.mktemp("demo") / "out"
    command = [sys.executable, "-m", "gateway.cli", "demo", "--out", str(out), "--json"]
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=300), out


def test_everything_goes_as_expected(shown: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = shown
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["ok"]
    found = {step["name"].strip(): step["found"] for step in answer["steps"]}
    assert found["verify another name"] == "INVALID by SIGNATURE"
    assert found["verify swapped doses"] == "INVALID by FIELD_BINDING"
    assert found["verify the old QR"] == "SUPERSEDED"
    assert found["verify its QR"] == "REVOKED"
    assert answer["stats"]["totals"]["issued"] == 8


def test_files_are_written_for_every_sample_person(shown: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, out = shown
    for number in range(1, 9):
        for suffix, beginning in (("en.pdf", b"%PDF-"), ("hi.pdf", b"%PDF-"), ("png", b"\x89PNG"), ("json", b"{")):
            assert (out / f"SAMPLE-{number:04}.{suffix}").read_bytes().startswith(beginning)
    assert (out / "issuer.pem").read_bytes().startswith(b"-----BEGIN PUBLIC KEY-----")


def test_another_reader_finds_the_certificate_in_the_code(
    shown: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, out = shown
    (code,) = zxingcpp.read_barcodes(Image.open(out / "SAMPLE-0003.png"))
    assert decode(code.bytes).document == json.loads((out / "SAMPLE-0003.json").read_text())


def test_a_step_that_finds_something_else_is_wrong() -> None:
    assert not Step("verify", "INVALID by SIGNATURE", "VALID").ok
