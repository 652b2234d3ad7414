"""From a revocation to what an offline verifier says: signed lists, deltas, doors, and the old weekly list."""

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.access import Scope
from credential.binding import evidence_id, marked_position
from credential.formats.received import decode
from credential.jobs import PUBLISH_REVOCATIONS, Job
from credential.verification import Policy, StatusLists, Verdict, judge
from tests.flow.house import CERTIFICATE, JSON, REVOKE, UPDATE, VERIFY, House, house

URL = "http://localhost:8000/status"
FEED = "{ revocations(first: 10) { edges { node { purpose statusList statusIndex } } } }"
ALL = (Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)


async def credential(home: House, key: str, identifier: str) -> JSON:
    found: JSON = (await home.ask(CERTIFICATE, key, id=identifier))["certificate"]["credential"]
    return found


async def downloaded(home: House) -> list[JSON]:
    """Let workers publish, as they do every second, and return all lists."""
    await home.workbench.enqueue([Job(PUBLISH_REVOCATIONS)])
    body = (await home.http.get("/status", params={"embed": "true"})).json()
    return [one["credential"] for one in body["lists"]]


async def offline(home: House, document: JSON, *lists: JSON, later: timedelta = timedelta()) -> Verdict:
    """Verify as `pramaan verify --status` does, with nothing but the public keys and the lists."""
    keys, now = await home.store.public_keys(), datetime.now(UTC)
    held = StatusLists(keys)
    for one in lists:
        held.accept(one, now=now)
    answer = judge(decode(json.dumps(document)), keys=keys, policy=Policy.STANDARD, now=now + later, lists=held)
    return answer.verdict


async def revoke(home: House, key: str, identifier: str) -> None:
    payload = await home.ask(REVOKE, key, input={"target": {"ids": [identifier]}, "reason": "FRAUD"})
    assert payload["revokeCertificates"]["userErrors"] == []


async def test_a_revocation_reaches_an_offline_verifier(home: House) -> None:
    key = await home.client(*ALL)
    identifier = await home.issued(key)
    document = await credential(home, key, identifier)
    position = marked_position(evidence_id(document))
    assert position is not None
    before = await downloaded(home)
    assert await offline(home, document, *before) is Verdict.VALID
    await revoke(home, key, identifier)
    assert await offline(home, document, *await downloaded(home)) is Verdict.REVOKED
    assert await offline(home, document, *before) is Verdict.VALID  # the older lists, while nobody saw the newer
    [edge] = (await home.ask(FEED))["revocations"]["edges"]
    assert edge["node"] == {"purpose": "REVOKED", "statusList": position.number, "statusIndex": position.index}


async def test_a_correction_reaches_an_offline_verifier_as_superseded(home: House) -> None:
    key = await home.client(*ALL)
    identifier = await home.issued(key)
    old = await credential(home, key, identifier)
    change = {"certificateId": identifier, "recipient": {"name": "Sample Person New"}, "waitMs": 10_000}
    payload = (await home.ask(UPDATE, key, input=change))["updateCertificate"]
    new = await credential(home, key, payload["certificate"]["id"])
    lists = await downloaded(home)
    assert await offline(home, old, *lists) is Verdict.SUPERSEDED
    assert await offline(home, new, *lists) is Verdict.VALID
    assert (await home.ask(VERIFY, input={"text": json.dumps(old)}))["verify"]["verdict"] == "SUPERSEDED"


async def test_lists_expire_for_offline_verifiers_and_are_signed_again_before(home: House) -> None:
    key = await home.client(*ALL)
    document = await credential(home, key, await home.issued(key))
    lists = await downloaded(home)
    assert await offline(home, document, *lists, later=timedelta(hours=23)) is Verdict.VALID
    assert await offline(home, document, *lists, later=timedelta(hours=25)) is Verdict.INCONCLUSIVE
    assert await home.workbench.publish_lists(datetime.now(UTC) + timedelta(hours=11)) == 0
    assert await home.workbench.publish_lists(datetime.now(UTC) + timedelta(hours=13)) == len(lists)
    again = await downloaded(home)
    assert [one["credentialSubject"] for one in again] == [one["credentialSubject"] for one in lists]
    assert all(new["validUntil"] > old["validUntil"] for new, old in zip(again, lists, strict=True))


async def test_deltas_lead_to_the_published_list(home: House) -> None:
    key = await home.client(*ALL)
    identifiers = [await home.issued(key, beneficiary=f"1000000000000{number}") for number in range(3)]
    document = await credential(home, key, identifiers[2])
    first = await downloaded(home)
    for identifier in identifiers:
        await revoke(home, key, identifier)
        await home.workbench.enqueue([Job(PUBLISH_REVOCATIONS)])
    answer = await home.http.get("/status/revocation/0/deltas", params={"since": 1})
    deltas = answer.json()["deltas"]
    steps = [(one["credentialSubject"]["fromSequence"], one["credentialSubject"]["toSequence"]) for one in deltas]
    assert steps == [(1, 2), (2, 3), (3, 4)]
    keys, now = await home.store.public_keys(), datetime.now(UTC)
    by_deltas, whole = StatusLists(keys), StatusLists(keys)
    for one in (*first, *deltas):
        by_deltas.accept(one, now=now)
    for one in await downloaded(home):
        whole.accept(one, now=now)
    assert by_deltas.seen == whole.seen
    assert await offline(home, document, *first, *deltas) is Verdict.REVOKED


@pytest.mark.parametrize("since", ["0", "9", "1.5", "-1", "", "99999999999"])
async def test_deltas_that_there_are_not_are_refused(home: House, since: str) -> None:
    answer = await home.http.get("/status/revocation/0/deltas", params={"since": since})
    assert answer.status_code == (404 if since in {"0", "9"} else 400)


async def test_a_list_is_public_cached_and_sent_once(home: House) -> None:
    answer = await home.http.get("/status/revocation/0")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vc")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-encoding"] == "gzip"
    document = answer.json()
    assert document["id"] == f"{URL}/revocation/0"
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    subject = document["credentialSubject"]
    assert (subject["statusPurpose"], subject["sequence"], subject["ttl"]) == ("revocation", 1, 60_000)
    period = datetime.fromisoformat(document["validUntil"]) - datetime.fromisoformat(document["validFrom"])
    assert period == timedelta(hours=24)
    held = {"if-none-match": answer.headers["etag"]}
    again = await home.http.get("/status/revocation/0", headers=held)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    plain = await home.http.get("/status/revocation/0", headers={"accept-encoding": "identity", **held})
    assert (plain.status_code, "content-encoding" in plain.headers) == (200, False)
    assert plain.headers["etag"] != answer.headers["etag"]
    assert json.loads(plain.content) == document


async def test_equal_lists_are_packed_alike(home: House) -> None:
    async with home.http.stream("GET", "/status/refresh/0") as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert gzip.decompress(raw) == (await home.http.get("/status/refresh/0")).content


@pytest.mark.parametrize(
    "path",
    ["/status/revocation/9", "/status/suspension/0", "/status/revocation/-1", "/status/revocation/00",
     "/status/revocation/99999999999999999999", "/status/revocation/x"],
)  # fmt: skip
async def test_lists_that_there_are_not_are_not_found(home: House, path: str) -> None:
    assert (await home.http.get(path)).status_code == 404


async def test_the_listing_names_every_list(home: House) -> None:
    body = (await home.http.get("/status")).json()
    assert body["issuer"] == "did:web:localhost%3A8000"
    assert [one["url"] for one in body["lists"]] == [
        f"{URL}/{purpose}/{number}" for number in (0, 1) for purpose in ("revocation", "refresh")
    ]
    assert body["next"] is None
    assert {"credential"} & set(body["lists"][0]) == set()
    for wrong in ({"after": "x"}, {"embed": "maybe"}):
        assert (await home.http.get("/status", params=wrong)).status_code == 400


@pytest.fixture
async def vc2_home(tmp_path: Path, signing_keys: Path) -> AsyncIterator[House]:
    async with house(tmp_path, signing_keys, PROFILE_DOMESTIC="vc2", COWIN="exact") as opened:
        yield opened


async def test_vc2_names_both_lists_and_its_own_issuer_revokes_it(vc2_home: House) -> None:
    home = vc2_home
    key = await home.client(*ALL)
    identifier = await home.issued(key)
    document = await credential(home, key, identifier)
    entries = document["credentialStatus"]
    assert [one["statusPurpose"] for one in entries] == ["revocation", "refresh"]
    for one in entries:
        assert one["type"] == "BitstringStatusListEntry"
        assert one["statusListCredential"] == f"{URL}/{one['statusPurpose']}/0"
        assert one["id"] == f"{one['statusListCredential']}#{one['statusListIndex']}"
    assert await offline(home, document, *await downloaded(home)) is Verdict.VALID
    await revoke(home, key, identifier)
    assert await offline(home, document, *await downloaded(home)) is Verdict.REVOKED


@pytest.fixture
async def exact_home(tmp_path: Path, signing_keys: Path) -> AsyncIterator[House]:
    async with house(tmp_path, signing_keys, COWIN="exact") as opened:
        yield opened


async def test_exact_certificates_name_no_list_and_none_begins(exact_home: House) -> None:
    key = await exact_home.client(*ALL)
    document = await credential(exact_home, key, await exact_home.issued(key))
    assert "#" not in evidence_id(document)
    assert await downloaded(exact_home) == []
    assert await offline(exact_home, document) is Verdict.VALID


@pytest.fixture
def week() -> str:
    today = datetime.now(UTC) + timedelta(hours=5, minutes=30)
    return f"{today:%Y-%m}-w{today.day // 7 + 1}"


async def test_the_old_weekly_list_names_what_was_revoked_not_what_came_after(home: House, week: str) -> None:
    key, other = await home.client(*ALL), await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    bearer = {"authorization": f"Bearer {key}"}
    assert (await home.http.get(f"/revocations/{week}.json", headers=bearer)).json() == []
    change = {"certificateId": identifier, "recipient": {"name": "Sample Person New"}, "waitMs": 10_000}
    await home.ask(UPDATE, key, input=change)
    answer = await home.http.get(f"/revocations/{week}.json", headers=bearer)
    [entry] = answer.json()
    assert set(entry) == {"certificateId", "revockedAt"}
    assert entry["certificateId"] == identifier
    elsewhere = await home.http.get(f"/revocations/{week}.json", headers={"authorization": f"Bearer {other}"})
    assert elsewhere.json() == []


async def test_the_old_weekly_list_is_not_for_partners_nor_for_anyone(home: House, week: str) -> None:
    partner = await home.client(Scope.FETCH, channel="digilocker")
    assert (await home.http.get(f"/revocations/{week}.json")).status_code == 401
    refused = await home.http.get(f"/revocations/{week}.json", headers={"authorization": f"Bearer {partner}"})
    assert refused.status_code == 403


@pytest.mark.parametrize("name", ["2022-03-w0", "2022-03-w6", "2022-13-w1", "2022-02-w5x", "2021-02-w9", "x"])
async def test_a_week_that_there_is_not_is_refused(home: House, name: str) -> None:
    bearer = {"authorization": f"Bearer {await home.client(Scope.REVOKE)}"}
    assert (await home.http.get(f"/revocations/{name}.json", headers=bearer)).status_code == 400
