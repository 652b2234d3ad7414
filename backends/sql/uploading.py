"""Uploads: files of records with what became of each row (credential.ports.Uploads).

Name, columns and cells are sealed under a data key of the upload's own. The cells of rows that became certificates go
as soon as the last of the file is signed; the rest is kept as long as idempotency rows: seven days.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.answers import Answer, from_bytes, to_bytes
from backends.sql.context import Context, Part, client_of
from backends.sql.ledger import Ticket
from backends.sql.tables import certificates, upload_rows, uploads
from backends.sql.types import AnyRow
from backends.sql.vault import Place
from credential.certificate import Status
from credential.errors import BadUserInput
from credential.ports import Begun, FailedRows, Outcome, Request, Upload, UploadedFile, UploadedRow

ID_BYTES = 6
"""Ids are numbers, as the old system's clients expect, that JavaScript can hold and nobody can guess."""
AT_WORK = timedelta(minutes=2)
_NO_SHARD = 0


class _File(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a file."""

    name: str
    columns: tuple[str, ...]


class SqlUploads(Part):
    """Implements `credential.ports.Uploads`."""

    async def begin_upload(self, request: Request, file: UploadedFile) -> Begun:
        """Store the upload and its key in the transaction that enters the request."""
        new_id = int.from_bytes(self._context.randomness(ID_BYTES), "big")
        async with self._database.write() as connection:
            ticket = _ticket(self._context, request, new_id)
            ticket = await ledger.claim(self._context, connection, request, ticket, str(new_id))
            if ticket.job_id is not None and ticket.job_id != str(new_id):
                return Begun(int(ticket.job_id), done=ticket.done)
            await connection.execute(insert(uploads), self._upload_row(request, new_id, file))
        return Begun(new_id)

    async def note_rows(self, upload_id: int, rows: Sequence[UploadedRow], *, now: datetime) -> None:
        """Store rows in one statement."""
        async with self._database.write() as connection:
            upload = (await connection.execute(select(uploads).where(uploads.c.id == upload_id))).one()
            key = self._upload_key(upload)
            stored = [self._noted_row(upload_id, key, row) for row in rows]
            await self._database.add(connection, upload_rows, stored, unless_there=True)
            await connection.execute(update(uploads).where(uploads.c.id == upload_id).values(updated_at=now))

    async def finish_upload(self, request: Request, upload_id: int, *, now: datetime) -> None:
        """Close request and upload in one transaction."""
        values = {"finished": True, "updated_at": now}
        async with self._database.write() as connection:
            await connection.execute(update(uploads).where(uploads.c.id == upload_id).values(values))
            await ledger.settle(connection, _ticket(self._context, request, upload_id), None)

    async def uploads(self, client_id: str | None, *, now: datetime) -> list[Upload]:
        """Return uploads; those whose last row has come to its end are counted for good."""
        query = select(uploads).where(_visible(client_id)).order_by(uploads.c.created_at.desc(), uploads.c.id)
        async with self._database.write() as connection:
            found = (await connection.execute(query)).all()
            counts = await self._upload_counts(connection, [row.id for row in found if row.failed is None])
            ended = [row for row in found if row.finished and row.id in counts and counts[row.id][0] == 0]
            for row in ended:
                await self._close_upload(connection, row.id, counts[row.id][1])
        return [self._upload_of(row, counts.get(row.id, (0, row.failed or 0)), now) for row in found]

    async def failed_rows(self, upload_id: int, client_id: str | None) -> FailedRows | None:
        """Return the rows with a fault, and those that could not be signed."""
        columns = upload_rows.c
        own = (certificates.c.shard == columns.certificate_shard) & (certificates.c.id == columns.certificate_id)
        query = (
            select(columns.number, columns.data, columns.certificate_id, columns.fault, certificates.c.failure)
            .select_from(upload_rows.outerjoin(certificates, own))
            .where(columns.upload == upload_id, _failed())
            .order_by(columns.number)
        )
        async with self._database.read() as connection:
            upload = (
                await connection.execute(select(uploads).where(uploads.c.id == upload_id, _visible(client_id)))
            ).one_or_none()
            if upload is None:
                return None
            rows = (await connection.execute(query)).all()
        key = self._upload_key(upload)
        return FailedRows(
            self._upload_file(upload).columns, tuple(self._failed_upload_row(upload_id, key, row) for row in rows)
        )

    async def _upload_counts(self, connection: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return (pending, failed) rows per upload."""
        columns = upload_rows.c
        own = (certificates.c.shard == columns.certificate_shard) & (certificates.c.id == columns.certificate_id)
        pending = func.count().filter(certificates.c.status == Status.PENDING)
        query = (
            select(columns.upload, pending.label("pending"), func.count().filter(_failed()).label("failed"))
            .select_from(upload_rows.outerjoin(certificates, own))
            .where(columns.upload.in_(ids))
            .group_by(columns.upload)
        )
        found = {row.upload: (row.pending, row.failed) for row in await connection.execute(query)} if ids else {}
        return {one: found.get(one, (0, 0)) for one in ids}

    async def _close_upload(self, connection: AsyncConnection, upload_id: int, failed: int) -> None:
        """Keep the count, and the cells of those rows alone that are to be shown."""
        columns = upload_rows.c
        own = (certificates.c.shard == columns.certificate_shard) & (certificates.c.id == columns.certificate_id)
        signed = select(certificates.c.id).where(own, certificates.c.status != Status.FAILED).exists()
        await connection.execute(update(uploads).where(uploads.c.id == upload_id).values(failed=failed))
        done = update(upload_rows).where(columns.upload == upload_id, columns.fault.is_(None), signed)
        await connection.execute(done.values(data=None))

    def _upload_row(self, request: Request, upload_id: int, file: UploadedFile) -> dict[str, object]:
        key_id, wrapped = self._vault.new_key(_NO_SHARD, _name(upload_id))
        key = self._vault.unwrapped(key_id, wrapped, _NO_SHARD, _name(upload_id))
        text = msgspec.msgpack.encode(_File(file.name, file.columns))
        return {
            "id": upload_id,
            "client_id": client_of(request.caller),
            "key_id": key_id,
            "wrapped": wrapped,
            "file": self._vault.sealed(key, text, _file_place(upload_id)),
            "total": file.rows,
            "created_at": request.now,
            "updated_at": request.now,
            "finished": False,
        }

    def _noted_row(self, upload_id: int, key: bytes, row: UploadedRow) -> dict[str, object]:
        place = _row_place(upload_id, row.number)
        shard = None if row.certificate_id is None else self._context.ids.shard_of(row.certificate_id)
        return {
            "upload": upload_id,
            "number": row.number,
            "data": self._vault.sealed(key, msgspec.msgpack.encode(row.cells), place),
            "certificate_shard": shard,
            "certificate_id": row.certificate_id,
            "fault": None if row.fault is None else to_bytes(Answer.of(Outcome(fault=row.fault))),
        }

    def _failed_upload_row(self, upload_id: int, key: bytes, row: AnyRow) -> UploadedRow:
        cells: tuple[str, ...] = ()
        if row.data is not None:
            text = self._vault.opened(key, row.data, _row_place(upload_id, row.number))
            cells = msgspec.msgpack.decode(text, type=tuple[str, ...])
        unsigned = BadUserInput(f"It was accepted, but cannot be signed: {row.failure}")
        fault = unsigned if row.fault is None else from_bytes(row.fault).user_fault
        return UploadedRow(row.number, cells, row.certificate_id, fault)

    def _upload_of(self, row: AnyRow, counts: tuple[int, int], now: datetime) -> Upload:
        file = self._upload_file(row)
        return Upload(
            id=row.id,
            client_id=row.client_id,
            file=UploadedFile(file.name, file.columns, row.total),
            created_at=row.created_at,
            updated_at=row.updated_at,
            pending=counts[0],
            failed=counts[1],
            finished=bool(row.finished),
            at_work=not row.finished and now - row.updated_at < AT_WORK,
        )

    def _upload_file(self, row: AnyRow) -> _File:
        text = self._vault.opened(self._upload_key(row), row.file, _file_place(row.id))
        return msgspec.msgpack.decode(text, type=_File)

    def _upload_key(self, row: AnyRow) -> bytes:
        return self._vault.unwrapped(row.key_id, row.wrapped, _NO_SHARD, _name(row.id))


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget uploads older than seven days; return how many rows went."""
    old = select(uploads.c.id).where(uploads.c.created_at < now - ledger.KEPT)
    gone = [delete(upload_rows).where(upload_rows.c.upload.in_(old)), delete(uploads).where(uploads.c.id.in_(old))]
    return sum([(await connection.execute(statement)).rowcount for statement in gone])


def _ticket(context: Context, request: Request, upload_id: int) -> Ticket:
    return ledger.ticket_of(context, request, request.key or str(upload_id))


def _visible(client_id: str | None) -> ColumnElement[bool]:
    return uploads.c.client_id == client_id if client_id is not None else uploads.c.id >= 0


def _failed() -> ColumnElement[bool]:
    return or_(upload_rows.c.fault.is_not(None), certificates.c.status == Status.FAILED)


def _name(upload_id: int) -> bytes:
    """Return what stands for a person where an upload has a data key: it has no length of a person's."""
    return b"upload " + upload_id.to_bytes(ID_BYTES, "big")


def _file_place(upload_id: int) -> Place:
    return Place("uploads", "file", _NO_SHARD, str(upload_id).encode())


def _row_place(upload_id: int, number: int) -> Place:
    return Place("upload_rows", "data", _NO_SHARD, f"{upload_id} {number}".encode())
