"""Revocation by reach through GraphQL and the command: counted, begun by its digest, approved, seen everywhere."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from credential.access import Scope
from credential.jobs import PUBLISH_REVOCATIONS, Job
from credential.operations import revoke_by_reach
from credential.operations.working import Run as RunStep
from credential.operations.working import work_on
from credential.ports import Step, Work, WorkKind
from tests.flow.commands import Run, runner
from tests.flow.house import JSON, VERIFY, House, house, record

REVOKE = """mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) {
  certificates { id } reach { count digest to sample { id status } }
  job { id kind state total done } approvalNeeded userErrors { code message path } } }"""
JOB = "query($id: ID!) { job(id: $id) { kind state total done failed finishedAt } }"
ISSUED = "query($id: ID!) { certificate(id: $id) { status credential revocation { reason } } }"
FEED = "{ revocations(first: 100) { nodes { purpose statusIndex } } }"
SOURCE = (Scope.ISSUE, Scope.UPDATE, Scope.REVOKE, Scope.JOBS)


@pytest.fixture
async def strict(tmp_path: Path, signing_keys: Path) -> AsyncIterator[House]:
    """Open a house where more than one certificate needs approval."""
    async with house(tmp_path, signing_keys, APPROVAL_ABOVE="1") as opened:
        yield opened


def of(number: int, batch: str = "RECALLED") -> JSON:
    given = record(f"3000000000000{number}")
    return {**given, "vaccination": {**given["vaccination"], "batch": batch}}


async def ids_of(home: House, key: str, *records: JSON) -> list[str]:
    payload = await home.issue(key, *records)
    return [one["certificate"]["id"] for one in payload["results"]]


async def revoke(home: House, key: str, where: Mapping[str, Any], **more: Any) -> JSON:  # noqa: ANN401
    given = {"target": {"where": where}, "reason": "BATCH_RECALL", **more}
    payload: JSON = (await home.ask(REVOKE, key, input=given))["revokeCertificates"]
    return payload


async def work(home: House) -> None:
    """Do what lies there, as a worker does a minute later."""

    async def step(work: Work, now: datetime) -> Step:
        return await revoke_by_reach.step(work, reaching=home.store, outbox=home.store, now=now)

    steps: dict[WorkKind, RunStep] = {WorkKind.REVOKE: step}
    later = datetime.now(UTC) + timedelta(minutes=1)
    await work_on(works=home.store, steps=steps, clock=lambda: later)


async def state(home: House, key: str, identifier: str) -> str:
    status: str = (await home.ask(ISSUED, key, id=identifier))["certificate"]["status"]
    return status


async def test_a_batch_is_recalled(home: House) -> None:
    key = await home.client(*SOURCE)
    recalled = await ids_of(home, key, of(1), of(2), of(3))
    [beside] = await ids_of(home, key, of(4, "GOOD"))
    found = await revoke(home, key, {"batch": "recalled"}, dryRun=True)
    assert (found["userErrors"], found["job"], found["approvalNeeded"]) == ([], None, False)
    assert {one["id"] for one in found["reach"]["sample"]} == set(recalled)
    assert found["reach"]["count"] == 3
    assert await state(home, key, recalled[0]) == "ISSUED"
    document = (await home.ask(ISSUED, key, id=recalled[0]))["certificate"]["credential"]
    begun = await revoke(home, key, {"batch": "Recalled"}, digest=found["reach"]["digest"])
    assert begun["job"] == {"id": begun["job"]["id"], "kind": "REVOKE", "state": "RUNNING", "total": 3, "done": 0}
    assert begun["reach"]["count"] == 3
    await work(home)
    assert [await state(home, key, one) for one in [*recalled, beside]] == ["REVOKED"] * 3 + ["ISSUED"]
    job = (await home.ask(JOB, key, id=begun["job"]["id"]))["job"]
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("FINISHED", 3, 3, 0)
    verdict = await home.ask(VERIFY, input={"text": json.dumps(document)})
    assert verdict["verify"]["verdict"] == "REVOKED"


async def test_the_feed_and_the_lists_tell(home: House) -> None:
    key = await home.client(*SOURCE)
    await ids_of(home, key, of(1), of(2), of(3))
    found = await revoke(home, key, {"batch": "RECALLED"}, dryRun=True)
    before = (await home.http.get("/status/revocation/0")).content
    await revoke(home, key, {"batch": "RECALLED"}, digest=found["reach"]["digest"])
    await work(home)
    await home.workbench.enqueue([Job(PUBLISH_REVOCATIONS)])
    entries = (await home.ask(FEED))["revocations"]["nodes"]
    assert [one["purpose"] for one in entries] == ["REVOKED"] * 3
    assert len({one["statusIndex"] for one in entries}) == 3
    assert (await home.http.get("/status/revocation/0")).content != before


async def test_many_wait_for_another_client(strict: House) -> None:
    key, second = await strict.client(Scope.ADMIN), await strict.client(Scope.ADMIN)
    source = await strict.client(*SOURCE)
    [one, _] = await ids_of(strict, source, of(1), of(2))
    digest = (await revoke(strict, key, {"batch": "RECALLED"}, dryRun=True))["reach"]["digest"]
    first = await revoke(strict, key, {"batch": "RECALLED"}, digest=digest, idempotencyKey="one")
    again = await revoke(strict, key, {"batch": "RECALLED"}, digest=digest)
    assert first["approvalNeeded"]
    assert again["approvalNeeded"]
    assert first["job"]["state"] == "AWAITING_APPROVAL"
    refused = await revoke(strict, source, {"batch": "RECALLED"}, digest=digest)
    assert refused["userErrors"][0]["code"] == "NOT_FOUND"
    await work(strict)
    assert await state(strict, key, one) == "ISSUED"
    approved = await revoke(strict, second, {"batch": "RECALLED"}, digest=digest)
    assert not approved["approvalNeeded"]
    assert approved["job"]["id"] == first["job"]["id"]
    await work(strict)
    assert await state(strict, key, one) == "REVOKED"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"target": {"where": {"batch": "RECALLED"}}}, ["digest"]),
        ({"target": {"where": {"batch": "RECALLED"}}, "digest": "AAAA"}, ["digest"]),
        ({"target": {"where": {}}, "dryRun": True}, ["target", "where"]),
        ({"target": {"where": {"batch": "RECALLED", "facility": ""}}, "dryRun": True}, ["target", "where", "facility"]),
        ({"target": {"where": {"keyId": "\x00"}}, "dryRun": True}, ["target", "where", "keyId"]),
        ({"target": {"where": {"from": "2021-12-15"}}, "dryRun": True}, ["target", "where", "from"]),
        ({"target": {"where": {"to": "0001-01-01T00:00:00+05:30"}}, "dryRun": True}, ["target", "where", "to"]),
        ({"target": {"ids": ["1"]}, "dryRun": True}, ["target"]),
        ({"target": {"ids": ["1"]}, "digest": "AAAA"}, ["target"]),
    ],
)
async def test_what_is_refused(home: House, given: JSON, path: list[str]) -> None:
    key = await home.client(*SOURCE)
    [one] = await ids_of(home, key, of(1))
    payload = (await home.ask(REVOKE, key, input={**given, "reason": "OTHER"}))["revokeCertificates"]
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [("BAD_USER_INPUT", path)]
    assert payload["reach"] is None
    assert await state(home, key, one) == "ISSUED"


async def test_only_who_may_revoke(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    given = {"target": {"where": {"batch": "RECALLED"}}, "reason": "OTHER", "dryRun": True}
    answer = (await home.post(REVOKE, key, input=given)).json()
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {"PRAMAAN_APPROVAL_ABOVE": "1"})


def test_the_command_counts_and_begins(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    file.write_text(json.dumps([of(1), of(2)]))
    run("issue", file, "--sign-here", "--wait", "--json")
    command = partial(run, "revoke", "--batch", "recalled")
    found = command("--dry-run", "--json").json
    assert (found["count"], len(found["sample"])) == (2, 2)
    begun = command("--digest", found["digest"], "--json").json
    assert (begun["count"], begun["approvalNeeded"]) == (2, True)
    assert "--digest" in command("--dry-run").out
    assert "another client" in command("--digest", found["digest"]).out
    assert command().code == command("--digest", "AAAA").code == run("revoke", "--dry-run").code != 0
    assert run("revoke", "--from", "yesterday", "--dry-run").code != 0
