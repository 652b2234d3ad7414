"""Changing contacts in place: sealed again under the same key, in one transaction with what follows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.letter_tables import letters
from backends.sql.once import once
from backends.sql.people import Person, keys_of_people, lock_people, record_place
from backends.sql.placing import job_row, person_named
from backends.sql.rows import full_rows, opened_credentials, record_text, sealed_credentials
from backends.sql.tables import audit, certificates, outbox, records
from backends.sql.types import AnyRow, AnySelect
from backends.sql.vault import Place
from backends.sql.visibility import visible_condition
from credential.access import Visibility
from credential.errors import NoChange, NotFound
from credential.jobs import INDEX_CONTACTS
from credential.notices import HELPLINE, notice
from credential.ports import AuditEntry, Letter, Request
from credential.record import VaccinationRecord, change_record, record_from_json, record_to_json
from credential.rendering.states import default_language

ID_BYTES = 12
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=3)
AT_ONCE = 50


class SqlContacting(Part):
    """Implements `credential.ports.Contacting`."""

    async def change_contact(
        self, request: Request, programme: str, beneficiary_id: str, contact: Mapping[str, Any], *, visible: Visibility
    ) -> int:
        """Change the live certificates of a person under the person's lock."""
        person, columns = person_named(self._context, beneficiary_id), certificates.c
        own = (columns.shard == person.shard) & (columns.beneficiary == person.beneficiary)
        query = full_rows().where(
            own, columns.programme == programme, columns.live, visible_condition(self._context, visible)
        )
        query = query.order_by(columns.dose)
        async with self._database.write() as connection:
            answer = await once(
                self._context, connection, request, lambda: self._change(connection, request, person, query, contact)
            )
        if answer.user_fault is not None:
            raise answer.user_fault
        return len(answer.ids)

    async def unsent_letters(self, *, now: datetime) -> list[Letter]:
        """Lease what is due; what was tried too often goes."""
        columns = letters.c
        query = select(letters).where(columns.send_at <= now).order_by(columns.send_at).limit(AT_ONCE)
        async with self._database.write() as connection:
            rows = (await connection.execute(query.with_for_update(skip_locked=True))).all()
            people = [Person(row.shard, row.beneficiary) for row in rows]
            keys = await keys_of_people(self._context, connection, people)
            leased = [row for row in rows if row.attempts < MAX_ATTEMPTS]
            await self._database.change(connection, letters, [_leased(row, now) for row in leased])
            gone = [row.id for row in rows if row.attempts >= MAX_ATTEMPTS]
            await connection.execute(delete(letters).where(columns.id.in_(gone)))
        return [self._letter(row, keys[Person(row.shard, row.beneficiary)]) for row in leased]

    async def letters_sent(self, ids: Sequence[str]) -> None:
        """Remove letters."""
        if ids:
            async with self._database.write() as connection:
                await connection.execute(delete(letters).where(letters.c.id.in_(list(ids))))

    async def _change(
        self,
        connection: AsyncConnection,
        request: Request,
        person: Person,
        query: AnySelect,
        contact: Mapping[str, Any],
    ) -> tuple[str, ...]:
        """Change what the query finds, all of it or nothing; return the ids."""
        key = (await lock_people(self._context, connection, [person])).get(person)
        rows = (await connection.execute(query)).all()
        if key is None or not rows:
            raise NotFound("No certificate of this beneficiary counts.", ("beneficiaryId",))
        before = [record_from_json(record_text(self._context, row, key)) for row in rows]
        after = [change_record(one, {"recipient": contact}, now=request.now) for one in before]
        changed = [(row, old, new) for row, old, new in zip(rows, before, after, strict=True) if old != new]
        if not changed:
            raise NoChange("Nothing changes; the contact is as it was.")
        for row, _, new in changed:
            await self._rewrite(connection, row, key, new)
        await self._follow(connection, request, [row for row, *_ in changed])
        if self._context.notices:
            await self._write_letters(connection, person, key, [pair for _, *pair in changed], request.now)
        return tuple(row.id for row, *_ in changed)

    async def _rewrite(self, connection: AsyncConnection, row: AnyRow, key: bytes, after: VaccinationRecord) -> None:
        """Seal record and credentials again: the record is what the credentials are compressed with."""
        old, new = record_text(self._context, row, key), record_to_json(after)
        mobile = after.recipient.mobile
        record = {
            "shard": row.shard,
            "certificate_id": row.id,
            "contact": self._vault.contact(mobile) if mobile else None,
            "data": self._vault.sealed(key, new, record_place(row.shard, row.id)),
        }
        await self._database.change(connection, records, [record])
        if row.credentials is not None:
            texts = opened_credentials(self._context, row, key, old)
            sealed = sealed_credentials(self._context, row, key, texts, new)
            await self._database.change(
                connection, certificates, [{"shard": row.shard, "id": row.id, "credentials": sealed}]
            )

    async def _follow(self, connection: AsyncConnection, request: Request, rows: Sequence[AnyRow]) -> None:
        jobs = [job_row(row.shard, INDEX_CONTACTS, row.id, request.now) for row in rows]
        await self._database.add(connection, outbox, jobs, unless_there=True)
        entries = [AuditEntry(request.caller, "change contact", row.id, request.now) for row in rows]
        await self._database.add(connection, audit, audit_rows(self._context, entries))

    async def _write_letters(
        self,
        connection: AsyncConnection,
        person: Person,
        key: bytes,
        changed: Sequence[Sequence[VaccinationRecord]],
        now: datetime,
    ) -> None:
        """Write to every number that was one of these or is now: a thief of numbers is not alone in knowing."""
        mobiles = dict.fromkeys(
            record.recipient.mobile
            for before, after in changed
            for record in (before, after)
            if before.recipient.mobile != after.recipient.mobile
        )
        language = default_language(changed[-1][1].facility.address.state)
        text = notice("contact_changed", language, helpline=HELPLINE)
        rows = []
        for mobile in mobiles:
            if mobile:
                name = self._context.randomness(ID_BYTES).hex()
                sealed = self._vault.sealed(key, msgspec.json.encode([f"tel:{mobile}", text]), _place(person, name))
                place = {"id": name, "shard": person.shard, "beneficiary": person.beneficiary}
                rows.append({**place, "sealed": sealed, "attempts": 0, "send_at": now})
        await self._database.add(connection, letters, rows)

    def _letter(self, row: AnyRow, key: bytes) -> Letter:
        place = _place(Person(row.shard, row.beneficiary), row.id)
        recipient, text = msgspec.json.decode(self._vault.opened(key, row.sealed, place), type=tuple[str, str])
        return Letter(row.id, recipient, text)


def _place(person: Person, name: str) -> Place:
    return Place("letters", "sealed", person.shard, name.encode())


def _leased(row: AnyRow, now: datetime) -> dict[str, object]:
    again = now + min(FIRST_RETRY * 2**row.attempts, LONGEST_RETRY)
    return {"id": row.id, "attempts": row.attempts + 1, "send_at": again}
