"""The store: records taken in singly and in batches, signed, read back; and the bytes that a certificate takes.

Prints rates and, as what is comparable between machines, ratios of the same run. Addresses of databases are arguments;
without one a SQLite file in a temporary directory. A PostgreSQL database must be empty and migrated.
"""

import asyncio
import base64
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import msgspec
from sqlalchemy import text

from backends.sql.store import SqlStore, StoreKeys, open_store
from credential.access import ALL_ROWS, Caller
from credential.keys import Profile
from credential.ports import Intent, Request, SignedCertificate
from credential.record import VaccinationRecord, parse_record

BATCHES, BATCH = 3, 1_000
SINGLES = 200
WORKERS = 10
NOW = datetime(2022, 3, 4, tzinfo=UTC)
KEYS = StoreKeys(os.urandom(32), os.urandom(32), {"bench": os.urandom(32)}, "bench")
REQUEST = Request(Caller("bench"), "issue", None, b"", NOW)
NUMBERS = count(1)
POSTGRESQL_SIZE = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class
WHERE relkind = 'r' AND relname ~ '^(certificates|records|data_keys)_[0-9]+$'
"""
SQLITE_SIZE = """
SELECT sum(pgsize) FROM dbstat WHERE name IN
(SELECT name FROM sqlite_schema WHERE tbl_name IN ('certificates', 'records', 'data_keys'))
"""
LENGTHS = """
SELECT (SELECT avg(length(data)) FROM records), avg(length(credentials)), count(*) FROM certificates
"""
DISTRICTS = ("Pune", "Kochi", "Jaipur", "Imphal", "Gaya", "Mysuru", "Surat", "Agra")


def record() -> VaccinationRecord:
    """Return the record of the next synthetic person."""
    number = next(NUMBERS)
    address = {"district": DISTRICTS[number % 8], "state": "Karnataka", "postalCode": f"{560000 + number % 999}"}
    data = {
        "beneficiaryId": f"{10**13 + number * 7919}",
        "recipient": {
            "name": f"Sample Person {number}",
            "dateOfBirth": f"{1940 + number % 60}-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "gender": "Female",
            "nationality": "Indian",
            "mobile": f"+919{number * 7919 % 10**9:09}",
            "address": address,
        },
        "vaccination": {
            "name": "COVISHIELD",
            "batch": f"41{number % 97}Z{number % 999:03}",
            "manufacturer": "Serum Institute of India",
            "date": "2022-03-01T06:30:00Z",
            "dose": 1,
            "totalDoses": 2,
        },
        "facility": {"name": f"Sample Health Centre {number % 500}", "id": f"F{number % 500}", "address": address},
    }
    return parse_record(data, now=NOW)


def signed(certificate_id: str, item: VaccinationRecord) -> SignedCertificate:
    """Return a document of the size and kind that an RSA key signs."""
    body = {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://cowin.gov.in/credentials/vaccination/v1"],
        "type": ["VerifiableCredential", "ProofOfVaccinationCredential"],
        "credentialSubject": {"type": "Person", "id": f"did:india:{item.beneficiary_id}"} | _plain(item.recipient),
        "evidence": [
            {"id": f"https://cowin.gov.in/vaccine/{certificate_id}#b1.{_random(16)}", "type": ["Vaccination"]},
            _plain(item.vaccination),
            _plain(item.facility),
        ],
        "proof": {"type": "RsaSignature2018", "jws": f"eyJhbGciOiJQUzI1NiIsImI2NCI6ZmFsc2V9..{_random(256)}"},
    }
    return SignedCertificate(certificate_id, {Profile.COWIN_V1: msgspec.json.encode(body).decode()}, (_random(16),))


def _plain(value: object) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(value)
    return plain


def _random(size: int) -> str:
    return base64.urlsafe_b64encode(os.urandom(size)).decode().rstrip("=")


async def timed(name: str, amount: int, work: Callable[[], Awaitable[object]]) -> float:
    """Run, print and return the rate."""
    start = time.perf_counter()
    await work()
    rate = amount / (time.perf_counter() - start)
    print(f"  {name:42} {rate:8.0f}/s")
    return rate


async def batches(store: SqlStore, items: list[VaccinationRecord]) -> list[str]:
    """Take records in, a thousand at a time; return the ids."""
    ids: list[str] = []
    for start in range(0, len(items), BATCH):
        answer = await store.accept(REQUEST, items[start : start + BATCH])
        ids += [outcome.certificate_id or "" for outcome in answer.outcomes]
    return ids


async def singles(store: SqlStore, items: list[VaccinationRecord], workers: int = 1) -> None:
    """Take records in one by one, by several callers at once."""
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await store.accept(REQUEST, [item])

    await asyncio.gather(*(work() for _ in range(workers)))


async def complete(store: SqlStore, ids: list[str], items: list[VaccinationRecord]) -> None:
    """Store intents and signed documents, a hundred at a time, as a worker does."""
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        await store.take(some)
        await store.intend([Intent(one, "key", NOW, bytes(32)) for one in some])
        documents = [signed(one, item) for one, item in zip(some, items[start : start + 100], strict=True)]
        assert len(await store.complete(documents, now=NOW)) == len(some)


async def reads(store: SqlStore, ids: list[str]) -> None:
    """Read certificates one by one."""
    for one in ids:
        assert (await store.by_ids([one], visible=ALL_ROWS))[0] is not None


async def measure(url: str) -> None:
    """Print the rates of one database."""
    print(url.split("://", maxsplit=1)[0])
    items, more = [record() for _ in range(BATCH * BATCHES)], [record() for _ in range(SINGLES * 2)]
    async with open_store(url, KEYS) as store:
        ids: list[str] = []

        async def take_in() -> None:
            ids.extend(await batches(store, items))

        batched = await timed("accept, batches of 1,000", len(items), take_in)
        single = await timed("accept, one by one", SINGLES, lambda: singles(store, more[:SINGLES]))
        callers = await timed(
            "accept, one by one, 10 callers", SINGLES, lambda: singles(store, more[SINGLES:], WORKERS)
        )
        await timed("take, intend, complete, hundreds", len(ids), lambda: complete(store, ids, items))
        await timed("read by id", SINGLES, lambda: reads(store, ids[:SINGLES]))
        await timed("fold events", len(ids), lambda: store.rollup(now=NOW))
        print(f"  batched to single                          {batched / single:8.1f} x")
        print(f"  ten callers to one                         {callers / single:8.1f} x")
        await sizes(store)


async def sizes(store: SqlStore) -> None:
    """Print the bytes per certificate of record, certificate and their indexes; pages half empty count in full."""
    database = store._database  # noqa: SLF001 - measured from behind
    async with database.read() as connection:
        total = (await connection.execute(text(POSTGRESQL_SIZE if database.postgresql else SQLITE_SIZE))).scalar_one()
        data, credentials, number = (await connection.execute(text(LENGTHS))).one()
    print(f"  bytes per certificate                      {total / number:8.0f}")
    print(f"  of them sealed: record, text               {data:8.0f}, {credentials:.0f}")


async def main(urls: list[str]) -> None:
    """Measure each database."""
    with tempfile.TemporaryDirectory() as directory:
        for url in urls or [f"sqlite+aiosqlite:///{Path(directory) / 'store.db'}"]:
            await measure(url)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
