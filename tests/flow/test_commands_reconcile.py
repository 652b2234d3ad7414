"""`pramaan reconcile`: dry run, apply, an empty dry run, undo; findings as a file; nothing twice."""

import csv
import json
from pathlib import Path

import pytest

from tests.contract.test_store_imports import line, text_of
from tests.flow.commands import Done, Run, runner
from tests.flow.house import record as house_record

NONE = dict.fromkeys(("MISSING", "DIFFERENT", "EXTRA", "DUPLICATE", "REVOKED_ELSEWHERE", "INVALID"), 0)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture
def later(run: Run, tmp_path: Path) -> Path:
    """Import a file; return what the source says later: two more people, and another batch for one."""
    day = tmp_path / "day.csv"
    day.write_text(text_of(*(line(number) for number in range(8))), encoding="utf-8")
    assert run("import", day, "--sign-here").code == 0
    path = tmp_path / "later.csv"
    rows = [line(number, batch="OTHER" if number == 3 else "SAMPLE") for number in range(10)]
    path.write_text(text_of(*rows), encoding="utf-8")
    return path


def digest_of(done: Done) -> str:
    return str(done.json["digest"])


def test_what_differs_is_found_put_right_and_taken_back(run: Run, later: Path, tmp_path: Path) -> None:
    found = run("reconcile", later, "--csv", tmp_path / "findings.csv", "--json")
    assert (found.code, found.json["counts"]) == (1, NONE | {"MISSING": 2, "DIFFERENT": 1})
    with (tmp_path / "findings.csv").open(encoding="utf-8", newline="") as content:
        rows = list(csv.DictReader(content))
    different = next(row for row in rows if row["kind"] == "DIFFERENT")
    assert (different["beneficiaryId"], different["field"]) == ("3", "vaccination.batch")
    assert (different["ours"], different["theirs"]) == ("SAMPLE", "OTHER")
    applied = run("reconcile", later, "--apply", digest_of(found), "--json")
    assert (applied.code, applied.json["job"]["done"], applied.json["job"]["failed"]) == (0, 3, 0)
    assert run("reconcile", later, "--apply", digest_of(found), "--json").json == applied.json, "twice is once"
    empty = run("reconcile", later, "--json")
    assert (empty.code, empty.json["counts"]) == (0, NONE)
    undone = run("reconcile", later, "--undo", digest_of(found), "--json")
    assert undone.json["job"]["done"] == 3
    again = run("reconcile", later, "--json")
    assert again.json["counts"]["DIFFERENT"] == 1


def test_many_changes_wait_for_somebody_else(run: Run, later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAMAAN_APPROVAL_ABOVE", "2")
    digest = digest_of(run("reconcile", later, "--json"))
    waiting = run("reconcile", later, "--apply", digest)
    assert (waiting.code, "another's approval" in waiting.out) == (1, True)
    assert run("reconcile", later, "--json").json["counts"]["MISSING"] == 2


def test_only_what_is_named_is_put_right(run: Run, later: Path) -> None:
    digest = digest_of(run("reconcile", later, "--json"))
    applied = run("reconcile", later, "--apply", digest, "--only", "DIFFERENT", "--json")
    assert applied.json["job"]["done"] == 1
    assert run("reconcile", later, "--json").json["counts"] == NONE | {"MISSING": 2}


def test_a_digest_that_nobody_knows_is_refused(run: Run, later: Path) -> None:
    done = run("reconcile", later, "--apply", "00" * 32)
    assert done.code != 0
    assert "no finished report" in done.err


def test_doses_that_a_complete_file_does_not_name_are_extra(run: Run, later: Path, tmp_path: Path) -> None:
    second = line(0).replace(",1,2,", ",2,2,")
    path = tmp_path / "second.csv"
    path.write_text(text_of(second), encoding="utf-8")
    found = run("reconcile", path, "--complete", "--json")
    assert found.json["counts"] == NONE | {"MISSING": 1, "EXTRA": 1}
    applied = run("reconcile", path, "--apply", digest_of(found), "--json")
    assert applied.json["job"]["done"] == 1, "what is not named is revoked only when asked for"


def test_a_json_document_is_compared_record_by_record(run: Run, tmp_path: Path) -> None:
    records = [house_record("70000000000001"), house_record("70000000000002") | {"revoked": True}]
    for number, document in enumerate((records, {"records": records})):
        path = tmp_path / f"source{number}.json"
        path.write_text(json.dumps(document, indent=number), encoding="utf-8")
        found = run("reconcile", path, "--json")
        assert (found.code, found.json["counts"]) == (1, NONE | {"MISSING": 1})
    path.write_text(json.dumps(records[0]), encoding="utf-8")
    assert run("reconcile", path, "--json").json["counts"] == NONE | {"MISSING": 1}


@pytest.mark.parametrize(
    ("claim", "extra"),
    [(["--everything"], 7), (["--facility", "nowhere"], 0), (["--to", "1990-01-01"], 0), (["--from", "1990-01-01"], 7)],
)
def test_a_file_may_claim_to_name_all_there_is(run: Run, later: Path, claim: list[str], extra: int) -> None:
    later.write_text(text_of(line(3)), encoding="utf-8")
    assert run("reconcile", later, *claim, "--json").json["counts"] == NONE | {"EXTRA": extra}
