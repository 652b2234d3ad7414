"""Changing contacts in place, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from backends.sql.letter_tables import letters
from backends.sql.store import SqlStore, open_store
from credential.access import ALL_ROWS, Proof, Visibility
from credential.errors import BadUserInput, NoChange, NotFound
from credential.keys import Profile
from credential.ports import Intent, SignedCertificate
from credential.record import record_to_json
from tests.contract.store_samples import KEYS, NOW, ids_of, issued, record, request

OLD, NEW = "+919999900001", "+919999900002"
PERSON = ("default", record().beneficiary_id)
REQUEST = replace(request("changeContact"), key=None)


async def changed(store: SqlStore, **contact: str | None) -> int:
    return await store.change_contact(REQUEST, *PERSON, contact, visible=ALL_ROWS)


async def test_everything_else_stays_as_it_was(store: SqlStore) -> None:
    ids = [await issued(store, record(dose=dose, mobile=OLD)) for dose in (1, 2)]
    before = await store.by_ids(ids, visible=ALL_ROWS)
    assert await changed(store, mobile=NEW) == 2
    after = await store.by_ids(ids, visible=ALL_ROWS)
    for old, new in zip(before, after, strict=True):
        assert old is not None
        assert new is not None
        assert new.record.recipient.mobile == NEW
        assert (new.credentials, new.version, new.status) == (old.credentials, old.version, old.status)
        assert new.corrections == 0


async def test_credentials_are_the_same_bytes_beside_a_longer_record(store: SqlStore) -> None:
    """They are compressed with the record beside them, so they must be packed again with the new one."""
    item = record(mobile=OLD)
    [identifier] = ids_of(await store.accept(request(), [item]))
    [taken] = await store.take([identifier])
    await store.intend([Intent(taken.id, "key-1", NOW, b"digest")])
    text = record_to_json(item).decode()
    await store.complete([SignedCertificate(identifier, {Profile.COWIN_V1: text}, ("hash",))], now=NOW)
    await changed(store, email="sample.person.1@example.org", mobile=None)
    [found] = await store.by_ids([identifier], visible=ALL_ROWS)
    assert found is not None
    assert found.credentials == {Profile.COWIN_V1: text}
    assert found.record.recipient.email == "sample.person.1@example.org"


async def test_the_new_number_proves_and_the_old_one_does_not(store: SqlStore) -> None:
    [identifier] = [await issued(store, record(mobile=OLD))]
    await changed(store, mobile=NEW)
    await store.index_contacts([identifier])
    for mobile, there in ((NEW, True), (OLD, False)):
        [found] = await store.by_ids([identifier], visible=ALL_ROWS, proof=Proof(mobile=mobile))
        assert (found is not None) == there
        assert bool(await store.people_of(mobile)) == there


async def test_what_cannot_be_changed_changes_nothing(store: SqlStore) -> None:
    await issued(store, record(mobile=OLD))
    for contact, fault in (
        ({"mobile": OLD}, NoChange),
        ({"mobile": None}, BadUserInput),
        ({"email": "x"}, BadUserInput),
    ):
        with pytest.raises(fault):
            await changed(store, **contact)
    another = Visibility(client_id="another")
    with pytest.raises(NotFound):
        await store.change_contact(REQUEST, *PERSON, {"mobile": NEW}, visible=another)
    assert [one.beneficiary_id for one in await store.people_of(NEW)] == []


async def test_letters_go_to_both_numbers_and_wait_sealed(store_url: str) -> None:
    async with open_store(store_url, KEYS, notices=True) as store:
        await issued(store, record(mobile=OLD))
        await changed(store, mobile=NEW)
        async with store._database.read() as connection:
            stored = repr([tuple(row) for row in await connection.execute(select(letters))])
        assert OLD[3:] not in stored
        waiting = await store.unsent_letters(now=NOW)
        assert sorted(one.recipient for one in waiting) == [f"tel:{OLD}", f"tel:{NEW}"]
        assert await store.unsent_letters(now=NOW) == [], "leased"
        await store.letters_sent([waiting[0].id])
        later = NOW + timedelta(minutes=1)
        assert [one.id for one in await store.unsent_letters(now=later)] == [waiting[1].id], "it comes back"
        for _ in range(11):
            later += timedelta(hours=3)
            await store.unsent_letters(now=later)
        assert await store.unsent_letters(now=later + timedelta(hours=3)) == [], "not for ever"


async def test_without_the_setting_there_are_no_letters(store: SqlStore) -> None:
    await issued(store, record(mobile=OLD))
    await changed(store, mobile=NEW)
    assert await store.unsent_letters(now=NOW) == []
