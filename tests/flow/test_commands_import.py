"""`pramaan import` and `pramaan proof`: a file of any size, to store or gateway, stopped and run again."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from credential.operations.imports import PAGE
from tests.contract.test_store_imports import HEADER, line, text_of
from tests.flow.commands import Run, runner
from tests.servers.whole import Whole, whole

SECONDS = 60
ROWS = [line(number, batch="" if number == 5 else "SAMPLE") for number in range(10)]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("house")) as running:
        yield running


def written(path: Path, *rows: str) -> Path:
    path.write_text(text_of(*rows), encoding="utf-8")
    return path


def counts(summary: Mapping[str, Any]) -> tuple[int, int, int]:
    return summary["total"], summary["done"], summary["failed"]


def test_failed_rows_are_written_mended_and_imported(run: Run, tmp_path: Path) -> None:
    day = written(tmp_path / "day.csv", *ROWS)
    done = run("import", day, "--sign-here", "--json")
    assert (done.code, counts(done.json)) == (1, (10, 9, 1))
    errors = Path(done.json["errorsFile"])
    assert errors == tmp_path / "day.csv.errors.csv"
    with errors.open(encoding="utf-8", newline="") as content:
        [row] = csv.DictReader(content)
    assert row["beneficiaryId"] == "5"
    assert row["errors"].startswith("vaccination.batch")
    errors.write_text(errors.read_text(encoding="utf-8").replace(",COVAXIN,,", ",COVAXIN,MENDED,"), encoding="utf-8")
    mended = run("import", errors, "--sign-here", "--json")
    assert (mended.code, counts(mended.json), mended.json["errorsFile"]) == (0, (1, 1, 0), None)
    again = run("import", day, "--sign-here", "--json")
    assert again.json == done.json, "the same file is imported once"


def test_the_summary_is_for_people(run: Run, tmp_path: Path) -> None:
    done = run("import", written(tmp_path / "day.csv", *ROWS), "--sign-here")
    assert "10 rows: 9 issued, 1 failed." in done.out
    assert "Merkle root" in done.out


def test_a_file_that_is_no_use_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text("name,age\nSample Person 1,41\n", encoding="utf-8")
    done = run("import", path)
    assert done.code == 2
    assert "column" in done.err


def test_a_row_is_proved_and_an_altered_proof_does_not_hold(run: Run, tmp_path: Path) -> None:
    root = run("import", written(tmp_path / "day.csv", *ROWS), "--sign-here", "--json").json
    got = run("proof", "get", root["job"], "5")
    proof = tmp_path / "row.json"
    proof.write_text(got.out, encoding="utf-8")
    found = run("proof", "verify", proof, "--root", root["merkleRoot"], "--json")
    assert (found.code, found.json["valid"]) == (0, True)
    assert json.loads(found.json["leaf"])["code"] == "BAD_USER_INPUT"
    assert run("proof", "verify", proof, "--root", "00" * 32).code == 1
    told = json.loads(got.out)
    for name, value in {
        "row": 4,
        "leaf": told["leaf"].replace("BAD_USER_INPUT", "DUPLICATE"),
        "path": told["path"][1:],
        "root": "00" * 32,
        "size": 3,
    }.items():
        proof.write_text(json.dumps(told | {name: value}), encoding="utf-8")
        assert run("proof", "verify", proof).code == 1, name
    assert run("proof", "get", root["job"], "10").code == 1


def test_through_a_gateway_as_any_client(run: Run, house: Whole, tmp_path: Path) -> None:
    day = written(tmp_path / "day.csv", *ROWS)
    done = run("import", day, "--url", house.url, "--key", house.source, "--json")
    assert (done.code, counts(done.json)) == (1, (10, 9, 1))
    assert "vaccination.batch" in Path(done.json["errorsFile"]).read_text(encoding="utf-8")
    got = run("proof", "get", done.json["job"], "3", "--url", house.url, "--key", house.source)
    (tmp_path / "row.json").write_text(got.out, encoding="utf-8")
    assert run("proof", "verify", tmp_path / "row.json", "--root", done.json["merkleRoot"]).code == 0


def test_json_lines_and_their_errors(run: Run, house: Whole, tmp_path: Path) -> None:
    records = [record(100), record(101, batch=""), record(102)]
    day = tmp_path / "day.jsonl"
    day.write_text("".join(json.dumps(one) + "\n" for one in [*records, "no object"]), encoding="utf-8")
    done = run("import", day, "--url", house.url, "--key", house.source, "--json")
    assert counts(done.json) == (4, 2, 2)
    told = [json.loads(one) for one in Path(done.json["errorsFile"]).read_text(encoding="utf-8").splitlines()]
    assert told[0]["beneficiaryId"] == "101"
    assert told[0]["errors"].startswith("vaccination.batch")
    assert told[1]["line"] == '"no object"'


def test_stopped_by_sigkill_and_run_again_it_ends_the_same(run: Run, tmp_path: Path) -> None:
    rows = 2 * PAGE + 7
    day = written(tmp_path / "large.csv", *(line(number) for number in range(rows)))
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "import", str(day), "--sign-here", "--json"],
        env={**os.environ, "PRAMAAN_DATA_DIR": str(tmp_path / "data")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and rows_noted(tmp_path / "data") < PAGE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    with sqlite3.connect(store_of(tmp_path / "data")) as store:
        store.execute("UPDATE works SET available_at = created_at")  # the lease is over
    done = run("import", day, "--sign-here", "--json")
    assert (done.code, counts(done.json)) == (0, (rows, rows, 0))
    with sqlite3.connect(store_of(tmp_path / "data")) as store:
        assert store.execute("SELECT count(*), count(DISTINCT beneficiary) FROM certificates").fetchone() == (
            rows,
            rows,
        )


def record(number: int, *, batch: str = "SAMPLE") -> dict[str, Any]:
    names, cells = HEADER.split(","), next(csv.reader([line(number, batch=batch)]))
    told: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=True):
        *above, last = name.split(".")
        place = told
        for one in above:
            place = place.setdefault(one, {})
        place[last] = int(cell) if last in {"age", "dose", "totalDoses"} else cell
    return told


def store_of(directory: Path) -> Path:
    return next(directory.glob("*.db"))


def rows_noted(directory: Path) -> int:
    """Return how many rows were noted so far; none before there is a table."""
    found = list(directory.glob("*.db")) if directory.exists() else []
    if not found:
        return 0
    with sqlite3.connect(f"file:{found[0]}?mode=ro", uri=True, timeout=5) as store:
        try:
            return int(store.execute("SELECT count(*) FROM import_rows").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
