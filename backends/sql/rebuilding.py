"""Reading back what was signed, in the order of its keys."""

from sqlalchemy import tuple_

from backends.sql.context import Part
from backends.sql.rows import full_rows, key_of_row, opened_credentials, position_of, record_text
from backends.sql.tables import certificates
from backends.sql.types import AnyRow
from credential.ports import PendingCertificate, Signed, SignedPage
from credential.record import Kind, record_from_json

LAST_SHARD = 4095


class SqlRebuilding(Part):
    """Implements `credential.ports.Rebuilding`."""

    async def signed_after(self, after: tuple[int, str] | None, *, limit: int) -> SignedPage:
        """Read a page."""
        columns = certificates.c
        query = full_rows().where(columns.credentials.is_not(None)).order_by(columns.shard, columns.id).limit(limit)
        if after is not None:
            query = query.where(columns.shard >= after[0], tuple_(columns.shard, columns.id) > after)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        last = rows[-1] if len(rows) == limit else None
        return SignedPage(
            tuple(self._signed(row) for row in rows),
            rows[-1].shard if rows else LAST_SHARD,
            None if last is None else (last.shard, last.id),
        )

    def _signed(self, row: AnyRow) -> Signed:
        key = key_of_row(self._context, row)
        text = record_text(self._context, row, key)
        item = PendingCertificate(
            id=row.id,
            record=record_from_json(text),
            kind=Kind(row.kind),
            version=row.version,
            issued_at=row.issued_at,
            key_id=row.key_id,
            attempts=row.attempts,
            position=position_of(row),
        )
        return Signed(item, row.payload_digest or b"", opened_credentials(self._context, row, key, text))
