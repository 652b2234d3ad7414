"""Personal data at rest: nothing in the clear, nothing readable without the keys (reliability-security)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from backends.sql.store import SqlStore, open_store
from backends.sql.tables import metadata
from credential.access import ALL_ROWS, Proof
from credential.errors import BadUserInput, PramaanError
from credential.record import VaccinationRecord
from tests.contract.store_faults import execute
from tests.contract.store_samples import KEYS, NOW, issued, record, request

CANARIES = ("Canarya", "9812345678", "canary@example.org", "beneficiary-4711", "1971-02-03", "Canary-Key-7")


def canary(dose: int = 1) -> VaccinationRecord:
    person: dict[str, str | int | None] = {
        "name": "Canarya Sample",
        "mobile": "+919812345678",
        "email": "canary@example.org",
        "dateOfBirth": "1971-02-03",
    }
    return record(4711, dose=dose, **person)


async def use(store: SqlStore) -> str:
    """Walk a canary along every way into the store."""
    item = canary()
    certificate_id = await issued(store, item)
    await store.accept(request("Canary-Key-7"), [item, BadUserInput("No."), canary(dose=2)])
    await store.index_contacts([certificate_id])
    for proof in (Proof(mobile="+919812345678"), Proof(date_of_birth="1971-02-03")):
        await store.by_ids([certificate_id], visible=ALL_ROWS, proof=proof)
    await store.rollup(now=NOW)
    return certificate_id


async def test_no_row_holds_personal_data_in_the_clear(store: SqlStore) -> None:
    certificate_id = await use(store)
    stored = b""
    async with store._database.read() as connection:
        for table in metadata.tables.values():
            for row in await connection.execute(select(table)):
                stored += b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert certificate_id.encode() in stored  # the search finds what is there
    for text in CANARIES:
        assert text.encode() not in stored, text


def _content(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.iterdir())


async def test_no_byte_of_the_file_holds_personal_data_in_the_clear(tmp_path: Path) -> None:
    async with open_store(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}", KEYS) as store:
        certificate_id = await use(store)
        stored = await asyncio.to_thread(_content, tmp_path)
    assert certificate_id.encode() in stored
    for text in CANARIES:
        assert text.encode() not in stored, text


@pytest.mark.parametrize(("table", "column"), [("records", "data"), ("certificates", "credentials")])
async def test_a_changed_byte_gives_an_error_never_wrong_data(store: SqlStore, table: str, column: str) -> None:
    certificate_id = await issued(store)
    cut = f"UPDATE {table} SET {column} = substr({column}, 1, length({column}) - 1)"  # noqa: S608 - our own names
    await execute(store, cut)
    with pytest.raises(PramaanError, match="does not open"):
        await store.by_ids([certificate_id], visible=ALL_ROWS)
