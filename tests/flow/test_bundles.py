"""Bundles from the order to the ZIP."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from backends.sql.bundling import LEASE, PART_SIZE
from backends.sql.ledger import KEPT
from credential.access import Scope
from credential.operations import bundles
from credential.operations.bundles import MAX_ATTEMPTS
from credential.operations.documents import Press
from tests.flow.house import REVOKE, House, record
from tests.flow.test_documents import bearer, get

JSON = dict[str, Any]
CREATE = """mutation($input: CreateBundleInput!) { createBundle(input: $input) {
  userErrors { code path } job { id kind state total done failed } } }"""
JOB = """query($id: ID!) { job(id: $id) { kind state total done failed finishedAt
  document { state retryAfterMs url expiresAt contentType byteSize sha256 base64 } } }"""
SOURCE = (Scope.ISSUE, Scope.JOBS, Scope.REVOKE)


async def issued(home: House, key: str, number: int, facility: str = "") -> list[str]:
    given = [record(f"1000000{one:07}") for one in range(number)]
    for one in given:
        one["facility"] |= {"id": facility}
    results = (await home.issue(key, *given))["results"]
    return [one["certificate"]["id"] for one in results]


async def ordered(home: House, key: str, **given: Any) -> JSON:  # noqa: ANN401 - GraphQL input
    payload: JSON = (await home.ask(CREATE, key, input=given))["createBundle"]
    return payload


async def followed(home: House, key: str, **given: Any) -> JSON:  # noqa: ANN401 - GraphQL input
    """Order a bundle, let the work be done, return the job."""
    payload = await ordered(home, key, **given)
    assert payload["userErrors"] == []
    await home.app.state.gateway.nudges.close()
    job: JSON = (await home.ask(JOB, key, id=payload["job"]["id"]))["job"]
    return job


async def opened(home: House, key: str, job: JSON) -> tuple[zipfile.ZipFile, list[dict[str, str]]]:
    """Fetch the ZIP; return it with the lines of its manifest."""
    response = await get(home, job["document"]["url"], key)
    assert response.status_code == 200
    assert sha256(response.content).hexdigest() == job["document"]["sha256"]
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.testzip() is None
    return archive, list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode())))


async def test_the_documents_of_many_certificates_come_as_one_zip(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, PART_SIZE + 2)
    job = await followed(home, key, certificateIds=[*ids, ids[0]], language="EN", layout="SLIP")
    assert (job["kind"], job["state"], job["total"], job["done"], job["failed"]) == (
        "BUNDLE",
        "FINISHED",
        len(ids),
        len(ids),
        0,
    )
    found = job["document"]
    assert (found["state"], found["contentType"], found["base64"]) == ("READY", "application/zip", None)
    archive, manifest = await opened(home, key, job)
    names = [f"certificate-{one}-en-slip.pdf" for one in ids]
    assert archive.namelist() == [*names, "manifest.csv"]
    assert [(one["certificateId"], one["file"], one["outcome"]) for one in manifest] == [
        (one, name, "INCLUDED") for one, name in zip(ids, names, strict=True)
    ]
    alone = await get(home, f"/certificates/{ids[-1]}.pdf?language=en&layout=slip", key)
    assert archive.read(names[-1]) == alone.content


async def test_what_is_not_the_clients_or_not_there_is_told_in_the_manifest(home: House) -> None:
    key, other, admin = [await home.client(*scopes) for scopes in (SOURCE, SOURCE, (Scope.ADMIN,))]
    own = await issued(home, key, 2)
    foreign = (await home.issue(other, record("20000000000001")))["results"][0]["certificate"]["id"]
    home.workbench.idle = True
    unsigned = (await home.issue(key, record("20000000000002"), waitMs=0))["results"][0]["certificate"]["id"]
    await home.app.state.gateway.nudges.close()
    home.workbench.idle = False
    await home.ask(REVOKE, key, input={"target": {"ids": [own[1]]}, "reason": "FRAUD"})
    asked = [own[0], foreign, "unknown", unsigned, own[1]]
    job = await followed(home, key, certificateIds=asked)
    assert (job["total"], job["done"], job["failed"]) == (5, 1, 4)
    _, manifest = await opened(home, key, job)
    outcomes = ["INCLUDED", "NOT_FOUND", "NOT_FOUND", "NOT_ISSUED", "NOT_ISSUED"]
    assert [one["outcome"] for one in manifest] == outcomes
    all_of_it = await followed(home, admin, certificateIds=[own[0], foreign])
    assert all_of_it["done"] == 2


async def test_a_layout_that_one_does_not_have_spoils_only_that_one(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 1)
    job = await followed(home, key, certificateIds=ids, layout="INTERNATIONAL")
    assert (job["state"], job["failed"]) == ("FINISHED", 1)
    _, manifest = await opened(home, key, job)
    assert [one["outcome"] for one in manifest] == ["BAD_USER_INPUT"]


async def test_a_facilitys_certificates_of_some_days(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 3, "F1")
    await home.issue(key, record("20000000000001"))
    today = datetime.now(UTC).date()
    period = {"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=2))}
    job = await followed(home, key, facilityId="F1", format="SVG", **period)
    archive, manifest = await opened(home, key, job)
    assert {one["certificateId"] for one in manifest} == set(ids)
    assert archive.read(manifest[0]["file"]).startswith(b"<svg")
    late = await ordered(home, key, facilityId="F1", **{"from": str(today + timedelta(days=2))})
    assert [error["code"] for error in late["userErrors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, []),
        ({"certificateIds": []}, []),
        ({"certificateIds": ["1"], "facilityId": "F1"}, []),
        ({"certificateIds": ["1"] * 10_001}, ["certificateIds"]),
        ({"certificateIds": ["../x"]}, ["certificateIds"]),
        ({"certificateIds": ["1 2"]}, ["certificateIds"]),
        ({"facilityId": "F1", "from": "yesterday"}, ["from"]),
        ({"facilityId": "F1", "from": "2022-03-02", "to": "2022-03-02"}, ["to"]),
    ],
)
async def test_orders_that_make_no_sense(home: House, given: JSON, path: list[str]) -> None:
    payload = await ordered(home, await home.client(*SOURCE), **given)
    assert payload == {"job": None, "userErrors": [{"code": "BAD_USER_INPUT", "path": path}]}


async def test_bundles_are_for_source_systems_and_admins(home: House) -> None:
    for scope in (Scope.FETCH, Scope.STATS):
        body = (await home.post(CREATE, await home.client(scope), input={"certificateIds": ["1"]})).json()
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    body = (await home.post(CREATE, input={"certificateIds": ["1"]})).json()
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_client_that_may_also_fetch_bundles_only_its_own(home: House) -> None:
    other, both = await home.client(*SOURCE), await home.client(Scope.ISSUE, Scope.FETCH, Scope.JOBS)
    job = await followed(home, both, certificateIds=await issued(home, other, 1))
    assert job["failed"] == 1


async def test_an_order_sent_again_is_the_same_job(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 1)
    one, two = [await ordered(home, key, certificateIds=ids, idempotencyKey="a") for _ in range(2)]
    assert one["job"]["id"] == two["job"]["id"]
    other = await ordered(home, key, certificateIds=ids, layout="CARD", idempotencyKey="a")
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_CONFLICT"]


async def test_a_bundle_is_its_clients_alone(home: House) -> None:
    key, other = await home.client(*SOURCE), await home.client(*SOURCE)
    job = await followed(home, key, certificateIds=await issued(home, key, 1))
    assert (await get(home, job["document"]["url"], other)).status_code == 404
    payload = await ordered(home, key, certificateIds=["1"])
    assert (await home.ask(JOB, other, id=payload["job"]["id"]))["job"] is None


async def step(home: House, press: Press, now: datetime) -> int:
    return await bundles.make_next(bundles=home.store, counting=home.store, press=press, now=now)


async def test_progress_is_seen_and_work_that_was_cut_goes_on(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 2 * PART_SIZE)
    home.workbench.idle = True
    job_id = (await ordered(home, key, certificateIds=ids, layout="SLIP"))["job"]["id"]
    press, now = home.workbench.press, datetime.now(UTC) + timedelta(seconds=1)
    assert await step(home, press, now)
    half = (await home.ask(JOB, key, id=job_id))["job"]
    assert (half["state"], half["done"]) == ("RUNNING", PART_SIZE)
    assert (half["document"]["state"], half["document"]["retryAfterMs"]) == ("PENDING", 2000)
    lost = await home.store.lease_part(now=now)  # by a worker that dies
    assert lost is not None
    assert not await step(home, press, now)
    later = now + LEASE
    assert await step(home, press, later)
    assert await step(home, press, later)
    job = (await home.ask(JOB, key, id=job_id))["job"]
    assert (job["state"], job["done"]) == ("FINISHED", len(ids))
    archive, _ = await opened(home, key, job)
    assert len(archive.namelist()) == len(ids) + 1


async def test_parts_that_cannot_be_made_are_given_up_and_told(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 1)
    home.workbench.idle = True
    job_id = (await ordered(home, key, certificateIds=ids))["job"]["id"]
    now = datetime.now(UTC) + timedelta(seconds=1)
    for _ in range(MAX_ATTEMPTS):
        assert await home.store.lease_part(now=now) is not None
        now += LEASE
    assert await step(home, home.workbench.press, now)
    assert await step(home, home.workbench.press, now)
    job = (await home.ask(JOB, key, id=job_id))["job"]
    assert (job["state"], job["failed"]) == ("FINISHED", 1)
    _, manifest = await opened(home, key, job)
    assert [one["outcome"] for one in manifest] == ["FAILED"]


async def test_a_bundle_whose_parts_are_lost_ends_as_failed(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 1)
    home.workbench.idle = True
    job_id = (await ordered(home, key, certificateIds=ids))["job"]["id"]
    now = datetime.now(UTC) + timedelta(seconds=1)
    assert await step(home, home.workbench.press, now)
    home.workbench.artifacts._kept.clear()
    for _ in range(MAX_ATTEMPTS + 1):
        assert await step(home, home.workbench.press, now)
        now += LEASE
    job = (await home.ask(JOB, key, id=job_id))["job"]
    assert (job["state"], job["document"]["state"]) == ("FINISHED", "FAILED")


async def test_after_seven_days_nothing_is_left_but_the_documents_themselves(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 1)
    await get(home, f"/certificates/{ids[0]}.pdf", key)
    kept = set(home.workbench.artifacts._kept)
    job = await followed(home, key, certificateIds=ids)
    assert set(home.workbench.artifacts._kept) > kept
    now = datetime.now(UTC) + KEPT + timedelta(minutes=1)
    assert not await step(home, home.workbench.press, now)
    assert set(home.workbench.artifacts._kept) == kept
    assert (await get(home, job["document"]["url"], key)).status_code == 404


async def test_each_certificate_of_a_bundle_is_audited_and_counted(home: House) -> None:
    key = await home.client(*SOURCE)
    ids = await issued(home, key, 3)
    await followed(home, key, certificateIds=[*ids, "unknown"])
    await home.store.rollup(now=datetime.now(UTC))
    totals = (await home.ask("{ stats { totals { accessed } } }"))["stats"]["totals"]
    assert totals["accessed"] == 3
    async with home.store._database.read() as connection:
        query = "SELECT certificate_id FROM audit WHERE action = 'read' AND detail LIKE 'bundle job_%'"
        found = (await connection.exec_driver_sql(query)).scalars().all()
    assert sorted(found) == sorted(ids)


async def test_a_bundle_is_sent_in_ranges_and_one_section_at_a_time(home: House) -> None:
    key = await home.client(*SOURCE)
    job = await followed(home, key, certificateIds=await issued(home, key, 2 * PART_SIZE), layout="SLIP")
    url, size = job["document"]["url"], job["document"]["byteSize"]
    whole = (await get(home, url, key)).content
    middle = await get(home, url, key, range=f"bytes={size // 2 - 100_000}-{size // 2 + 100_000}")
    assert middle.status_code == 206
    assert middle.content == whole[size // 2 - 100_000 : size // 2 + 100_001]
    head = await home.http.head(url, headers=bearer(key))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))
    assert head.headers["content-disposition"].startswith("attachment;")
    context = await home.app.state.gateway.context(f"Bearer {key}", "0")
    stored = await context.press.shelf.fetch(bundles.bundle_name(job_id_of(head.headers), context.press.shelf))
    del whole, middle
    tracemalloc.start()
    sizes = [len(part) async for part in context.press.shelf.stream(stored, 0, size)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) == size
    assert peak < 4 * max(sizes) + 100_000


def job_id_of(headers: Any) -> str:  # noqa: ANN401 - httpx.Headers
    name: str = headers["content-disposition"].partition("certificates-")[2]
    return name.partition(".zip")[0]
