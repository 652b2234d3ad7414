"""Correction requests on both databases."""

import asyncio

import pytest
from sqlalchemy import select

from backends.sql.correction_tables import correction_requests
from backends.sql.store import SqlStore
from credential.access import Caller
from credential.errors import BadUserInput, LimitReached, NotFound
from credential.ports import CorrectionRequest, CorrectionState, Request
from tests.contract.store_samples import NOW, SECOND, issued, record

HOLDER = Caller(name="holder", holder_of=("default", record().beneficiary_id))
ADMIN = Caller("admin", "Admin")
OPEN, ACCEPTED, REFUSED = CorrectionState.OPEN, CorrectionState.ACCEPTED, CorrectionState.REFUSED


async def asked(store: SqlStore, certificate_id: str, name: str, at: int = 0) -> None:
    changes = {"recipient": {"name": "Canary Name"}}
    wanted = CorrectionRequest(name, certificate_id, OPEN, NOW, changes, "canary note")
    request = Request(HOLDER, "requestCorrection", None, b"", NOW + at * SECOND)
    await store.request_correction(wanted, request=request)


async def test_a_request_is_kept_sealed_and_read_back(store: SqlStore) -> None:
    certificate = await issued(store, record())
    await asked(store, certificate, "r1")
    found = await store.correction("r1")
    assert found is not None
    assert (found.changes, found.note, found.state) == ({"recipient": {"name": "Canary Name"}}, "canary note", OPEN)
    async with store._database.read() as connection:
        stored = repr([tuple(row) for row in await connection.execute(select(correction_requests))]).lower()
    assert "canary" not in stored
    assert await store.correction("r2") is None


async def test_three_may_be_open_however_they_come(store: SqlStore) -> None:
    certificate = await issued(store, record())
    answers = await asyncio.gather(
        *(asked(store, certificate, f"r{number}") for number in range(6)), return_exceptions=True
    )
    assert [type(one) for one in answers if one is not None] == [LimitReached] * 3
    await store.decide_correction("r0", REFUSED, "no", caller=ADMIN, now=NOW)
    decided = [name for name in ("r0", "r1", "r2", "r3", "r4", "r5") if await store.correction(name)]
    assert len(decided) == 3


async def test_a_request_is_decided_once(store: SqlStore) -> None:
    await asked(store, await issued(store, record()), "r1")
    answers = await asyncio.gather(
        *(store.decide_correction("r1", state, "why", caller=ADMIN, now=NOW) for state in (ACCEPTED, REFUSED))
    )
    assert sorted(answers) == [False, True]
    found = await store.correction("r1")
    assert found is not None
    assert (found.reason, found.decided_at) == ("why", NOW)
    assert found.state is not OPEN


async def test_the_queue_is_read_page_by_page_oldest_first(store: SqlStore) -> None:
    first, second = await issued(store, record(1)), await issued(store, record(2))
    for number, certificate in enumerate((first, second, first)):
        await asked(store, certificate, f"r{number}", number)
    page = await store.corrections(state=OPEN, first=2, after=None)
    assert [one.id for one in page.items] == ["r0", "r1"]
    rest = await store.corrections(state=OPEN, first=2, after=page.cursors[-1])
    assert ([one.id for one in rest.items], rest.has_next) == (["r2"], False)
    assert (await store.corrections(state=ACCEPTED, first=2, after=None)).items == ()
    own = await store.corrections_of("default", record(1).beneficiary_id)
    assert [one.id for one in own] == ["r2", "r0"]
    with pytest.raises(BadUserInput):
        await store.corrections(state=None, first=2, after="x")


async def test_of_an_unknown_certificate_nothing_is_kept(store: SqlStore) -> None:
    with pytest.raises(NotFound):
        await asked(store, "1ABC", "r1")
    assert (await store.corrections(state=None, first=9, after=None)).items == ()
