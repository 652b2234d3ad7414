"""Earlier doses that arrive with a new record are corrected where they differ (Co-WIN specification 1.7)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from credential.access import ALL_ROWS, Scope
from credential.certificate import Certificate, Status
from credential.formats.divoc_request import from_divoc_request
from credential.jobs import EARLIER_DOSES, Job
from credential.ports import CertificateFilter
from tests.contract.store_faults import count
from tests.flow.house import JSON, House, house, record

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "cowin" / "requests"
SCOPES = (Scope.ISSUE, Scope.UPDATE, Scope.JOBS)
PERSON = "50000000000001"


def second(earlier: list[JSON], person: str = PERSON, **more: Any) -> JSON:  # noqa: ANN401
    return {**record(person, dose=2, **more), "earlierDoses": earlier}


async def versions(home: House, person: str = PERSON, dose: int = 1) -> list[Certificate]:
    """Return what counts for a dose, and what did."""
    wanted = frozenset({Status.ISSUED, Status.SUPERSEDED, Status.PENDING})
    page = await home.store.of_beneficiary(
        "default", person, visible=ALL_ROWS, where=CertificateFilter(dose=dose, statuses=wanted)
    )
    return [] if page is None else list(page.items)


async def work(home: House) -> None:
    """Do what waits, and what comes of it, as the relay and workers do."""
    for minutes in (1, 30, 60):
        due = await home.store.due(now=datetime.now(UTC) + timedelta(minutes=minutes), limit=100)
        await home.workbench.enqueue(due)


async def take(home: House, key: str, *records: JSON, **more: Any) -> None:  # noqa: ANN401
    """Take records in while no worker is there; then let one do what waits."""
    home.workbench.idle = True
    await home.issue(key, *records, waitMs=0, **more)
    home.workbench.idle = False
    await work(home)


@pytest.mark.parametrize(
    "earlier",
    [
        {"dose": 1, "date": "2021-06-01T23:00:00+05:30"},
        {"dose": 1, "date": "2021-06-01T00:00:00.000Z", "name": "", "batch": "", "manufacturer": ""},
        {"dose": 1, "date": "2021-06-01T06:00:00Z", "name": "COVISHIELD", "batch": "SAMPLE-1"},
    ],
)
async def test_what_agrees_or_is_empty_gets_no_new_version(home: House, earlier: JSON) -> None:
    key = await home.client(*SCOPES)
    await home.issued(key, beneficiary=PERSON)
    await take(home, key, second([earlier]))
    [only] = await versions(home)
    assert (only.version, only.status) == (1, Status.ISSUED)
    assert await count(home.store, "outbox WHERE job = 'earlier_doses'") == 0


async def test_what_differs_is_corrected_once_in_the_clients_name(home: House) -> None:
    key = await home.client(*SCOPES)
    await home.issued(key, beneficiary=PERSON)
    given = second([{"dose": 1, "date": "2021-05-30T00:00:00Z", "batch": "RIGHT"}], gender="Female")
    for _ in range(2):
        await take(home, key, given, idempotencyKey="day")
    new, old = await versions(home)
    assert (new.status, new.version, old.status) == (Status.ISSUED, 2, Status.SUPERSEDED)
    assert new.client_id == old.client_id
    assert (new.record.vaccination.batch, new.record.vaccination.date.day) == ("RIGHT", 30)
    assert (new.record.vaccination.name, new.record.facility) == (old.record.vaccination.name, old.record.facility)
    assert new.record.recipient.gender == "Female"
    assert new.corrections == 0, "what the source corrects does not use up the limit"


async def test_a_later_version_does_not_repeat_what_the_first_said(home: House) -> None:
    """The record of dose 2 keeps its earlier doses: a correction of dose 1 since must not be taken back by it."""
    key = await home.client(*SCOPES)
    await home.issued(key, beneficiary=PERSON)
    await take(home, key, second([{"dose": 1, "date": "2021-06-01T00:00:00Z", "batch": "FIRST"}]))
    update = (
        """mutation($input: UpdateCertificateInput!) { updateCertificate(input: $input) { userErrors { code } } }"""
    )
    for dose, batch in ((1, "SECOND"), (2, "OTHER")):
        asked = {"beneficiaryId": PERSON, "dose": dose, "vaccination": {"batch": batch}, "waitMs": 5000}
        assert (await home.ask(update, key, input=asked))["updateCertificate"]["userErrors"] == []
    assert (await versions(home))[0].record.vaccination.batch == "SECOND"


async def test_other_clients_certificates_and_doses_that_nobody_has_are_left_alone(home: House) -> None:
    await home.issued(await home.client(*SCOPES), beneficiary=PERSON)
    other = await home.client(*SCOPES)
    earlier = [{"dose": 1, "date": "2020-01-01T00:00:00Z"}]
    await take(home, other, second(earlier), second(earlier, person="50000000000002"))
    assert [one.version for one in await versions(home)] == [1]
    assert await versions(home, "50000000000002") == []


async def test_who_is_killed_between_correction_and_note_corrects_nothing_twice(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await home.client(*SCOPES)
    await home.issued(key, beneficiary=PERSON)
    home.workbench.idle = True
    given = second([{"dose": 1, "date": "2021-06-01T00:00:00Z", "batch": "RIGHT"}])
    payload = await home.issue(key, given, waitMs=0)
    ids = (payload["results"][0]["certificate"]["id"],)
    home.workbench.idle = False

    async def die(_certificate_id: str) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(home.store, "end_earlier", die)
        with pytest.raises(RuntimeError):
            await home.workbench.enqueue([Job(EARLIER_DOSES, ids)])
    assert await count(home.store, "outbox WHERE job = 'earlier_doses'") == 1
    await work(home)
    assert [one.version for one in await versions(home)] == [2, 1]
    assert await count(home.store, "outbox WHERE job = 'earlier_doses'") == 0


async def test_a_deployment_may_leave_it_to_reconciliations(tmp_path: Path, signing_keys: Path) -> None:
    async with house(tmp_path, signing_keys, EARLIER_DOSES="report") as home:
        key = await home.client(*SCOPES)
        await home.issued(key, beneficiary=PERSON)
        await take(home, key, second([{"dose": 1, "date": "2021-06-01T00:00:00Z", "batch": "RIGHT"}]))
        assert [one.version for one in await versions(home)] == [1]


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors lie beside a checkout, not in it")
async def test_the_old_services_own_case(home: House) -> None:
    """The stored certificate, a request with its earlier dose, and the update that the old service made of them."""
    read = {
        name: json.loads((VECTORS / f"recon-{name}.json").read_text())
        for name in ("certify-v3-with-meta-vaccinations", "expected-update-request")
    }
    asked, expected = read["certify-v3-with-meta-vaccinations"], read["expected-update-request"]
    first = json.loads(json.dumps(asked))
    first["vaccination"] |= {"dose": 1, "date": "2021-12-15T00:06:00.000Z"}
    first.pop("meta")
    key = await home.client(*SCOPES)
    for one in (first, asked):
        answer = await home.http.post("/divoc/api/v3/certify", json=[one], headers={"authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.text
        await work(home)
    new, old = await versions(home, "223718502B8")
    wanted = from_divoc_request(expected).record
    assert (new.version, old.status) == (2, Status.SUPERSEDED)
    given = new.record.vaccination
    assert (given.name, given.batch, given.manufacturer) == tuple(
        wanted["vaccination"][name] for name in ("name", "batch", "manufacturer")
    )
    assert given.date == datetime.fromisoformat(wanted["vaccination"]["date"])
    assert (given.total_doses, given.effective_start) == (2, old.record.vaccination.effective_start)
    assert new.record.recipient == old.record.recipient
    assert new.record.facility == old.record.facility
