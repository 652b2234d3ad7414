"""One-time codes: a row per number that a code was asked for, known or not."""

import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Part
from backends.sql.holder_tables import code_requests, one_time_codes
from backends.sql.placing import person_named
from backends.sql.rows import full_rows, record_of
from backends.sql.tables import certificates, contact_index, records
from backends.sql.types import AnyRow
from backends.sql.vault import Place
from credential.certificate import Status
from credential.one_time_code import (
    LIFETIME,
    MAX_TRIES,
    PER_DAY,
    PER_REQUESTER,
    PER_REQUESTER_AND_NUMBER,
    Person,
    shown_name,
)
from credential.ports.holding import UnsentCode
from credential.record import INDIA
from credential.rendering.states import default_language

ID_BYTES = 16
LEASE = timedelta(seconds=10)
AT_ONCE = 10
_NEVER = datetime(1970, 1, 1, tzinfo=INDIA)


class SqlOneTimeCodes(Part):
    """Implements `credential.ports.OneTimeCodes` and `Holders`."""

    async def open_code(self, mobile: str, requester: str, code: str, *, now: datetime) -> bool:
        """Count the request, then store the code unless a limit is reached."""
        contact, day = self._vault.contact(mobile), now.astimezone(INDIA).date()
        async with self._database.write() as connection:
            if not await self._may_ask(connection, self._vault.keyed("requester", requester)[:16], contact, day):
                return False
            row, name = await self._locked(connection, contact, day), self._context.randomness(ID_BYTES).hex()
            open_still = row.expires_at > now
            if (row.day == day and row.sent >= PER_DAY) or (open_still and row.tries >= MAX_TRIES):
                return False
            values = {
                "id": name,  # of this code: one that is being sent is done with by its own name
                "code_hash": self._code_hash(contact, code),
                "expires_at": now + LIFETIME,
                "tries": row.tries if open_still else 0,
                "day": day,
                "sent": row.sent + 1 if row.day == day else 1,
                **self._sealed(contact, name, mobile, code),
                "send_at": now,
            }
            await connection.execute(update(one_time_codes).where(one_time_codes.c.contact == contact).values(values))
        return True

    async def spend_code(self, mobile: str, code: str, *, now: datetime) -> bool:
        """Compare under the row's lock, at equal cost for a number that has none."""
        contact, columns = self._vault.contact(mobile), one_time_codes.c
        given = self._code_hash(contact, code)
        query = select(one_time_codes).where(columns.contact == contact).with_for_update()
        async with self._database.write() as connection:
            row = (await connection.execute(query)).one_or_none()
            stored = (row.code_hash if row is not None else None) or b""
            fits = hmac.compare_digest(stored, given)
            counts = row is not None and row.expires_at > now and row.tries < MAX_TRIES
            if counts and row is not None:
                values = {"code_hash": None, "expires_at": now} if fits else {"tries": row.tries + 1}
                await connection.execute(update(one_time_codes).where(columns.contact == contact).values(values))
            return fits and counts

    async def unsent_codes(self, *, now: datetime) -> list[UnsentCode]:
        """Lease what is due and has not expired."""
        columns = one_time_codes.c
        query = select(one_time_codes).where(columns.send_at <= now, columns.expires_at > now)
        query = query.order_by(columns.send_at).limit(AT_ONCE).with_for_update(skip_locked=True)
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            await self._database.change(connection, one_time_codes, [_leased(row, now) for row in rows])
        return [self._unsent(row) for row in rows if row.sealed is not None]

    async def codes_sent(self, ids: Sequence[str]) -> None:
        """Drop what was sealed."""
        if ids:
            gone = update(one_time_codes).where(one_time_codes.c.id.in_(list(ids)))
            values = {"send_at": None, "sealed": None, "wrapped": None, "key_id": None}
            async with self._database.write() as connection:
                await connection.execute(gone.values(values))

    async def people_of(self, mobile: str) -> list[Person]:
        """Read the people that the index names; the newest live record of each decides."""
        contact, columns = self._vault.contact(mobile), certificates.c
        named = select(contact_index.c.shard, contact_index.c.beneficiary).where(contact_index.c.contact == contact)
        async with self._database.read() as connection:
            people = [tuple(row) for row in await connection.execute(named)]
            if not people:
                return []
            query = full_rows().where(
                tuple_(columns.shard, columns.beneficiary).in_(people), columns.status == Status.ISSUED
            )
            rows = (await connection.execute(query)).all()
        newest: dict[tuple[int, bytes, str], AnyRow] = {}
        for row in sorted(rows, key=lambda row: (row.issued_at, row.dose, row.version)):
            newest[row.shard, row.beneficiary, row.programme] = row
        return sorted(
            (self._person(row) for row in newest.values() if row.contact == contact),
            key=lambda one: (one.shown, one.beneficiary_id),
        )

    async def contact_of(self, programme: str, beneficiary_id: str) -> str | None:
        """Read the newest live record's, as `people_of` chooses it."""
        person, columns = person_named(self._context, beneficiary_id), certificates.c
        own_record = (records.c.shard == columns.shard) & (records.c.certificate_id == columns.id)
        own = (columns.shard == person.shard) & (columns.beneficiary == person.beneficiary)
        query = select(records.c.contact).join(certificates, own_record)
        query = query.where(own, columns.programme == programme, columns.status == Status.ISSUED)
        query = query.order_by(columns.issued_at.desc(), columns.dose.desc(), columns.version.desc()).limit(1)
        async with self._database.read() as connection:
            contact = (await connection.execute(query)).scalar()
        return contact.hex() if contact else None

    async def _may_ask(self, connection: AsyncConnection, requester: bytes, contact: bytes, day: date) -> bool:
        columns = code_requests.c
        statement = self._database.insert(code_requests)
        statement = statement.on_conflict_do_update(
            index_elements=["requester", "day", "contact"], set_={"number": columns.number + 1}
        )
        row = {"requester": requester, "day": day, "contact": contact, "number": 1}
        number = (await connection.execute(statement.returning(columns.number), row)).scalar_one()
        total = select(func.sum(columns.number)).where(columns.requester == requester, columns.day == day)
        all_numbers = int((await connection.execute(total)).scalar_one())
        return bool(number <= PER_REQUESTER_AND_NUMBER and all_numbers <= PER_REQUESTER)

    async def _locked(self, connection: AsyncConnection, contact: bytes, day: date) -> AnyRow:
        """Return the number's row, made where there is none, locked."""
        new = {
            "contact": contact,
            "id": self._context.randomness(ID_BYTES).hex(),
            "expires_at": _NEVER,
            "tries": 0,
            "day": day,
            "sent": 0,
        }
        await self._database.add(connection, one_time_codes, [new], unless_there=True)
        query = select(one_time_codes).where(one_time_codes.c.contact == contact).with_for_update()
        return (await connection.execute(query)).one()

    def _code_hash(self, contact: bytes, code: str) -> bytes:
        return self._vault.keyed("one-time code", contact, code)

    def _sealed(self, contact: bytes, row_id: str, mobile: str, code: str) -> dict[str, object]:
        key_id, wrapped = self._vault.new_key(0, contact)
        key = self._vault.unwrapped(key_id, wrapped, 0, contact)
        sealed = self._vault.sealed(key, msgspec.json.encode([mobile, code]), _place(row_id))
        return {"key_id": key_id, "wrapped": wrapped, "sealed": sealed}

    def _unsent(self, row: AnyRow) -> UnsentCode:
        key = self._vault.unwrapped(row.key_id, row.wrapped, 0, row.contact)
        mobile, code = msgspec.json.decode(self._vault.opened(key, row.sealed, _place(row.id)), type=tuple[str, str])
        return UnsentCode(row.id, mobile, code)

    def _person(self, row: AnyRow) -> Person:
        record = record_of(self._context, row)
        language = default_language(record.facility.address.state)
        return Person(
            row.programme, record.beneficiary_id, shown_name(record.recipient.name), language, row.contact.hex()
        )


async def forget_codes(connection: AsyncConnection, now: datetime) -> int:
    """Remove what no limit of today asks for; return how many rows went."""
    today, codes, asked = now.astimezone(INDIA).date(), one_time_codes.c, code_requests.c
    gone = (
        delete(one_time_codes).where(codes.day < today, codes.expires_at < now),
        delete(code_requests).where(asked.day < today),
    )
    return sum([(await connection.execute(statement)).rowcount for statement in gone])


def _leased(row: AnyRow, now: datetime) -> dict[str, object]:
    """Come back after as long again as the code has waited: those of unknown numbers are not in the way of others."""
    waited = now - (row.expires_at - LIFETIME)
    return {"contact": row.contact, "send_at": now + max(LEASE, waited)}


def _place(row_id: str) -> Place:
    return Place("one_time_codes", "sealed", 0, row_id.encode())
