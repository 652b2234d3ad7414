"""A store is opened with its own secrets or not at all: others would make a second certificate for one dose."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from backends.sql.fingerprints import fingerprints
from backends.sql.store import SqlStore, StoreKeys, open_store
from backends.sql.tables import secret_fingerprints
from credential.access import ALL_ROWS
from credential.errors import ConfigurationError, PramaanError
from tests.contract.store_faults import execute
from tests.contract.store_samples import KEYS, issued, record

BOTH = replace(KEYS, data_keys={**KEYS.data_keys, "two": bytes(32)}, active_data_key="two")
ONLY_NEW = replace(BOTH, data_keys={"two": bytes(32)})


async def opened(url: str, keys: StoreKeys) -> None:
    async with open_store(url, keys):
        pass


async def names(store: SqlStore) -> set[str]:
    async with store._database.read() as connection:
        return set((await connection.execute(select(secret_fingerprints.c.name))).scalars())


@pytest.mark.parametrize(
    ("other", "variable"),
    [
        (replace(KEYS, shard_key=b"another shard key of 32 bytes ..."), "PRAMAAN_SHARD_KEY"),
        (replace(KEYS, contact_pepper=b"another pepper of 32 bytes ......"), "PRAMAAN_CONTACT_PEPPER"),
        (replace(KEYS, data_keys={"one": bytes(32)}), "PRAMAAN_DATA_KEYS: the key one"),
    ],
)
async def test_another_secret_is_refused_by_its_name(store_url: str, other: StoreKeys, variable: str) -> None:
    await opened(store_url, KEYS)
    with pytest.raises(ConfigurationError, match=variable):
        await opened(store_url, other)
    await opened(store_url, KEYS)


async def test_a_refused_opening_leaves_nothing_behind(store_url: str) -> None:
    await opened(store_url, KEYS)
    with pytest.raises(ConfigurationError):
        await opened(store_url, replace(BOTH, shard_key=bytes(32)))
    async with open_store(store_url, KEYS) as store:
        assert await names(store) == set(fingerprints(KEYS))


async def test_a_rotated_data_key_still_opens_old_rows(store_url: str) -> None:
    async with open_store(store_url, KEYS) as store:
        old = await issued(store)
    async with open_store(store_url, BOTH) as store:
        new = await issued(store, record(2))
        assert None not in await store.by_ids([old, new], visible=ALL_ROWS)


async def test_a_data_key_that_is_in_use_must_stay(store_url: str) -> None:
    async with open_store(store_url, KEYS) as store:
        await issued(store)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="PRAMAAN_DATA_KEYS lacks the key one"):
            await opened(store_url, ONLY_NEW)
    await opened(store_url, BOTH)


async def test_a_data_key_that_was_never_used_may_go(store_url: str) -> None:
    await opened(store_url, BOTH)
    async with open_store(store_url, ONLY_NEW) as store:
        await issued(store)
        assert "DATA_KEYS:one" not in await names(store)


async def test_two_that_open_an_empty_store_at_once_agree(store_url: str) -> None:
    await asyncio.gather(opened(store_url, KEYS), opened(store_url, KEYS), opened(store_url, BOTH))
    async with open_store(store_url, BOTH) as store:
        assert {"SHARD_KEY", "CONTACT_PEPPER"} <= await names(store)


async def test_of_two_that_disagree_about_an_empty_store_one_is_refused(store_url: str) -> None:
    both = (opened(store_url, KEYS), opened(store_url, replace(KEYS, shard_key=bytes(32))))
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert [type(answer) for answer in answers if answer] == [ConfigurationError]


async def test_the_scheme_of_certificate_ids_may_change(store_url: str) -> None:
    async with open_store(store_url, KEYS) as store:
        old = await issued(store)
    async with open_store(store_url, KEYS, id_scheme="cowin") as store:
        new = await issued(store, record(2))
        assert None not in await store.by_ids([old, new], visible=ALL_ROWS)


async def test_fingerprints_of_one_secret_in_two_places_differ() -> None:
    same = replace(KEYS, shard_key=bytes(32), contact_pepper=bytes(32), data_keys={"one": bytes(32), "two": bytes(32)})
    assert len(set(fingerprints(same).values())) == 4


async def test_the_wrong_key_gives_an_error_never_wrong_data(store_url: str) -> None:
    async with open_store(store_url, KEYS) as store:
        old = await issued(store)
        await execute(store, "DELETE FROM secret_fingerprints")  # as in a store from before them
    async with open_store(store_url, replace(KEYS, data_keys={"one": bytes(32)})) as store:
        with pytest.raises(PramaanError, match="does not open"):
            await store.by_ids([old], visible=ALL_ROWS)
