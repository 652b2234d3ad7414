"""Uploaded files (credential.ports.Files, credential.ports.FileChunks): names sealed, bytes elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql import ledger
from backends.sql.context import Part, client_of
from backends.sql.file_tables import file_chunks, files
from backends.sql.types import AnyRow
from backends.sql.vault import Place
from credential.errors import NotFound
from credential.ports import FileChunk, FileOrder, Request, StoredFile

FILE_ID_BYTES = 12
NO_FILE = "There is no such upload of yours."
_NO_SHARD = 0


class SqlFiles(Part):
    """Implements `credential.ports.Files` and `credential.ports.FileChunks`."""

    async def create_file(self, request: Request, order: FileOrder) -> StoredFile:
        """Store the file in the transaction that enters the request."""
        new_id = "upload_" + self._context.randomness(FILE_ID_BYTES).hex()
        ticket = ledger.ticket_of(self._context, request, request.key or new_id)
        async with self._database.write() as connection:
            ticket = await ledger.claim(self._context, connection, request, ticket, new_id)
            file_id = ticket.job_id or new_id
            if file_id == new_id:
                await connection.execute(insert(files), self._file_row(new_id, request, order))
                await ledger.settle(connection, ticket, None)
            row = (await connection.execute(_files(files.c.id == file_id))).one_or_none()
        if row is None:
            raise NotFound(NO_FILE)
        return self._file_of(row)

    async def file(self, file_id: str, *, client_id: str | None) -> StoredFile | None:
        """Return a file with what it has received."""
        own = true() if client_id is None else files.c.client_id == client_id
        async with self._database.read() as connection:
            row = (await connection.execute(_files(files.c.id == file_id, own))).one_or_none()
        return None if row is None else self._file_of(row)

    async def complete_file(self, file_id: str) -> None:
        """Note it."""
        async with self._database.write() as connection:
            await connection.execute(update(files).where(files.c.id == file_id).values(complete=True))

    async def expired_file(self, *, now: datetime) -> StoredFile | None:
        """Return the oldest."""
        query = _files(files.c.created_at < now - ledger.KEPT).order_by(files.c.created_at).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else self._file_of(row)

    async def remove_file(self, file_id: str) -> None:
        """Remove file and chunks in one transaction."""
        async with self._database.write() as connection:
            await connection.execute(delete(files).where(files.c.id == file_id))
            await connection.execute(delete(file_chunks).where(file_chunks.c.file == file_id))

    async def chunks(self, file_id: str, *, claimed: bool = False) -> Sequence[FileChunk]:
        """Return chunks in order."""
        chosen = true() if claimed else file_chunks.c.stored
        async with self._database.read() as connection:
            rows = await connection.execute(_chunks(file_id, chosen).order_by(file_chunks.c.number))
            return [_chunk_of(row) for row in rows]

    async def claim_chunk(self, file_id: str, chunk: FileChunk) -> FileChunk | None:
        """Enter the chunk where none of its number is there."""
        async with self._database.write() as connection:
            there = await _there(connection, file_id, chunk.number)
            if there is None:
                await self._enter_chunk(connection, file_id, chunk)
        return there

    async def note_chunk(self, file_id: str, chunk: FileChunk) -> FileChunk:
        """Mark the chunk where none of its number is there."""
        columns = file_chunks.c
        own = (columns.file == file_id, columns.number == chunk.number, columns.sha256 == chunk.sha256)
        async with self._database.write() as connection:
            there = await _there(connection, file_id, chunk.number)
            if there is None:
                await self._enter_chunk(connection, file_id, chunk)  # forgotten in between
                await connection.execute(update(file_chunks).where(*own).values(stored=True))
        return there or chunk

    async def forget_chunks(self, file_id: str) -> None:
        """Remove the rows of the chunks."""
        async with self._database.write() as connection:
            await connection.execute(delete(file_chunks).where(file_chunks.c.file == file_id))

    async def _enter_chunk(self, connection: AsyncConnection, file_id: str, chunk: FileChunk) -> None:
        row = {"file": file_id, "number": chunk.number, "sha256": chunk.sha256, "size": chunk.size, "stored": False}
        await self._database.add(connection, file_chunks, [row], unless_there=True)

    def _file_row(self, file_id: str, request: Request, order: FileOrder) -> dict[str, object]:
        key_id, wrapped = self._vault.new_key(_NO_SHARD, _name(file_id))
        key = self._vault.unwrapped(key_id, wrapped, _NO_SHARD, _name(file_id))
        return {
            "id": file_id,
            "client_id": client_of(request.caller),
            "key_id": key_id,
            "wrapped": wrapped,
            "name": self._vault.sealed(key, order.name.encode(), _place(file_id)),
            "size": order.size,
            "sha256": order.sha256,
            "chunk_size": order.chunk_size,
            "complete": False,
            "created_at": request.now,
        }

    def _file_of(self, row: AnyRow) -> StoredFile:
        key = self._vault.unwrapped(row.key_id, row.wrapped, _NO_SHARD, _name(row.id))
        return StoredFile(
            id=row.id,
            client_id=row.client_id,
            name=self._vault.opened(key, row.name, _place(row.id)).decode(),
            size=row.size,
            sha256=row.sha256,
            chunk_size=row.chunk_size,
            complete=bool(row.complete),
            received=int(row.received),
            created_at=row.created_at,
        )


def _files(*chosen: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """Return the query for files, each with how many bytes are there."""
    columns = file_chunks.c
    stored = select(func.coalesce(func.sum(columns.size), 0)).where(columns.file == files.c.id, columns.stored)
    return select(*files.c, stored.scalar_subquery().label("received")).where(*chosen)


def _chunks(file_id: str, *chosen: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    columns = file_chunks.c
    return select(columns.number, columns.size, columns.sha256).where(columns.file == file_id, *chosen)


async def _there(connection: AsyncConnection, file_id: str, number: int) -> FileChunk | None:
    """Return the chunk of a number that is there; who asks has the file for himself. Raises NotFound."""
    locked = await connection.execute(select(files.c.id).where(files.c.id == file_id).with_for_update())
    if locked.one_or_none() is None:
        raise NotFound(NO_FILE)
    found = await connection.execute(_chunks(file_id, file_chunks.c.number == number, file_chunks.c.stored))
    row = found.one_or_none()
    return None if row is None else _chunk_of(row)


def _chunk_of(row: AnyRow) -> FileChunk:
    return FileChunk(row.number, row.size, row.sha256)


def _name(file_id: str) -> bytes:
    """Return what stands for a person where a file has a data key: it has no length of a person's."""
    return b"file " + file_id.encode()


def _place(file_id: str) -> Place:
    return Place("files", "name", _NO_SHARD, file_id.encode())
