"""`pramaan issue`: files of the old system and ours, to a gateway and to the store (contract, Running)."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from credential.formats.bulk_csv import write_rows
from gateway.commands.demo.running import running_gateway
from gateway.commands.demo.story import Actors
from tests.flow.commands import Run, runner


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actors]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as actors:
        yield actors
    structlog.reset_defaults()


def old(number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return {
        "preEnrollmentCode": f"OLD-{number}",
        "recipient": {"name": f"Sample Person {number}", "age": "44", "contact": ["tel:9999900044"]},
        "vaccination": {
            "name": "COVAXIN", "batch": "B1", "manufacturer": "Sample Maker", "date": "2021-03-01T05:00:00Z", "dose": 1,
        },
        "facility": {"name": "Sample Centre", "address": {"pin": 560034}},
        **changes,
    }  # fmt: skip


def own(number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return {
        "beneficiaryId": f"OWN-{number}",
        "recipient": {"name": f"Sample Person {number}", "age": 44, "mobile": "9999900044"},
        "vaccination": {
            "name": "COVAXIN", "batch": "B1", "manufacturer": "Sample Maker", "date": "2021-03-01T05:00:00Z",
            "dose": 1, "totalDoses": 2,
        },
        "facility": {"name": "Sample Centre"},
        **changes,
    }  # fmt: skip


def file(tmp_path: Path, content: object, name: str = "records.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def table(tmp_path: Path, rows: list[dict[str, str]], name: str = "records.csv") -> Path:
    path = tmp_path / name
    path.write_text(write_rows(list(rows[0]), [list(row.values()) for row in rows]), encoding="utf-8-sig")
    return path


def own_row(number: int, **changes: str) -> dict[str, str]:
    row = {
        "beneficiaryId": f"ROW-{number}", "recipient.name": f"Sample Person {number}", "recipient.mobile": "9999900044",
        "recipient.age": "44", "vaccination.name": "COVAXIN", "vaccination.batch": "B1",
        "vaccination.manufacturer": "Sample Maker", "vaccination.date": "2021-03-01T05:00:00Z",
        "vaccination.dose": "1", "vaccination.totalDoses": "2", "facility.name": "Sample Centre",
    }  # fmt: skip
    return {**row, **changes}


def test_old_and_own_records_are_signed_here(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, [old(1), own(2)])
    done = run("issue", path, "--sign-here", "--json")
    assert done.code == 0
    assert (done.json["total"], done.json["issued"], done.json["failed"]) == (2, 2, 0)
    assert {one["status"] for one in done.json["certificates"]} == {"ISSUED"}


@pytest.mark.parametrize("content", [{"records": [own(1)]}, own(1), [own(1)], old(1)])
def test_a_file_may_be_an_array_an_object_or_one_record(run: Run, tmp_path: Path, content: object) -> None:
    done = run("issue", file(tmp_path, content), "--json")
    assert (done.code, done.json["pending"]) == (0, 1)


def test_a_second_run_is_harmless(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, [own(number) for number in range(3)])
    first = run("issue", path, "--sign-here", "--json").json
    second = run("issue", path, "--json").json
    assert [one["id"] for one in second["certificates"]] == [one["id"] for one in first["certificates"]]
    assert second["issued"] == 3


def test_more_than_one_batch(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, [own(number) for number in range(502)] + [own(501)])
    done = run("issue", path, "--json")
    assert (done.code, done.json["pending"], done.json["failed"]) == (1, 502, 1)
    assert [(error["index"], error["code"]) for error in done.json["errors"]] == [(502, "DUPLICATE")]


def test_row_errors_of_json_name_index_and_path_in_the_file(run: Run, tmp_path: Path) -> None:
    no_dose = old(2)
    del no_dose["vaccination"]["dose"]
    records = [old(1), no_dose, old(3, preEnrollmentCode=""), old(4, recipient={"name": "x", "dob": "31-02-1990"}), 7]
    path = file(tmp_path, records)
    done = run("issue", path, "--json")
    assert (done.code, done.json["pending"], done.json["failed"]) == (1, 1, 4)
    written = json.loads((tmp_path / "records.json.errors.json").read_text())
    assert [(error["index"], ".".join(error["path"])) for error in written] == [
        (1, "vaccination.dose"),
        (2, "preEnrollmentCode"),
        (3, "recipient.dob"),
        (4, ""),
    ]
    assert "31-02-1990" not in done.out + done.err


def test_row_errors_of_csv_keep_the_columns_and_can_be_mended(run: Run, tmp_path: Path) -> None:
    bad = own_row(2, **{"vaccination.dose": "9"})
    path = table(tmp_path, [own_row(1), bad, own_row(3, beneficiaryId="")])
    errors = tmp_path / "errors.csv"
    done = run("issue", path, "--errors", errors)
    assert done.code == 1
    assert "line 3: vaccination.dose" in done.out
    with errors.open(encoding="utf-8", newline="") as written:
        rows = list(csv.DictReader(written))
    assert [row["vaccination.dose"] for row in rows] == ["9", "1"]
    assert "more than two beyond" in rows[0]["errors"]
    assert rows[1]["errors"].startswith("beneficiaryId is missing")
    rows[0]["vaccination.dose"] = "2"
    mended = run("issue", table(tmp_path, rows[:1], "mended.csv"), "--json")
    assert (mended.code, mended.json["ignored"]) == (0, {"errors": 1})


def test_unknown_members_are_counted_and_named_once(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, [own(1, shoe=42), old(2, comorbidities=[]), own(3, shoe=43)])
    done = run("issue", path, "--json")
    assert done.json["ignored"] == {"comorbidities": 1, "shoe": 2}
    assert done.err.count("shoe") == 1


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("x.json", b"{broken", "no JSON"),
        ("x.json", b"3", "array"),
        ("x.json", b'{"records": 3}', "array"),
        ("x.csv", b"a,b\n1,2\n", "recipientName column doesn't exist"),
        ("x.csv", b"\xff\xfe", "UTF-8"),
    ],
)
def test_files_of_no_use_are_usage_errors(run: Run, tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("issue", path)
    assert done.code == 2
    assert fault in done.err


def test_waiting_ends_when_nobody_signs(run: Run, tmp_path: Path) -> None:
    done = run("issue", file(tmp_path, [own(1)]), "--wait", "--timeout", "0.05", "--json")
    assert (done.code, done.json["pending"]) == (1, 1)


def test_a_gateway_signs_what_it_is_sent(run: Run, gateway: Actors, tmp_path: Path) -> None:
    path = file(
        tmp_path, [own(1), old(2), old(3, recipient={"name": "x", "age": "400", "contact": ["tel:9999900044"]})]
    )
    arguments = ["issue", path, "--url", gateway.source.url, "--key", gateway.source.key or "", "--wait", "--json"]
    done = run(*arguments)
    assert (done.code, done.json["issued"], done.json["failed"]) == (1, 2, 1)
    assert [(error["index"], error["path"]) for error in done.json["errors"]] == [(2, ["recipient", "age"])]
    again = run(*arguments)
    assert again.json["certificates"] == done.json["certificates"]


def test_a_gateway_refuses_with_the_remedy(run: Run, gateway: Actors, tmp_path: Path) -> None:
    path = file(tmp_path, [own(9)])
    for key, remedy in (("nonsense", "pramaan clients create"), (gateway.partner.key or "", "--scope")):
        done = run("issue", path, "--url", gateway.source.url, "--key", key)
        assert done.code == 2
        assert remedy in done.err
    assert run("issue", path, "--url", "ftp://x").code == 2
    nobody = run("issue", path, "--url", "http://127.0.0.1:9")
    assert (nobody.code, "pramaan serve" in nobody.err, "again" in nobody.err) == (1, True, True)
    assert not (tmp_path / "records.json.errors.json").exists()


def test_files_of_the_old_system(run: Run, vectors: Path, tmp_path: Path) -> None:
    expected = {
        "e2e-certify-main.json": (0, 1, 0),
        "recon-certify-v3-with-meta-vaccinations.json": (0, 1, 0),
        "perf-certificate-request.json": (1, 0, 1),
        "certificates-bulk-india.csv": (1, 0, 2),
        "certificates-bulk-main.csv": (0, 0, 0),
    }
    for name, outcome in expected.items():
        path = vectors / "cowin" / "requests" / name
        done = run("issue", path, "--errors", tmp_path / "errors", "--json")
        assert (done.code, done.json["pending"], done.json["failed"]) == outcome
