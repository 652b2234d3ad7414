"""`pramaan verify` on the certificate as people keep it: our PDF, a scan, a photograph; and on forged ones."""

import io
from pathlib import Path

import pikepdf
import pytest

from tests.flow.commands import Run, runner
from tests.issued import VOUCHED
from tests.papers import Photograph, credential_text, paper, rasterised

TEXT = credential_text()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "issuer.pem"
    path.write_text(VOUCHED.pem)
    return path


def with_attachment(text: str) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(TEXT))) as document:
        document.attachments["certificate.json"] = pikepdf.AttachedFileSpec(
            document, text.encode(), filename="certificate.json"
        )
        document.save(target)
    return target.getvalue()


def without_attachment() -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(TEXT))) as document:
        del document.attachments["certificate.json"]
        document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("PDF_ATTACHMENT", paper(TEXT)),
        ("PDF_QR", without_attachment()),
        ("PICTURE", Photograph(turn=90).take(rasterised(paper(TEXT)))),
    ],
)
def test_a_genuine_one_is_valid(run: Run, key: Path, tmp_path: Path, form: str, data: bytes) -> None:
    path = tmp_path / "certificate"
    path.write_bytes(data)
    done = run("verify", path, "--key", key, "--json")
    assert (done.code, done.json["verdict"], done.json["format"]) == (0, "VALID", form)
    assert done.json["facts"]["name"] == "Sample Person 1"


def test_a_page_whose_attachment_was_exchanged_is_unreadable(run: Run, key: Path, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(with_attachment(credential_text(batch="B2")))
    done = run("verify", path, "--key", key, "--json")
    assert (done.code, done.json["verdict"]) == (3, "UNREADABLE")
    assert "differ" in done.json["checks"][0]["message"]


def test_a_page_printed_over_an_altered_certificate_is_invalid(run: Run, key: Path, tmp_path: Path) -> None:
    path = tmp_path / "forged.pdf"
    path.write_bytes(paper(TEXT.replace("Sample Person 1", "Sample Person 2")))
    assert run("verify", path, "--key", key, "--json").json["verdict"] == "INVALID"
