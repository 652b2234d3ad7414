"""Correction requests: a holder's words, sealed under the person's key, until an admin decides."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.correction_tables import correction_requests
from backends.sql.cursors import after_cursor, cursor
from backends.sql.once import once
from backends.sql.people import Person, keys_of_people, lock_people
from backends.sql.placing import person_named
from backends.sql.tables import audit, certificates
from backends.sql.types import AnyRow
from backends.sql.vault import Place
from credential.access import Caller
from credential.errors import LimitReached, NotFound
from credential.ports import AuditEntry, CorrectionRequest, CorrectionState, Page, Request

OPEN_AT_MOST = 3
_SCOPE = "corrections"


class _Words(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed."""

    changes: dict[str, object]
    note: str
    reason: str


class SqlCorrections(Part):
    """Implements `credential.ports.Corrections`."""

    async def request_correction(self, wanted: CorrectionRequest, *, request: Request) -> str:
        """Store under the person's lock, so that the limit holds."""
        async with self._database.write() as connection:
            answer = await once(self._context, connection, request, lambda: self._ask(connection, wanted, request))
        if answer.user_fault is not None:
            raise answer.user_fault
        return answer.ids[0]

    async def _ask(self, connection: AsyncConnection, wanted: CorrectionRequest, request: Request) -> tuple[str, ...]:
        [(shard, _)] = self._context.keys_of([wanted.certificate_id]) or [(-1, "")]
        columns = certificates.c
        query = select(columns.beneficiary, columns.programme).where(
            columns.shard == shard, columns.id == wanted.certificate_id
        )
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound("No such certificate.", ("certificateId",))
        person = Person(shard, row.beneficiary)
        keys = await lock_people(self._context, connection, [person])
        await self._require_room(connection, person, wanted.certificate_id)
        words = _Words(dict(wanted.changes), wanted.note, "")
        new = {
            "shard": shard,
            "id": wanted.id,
            "beneficiary": row.beneficiary,
            "programme": row.programme,
            "certificate_id": wanted.certificate_id,
            "state": CorrectionState.OPEN,
            "created_at": request.now,
            "sealed": self._sealed_words(keys[person], shard, wanted.id, words),
        }
        await self._database.add(connection, correction_requests, [new])
        await self._note(connection, request.caller, "request correction", wanted.certificate_id, request.now)
        return (wanted.id,)

    async def correction(self, request_id: str) -> CorrectionRequest | None:
        """Read one."""
        async with self._database.read() as connection:
            query = select(correction_requests).where(correction_requests.c.id == request_id)
            found = await self._opened_rows(connection, (await connection.execute(query)).all())
        return found[0] if found else None

    async def decide_correction(
        self, request_id: str, state: CorrectionState, reason: str, *, caller: Caller, now: datetime
    ) -> bool:
        """Close where it is open."""
        columns = correction_requests.c
        query = select(correction_requests).where(columns.id == request_id).with_for_update()
        async with self._database.write() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None or row.state != CorrectionState.OPEN:
                return False
            [request] = await self._opened_rows(connection, [row])
            person = Person(row.shard, row.beneficiary)
            keys = await keys_of_people(self._context, connection, [person])
            words = _Words(dict(request.changes), request.note, reason)
            sealed = self._sealed_words(keys[person], row.shard, row.id, words)
            values = {"state": state, "decided_at": now, "sealed": sealed}
            await connection.execute(update(correction_requests).where(columns.id == request_id).values(values))
            await self._note(connection, caller, f"{state.lower()} correction", row.certificate_id, now)
        return True

    async def corrections(
        self, *, state: CorrectionState | None, first: int, after: str | None
    ) -> Page[CorrectionRequest]:
        """Read a page in the order of arrival."""
        columns = correction_requests.c
        query = select(correction_requests).order_by(columns.created_at, columns.id).limit(first + 1)
        if state is not None:
            query = query.where(columns.state == state)
        if after is not None:
            at, last = after_cursor(self._vault, _SCOPE, after)
            moment = datetime.fromtimestamp(int(at) / 1_000_000, UTC)
            later = (columns.created_at == moment) & (columns.id > str(last))
            query = query.where((columns.created_at > moment) | later)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            found = await self._opened_rows(connection, rows[:first])
        cursors = tuple(
            cursor(self._vault, _SCOPE, round(row.created_at.timestamp() * 1_000_000), row.id) for row in rows[:first]
        )
        return Page(tuple(found), cursors, has_next=len(rows) > first)

    async def corrections_of(self, programme: str, beneficiary_id: str) -> list[CorrectionRequest]:
        """Read a person's."""
        person, columns = person_named(self._context, beneficiary_id), correction_requests.c
        query = select(correction_requests).where(
            columns.shard == person.shard,
            columns.beneficiary == person.beneficiary,
            columns.programme == programme,
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(columns.created_at.desc(), columns.id))).all()
            return await self._opened_rows(connection, rows)

    async def _require_room(self, connection: AsyncConnection, person: Person, certificate_id: str) -> None:
        columns = correction_requests.c
        own = (columns.shard == person.shard) & (columns.beneficiary == person.beneficiary)
        query = select(func.count()).where(
            own, columns.certificate_id == certificate_id, columns.state == CorrectionState.OPEN
        )
        if (await connection.execute(query)).scalar_one() >= OPEN_AT_MOST:
            raise LimitReached(f"At most {OPEN_AT_MOST} requests are open for a certificate; wait for a decision.")

    async def _note(
        self, connection: AsyncConnection, caller: Caller, action: str, certificate_id: str, now: datetime
    ) -> None:
        entries = [AuditEntry(caller, action, certificate_id, now)]
        await self._database.add(connection, audit, audit_rows(self._context, entries))

    async def _opened_rows(self, connection: AsyncConnection, rows: Sequence[AnyRow]) -> list[CorrectionRequest]:
        people = [Person(row.shard, row.beneficiary) for row in rows]
        keys = await keys_of_people(self._context, connection, people)
        return [self._request(row, keys[person]) for row, person in zip(rows, people, strict=True)]

    def _request(self, row: AnyRow, key: bytes) -> CorrectionRequest:
        words = msgspec.json.decode(self._vault.opened(key, row.sealed, _place(row.shard, row.id)), type=_Words)
        return CorrectionRequest(
            id=row.id,
            certificate_id=row.certificate_id,
            state=CorrectionState(row.state),
            created_at=row.created_at,
            changes=words.changes,
            note=words.note,
            reason=words.reason,
            decided_at=row.decided_at,
        )

    def _sealed_words(self, key: bytes, shard: int, request_id: str, words: _Words) -> bytes:
        return self._vault.sealed(key, msgspec.json.encode(words), _place(shard, request_id))


def _place(shard: int, request_id: str) -> Place:
    return Place("correction_requests", "sealed", shard, request_id.encode())
