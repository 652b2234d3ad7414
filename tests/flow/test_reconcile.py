"""Reconciliation through GraphQL, its CSV door and the command: found, put right by its digest, taken back."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from credential.access import Scope
from credential.merkle import leaf, root
from credential.operations.apply_reconciliation import Tools
from credential.operations.reconcile import Desk
from credential.operations.reconcile_steps import reconcile_steps
from credential.operations.sealing import Shelf
from credential.operations.working import work_on
from credential.reconciliation.report import read_statement
from tests.flow.commands import Run, runner
from tests.flow.house import CERTIFICATE, JSON, House, house, record

RECONCILE = """mutation($input: ReconcileInput!) { reconcile(input: $input) {
  reconciliation { id state digest } userErrors { code message path } } }"""
REPORT = """query($id: ID!, $kind: FindingKind) { reconciliation(id: $id) {
  id state digest signature csvUrl finishedAt counts { kind count } job { kind state } application { state done failed }
  undo { state done } findings(first: 10, kind: $kind) { nodes {
    kind beneficiaryId dose certificateId version row line revokedBy message result newCertificateId
    differences { field ours theirs } } pageInfo { hasNextPage } } } }"""
APPLY = """mutation($input: ApplyReconciliationInput!) { applyReconciliation(input: $input) {
  job { id kind state } approvalNeeded reconciliation { id } userErrors { code path } } }"""
UNDO = """mutation($input: UndoReconciliationInput!) { undoReconciliation(input: $input) {
  job { id kind } approvalNeeded userErrors { code path } } }"""
SOURCE = (Scope.ISSUE, Scope.RECONCILE, Scope.JOBS)


def of(number: int, **vaccination: Any) -> JSON:  # noqa: ANN401
    given = record(f"4000000000000{number}")
    return {**given, "vaccination": {**given["vaccination"], **vaccination}}


async def work(home: House) -> None:
    """Do what lies there, as a worker does."""
    bench = home.workbench
    shelf, policy = Shelf(bench.artifacts, bench.settings.document_secret()), bench.settings.policy()
    desk = Desk(home.store, home.store, bench.signer, policy, shelf, home.store)
    steps = reconcile_steps(desk, Tools(home.store, home.store, policy, bench))
    while await work_on(works=home.store, steps=steps, clock=lambda: datetime.now(UTC)):
        pass


async def reported(home: House, key: str, *records: JSON, **more: Any) -> JSON:  # noqa: ANN401
    """Make a report and read it."""
    begun = (await home.ask(RECONCILE, key, input={"recordsJson": list(records), **more}))["reconcile"]
    assert begun["userErrors"] == []
    await work(home)
    report: JSON = (await home.ask(REPORT, key, id=begun["reconciliation"]["id"]))["reconciliation"]
    assert report["state"] == "FINISHED"
    return report


def counts(report: JSON) -> dict[str, int]:
    return {one["kind"]: one["count"] for one in report["counts"] if one["count"]}


async def applied(home: House, key: str, digest: str, **more: Any) -> JSON:  # noqa: ANN401
    payload: JSON = (await home.ask(APPLY, key, input={"reportDigest": digest, **more}))["applyReconciliation"]
    await work(home)
    return payload


async def test_a_report_is_made_shown_applied_and_undone(home: House) -> None:
    key = await home.client(*SOURCE)
    issued = (await home.issue(key, of(1), of(2)))["results"]
    first = issued[0]["certificate"]["id"]
    source = [of(1, batch="RIGHT"), {**of(2), "revoked": True}, of(3)]
    report = await reported(home, key, *source)
    assert counts(report) == {"DIFFERENT": 1, "REVOKED_ELSEWHERE": 1, "MISSING": 1}
    missing, different, revoked = report["findings"]["nodes"]
    assert (missing["kind"], missing["row"], missing["certificateId"]) == ("MISSING", 2, None)
    assert different["differences"] == [{"field": "vaccination.batch", "ours": "SAMPLE-1", "theirs": "RIGHT"}]
    assert (different["certificateId"], different["version"], revoked["revokedBy"]) == (first, 1, "SOURCE")
    payload = await applied(home, key, report["digest"])
    assert (payload["userErrors"], payload["job"]["kind"], payload["approvalNeeded"]) == ([], "APPLY", False)
    after = (await home.ask(REPORT, key, id=report["id"], kind="DIFFERENT"))["reconciliation"]
    assert after["application"] == {"state": "FINISHED", "done": 3, "failed": 0}
    new = after["findings"]["nodes"][0]["newCertificateId"]
    certificate = (await home.ask(CERTIFICATE, key, id=new))["certificate"]
    assert (certificate["status"], certificate["version"]) == ("ISSUED", 2)
    assert counts(await reported(home, key, *source)) == {}
    undone = (await home.ask(UNDO, key, input={"reportDigest": report["digest"]}))["undoReconciliation"]
    await work(home)
    assert (undone["userErrors"], undone["job"]["kind"]) == ([], "UNDO")
    told = (await reported(home, key, *source))["findings"]["nodes"]
    assert [(one["kind"], one["revokedBy"]) for one in told] == [
        ("DIFFERENT", None),
        ("REVOKED_ELSEWHERE", "SOURCE"),
        ("REVOKED_ELSEWHERE", "HERE"),
    ]
    back = await reported(home, key, of(1), of(2))
    assert counts(back) == {}


async def test_the_report_is_signed_and_its_csv_makes_its_digest(home: House) -> None:
    key = await home.client(*SOURCE)
    report = await reported(home, key, {**of(1), "facility": {"name": "=1+1"}}, of(2))
    assert (report["csvUrl"], report["job"]) == (
        f"/reconciliations/{report['id']}.csv",
        {"kind": "RECONCILE", "state": "FINISHED"},
    )
    answer = await home.http.get(report["csvUrl"], headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    lines = answer.text.split("\r\n")[1:-1]
    assert root([leaf(line.encode()) for line in lines]).hex() == report["digest"]
    public = home.workbench.signer.keys()
    keys = {one.id: one.pem for one in public}
    statement = read_statement(report["signature"], keys)
    assert (statement.digest, statement.lines, statement.rows, statement.jti) == (report["digest"], 2, 2, report["id"])
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == 2
    other = await home.client(*SOURCE)
    for token in (other, await home.client(Scope.ISSUE, Scope.JOBS)):
        refused = await home.http.get(report["csvUrl"], headers={"authorization": f"Bearer {token}"})
        assert refused.status_code == 404
    assert (await home.ask(REPORT, other, id=report["id"]))["reconciliation"] is None
    admin = await home.client(Scope.ADMIN)
    assert (await home.ask(REPORT, admin, id=report["id"]))["reconciliation"]["digest"] == report["digest"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, ["records"]),
        ({"recordsJson": [{}], "records": [{}]}, ["records"]),
        ({"recordsJson": [{}], "uploadId": "x"}, ["uploadId"]),
        ({"recordsJson": [{}], "scope": {"from": "2021-13-01"}}, ["scope", "from"]),
        ({"recordsJson": [{}], "scope": {}, "complete": "BENEFICIARIES"}, ["scope"]),
        ({"recordsJson": [{}], "waitMs": 10_001}, ["waitMs"]),
        ({"recordsJson": [{}], "idempotencyKey": ""}, ["idempotencyKey"]),
    ],
)
async def test_what_cannot_be_compared_is_refused(home: House, given: JSON, path: list[str]) -> None:
    payload = (await home.ask(RECONCILE, await home.client(*SOURCE), input=given))["reconcile"]
    assert [one["path"] for one in payload["userErrors"]] == [path]


async def test_a_request_that_comes_again_is_the_same_report(home: House) -> None:
    key = await home.client(*SOURCE)
    given = {"recordsJson": [of(1)], "idempotencyKey": "day"}
    first = (await home.ask(RECONCILE, key, input=given))["reconcile"]["reconciliation"]
    assert first["state"] == "RUNNING"
    await work(home)
    again = (await home.ask(RECONCILE, key, input=given))["reconcile"]["reconciliation"]
    assert (again["id"], again["state"]) == (first["id"], "FINISHED")
    other = (await home.ask(RECONCILE, key, input={**given, "recordsJson": [of(2)]}))["reconcile"]
    assert [one["code"] for one in other["userErrors"]] == ["IDEMPOTENCY_CONFLICT"]


async def test_unknown_digests_and_kinds_that_cannot_be_put_right(home: House) -> None:
    key = await home.client(*SOURCE)
    assert (await applied(home, key, "00"))["userErrors"] == [{"code": "NOT_FOUND", "path": ["reportDigest"]}]
    report = await reported(home, key, of(1))
    refused = await applied(home, key, report["digest"], kinds=["DUPLICATE"])
    assert refused["userErrors"] == [{"code": "BAD_USER_INPUT", "path": ["kinds"]}]


@pytest.fixture
async def strict(tmp_path: Path, signing_keys: Path) -> AsyncIterator[House]:
    """Open a house where more than one change needs approval."""
    async with house(tmp_path, signing_keys, APPROVAL_ABOVE="1") as opened:
        yield opened


async def test_many_changes_wait_for_another_client(strict: House) -> None:
    key, other = await strict.client(*SOURCE), await strict.client(Scope.RECONCILE)
    report = await reported(strict, key, of(1), of(2))
    assert (await applied(strict, other, report["digest"]))["userErrors"][0]["code"] == "NOT_FOUND"
    for _ in range(2):
        assert (await applied(strict, key, report["digest"]))["approvalNeeded"]
    waiting = (await strict.ask(REPORT, key, id=report["id"]))["reconciliation"]["application"]
    assert waiting == {"state": "AWAITING_APPROVAL", "done": 0, "failed": 0}
    approved = await applied(strict, other, report["digest"])
    assert (approved["userErrors"], approved["approvalNeeded"], approved["reconciliation"]) == ([], False, None)
    assert counts(await reported(strict, key, of(1), of(2))) == {}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


def test_a_csv_file_says_in_a_column_what_is_revoked(run: Run, tmp_path: Path) -> None:
    columns = (
        "beneficiaryId,recipient.name,recipient.age,recipient.mobile,vaccination.name,vaccination.batch,"
        "vaccination.manufacturer,vaccination.date,vaccination.dose,vaccination.totalDoses,facility.name,revoked"
    )
    row = (
        "40000000000001,Sample Person 1,40,9999900001,COVISHIELD,B-1,Serum,2021-06-01T06:00:00Z,1,2,Sample Facility 1,"
    )
    day = tmp_path / "day.csv"
    day.write_text(f"{columns}\n{row}\n", encoding="utf-8")
    found = run("reconcile", day, "--json")
    assert run("reconcile", day, "--apply", found.json["digest"]).code == 0
    day.write_text(f"{columns}\n{row}yes\n", encoding="utf-8")
    revoked = run("reconcile", day, "--json")
    assert revoked.json["counts"]["REVOKED_ELSEWHERE"] == 1
    assert run("reconcile", day, "--apply", revoked.json["digest"]).code == 0
    assert run("reconcile", day).code == 0
