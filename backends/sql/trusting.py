"""The trust list: keys of other issuers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from backends.sql.auditing import audit_rows
from backends.sql.context import Part
from backends.sql.tables import audit
from backends.sql.trust_tables import trusted_keys
from backends.sql.types import AnyRow
from credential.access import Caller
from credential.keys import Algorithm, PublicKey
from credential.ports import AuditEntry
from credential.trust import TrustedKey

_CHANGED = ("verification_method", "name", "country", "active_from", "retired_at", "added_at")


class SqlTrust(Part):
    """Implements `credential.ports.Trust`."""

    async def trust(self, keys: Sequence[TrustedKey], *, caller: Caller) -> None:
        """Add or change keys."""
        statement = self._database.insert(trusted_keys)
        changed = {name: statement.excluded[name] for name in _CHANGED}
        statement = statement.on_conflict_do_update(index_elements=["issuer", "id"], set_=changed)
        entries = [_entry(caller, "trust", one.key.id, one.key.issuer or "", one.added_at) for one in keys]
        async with self._database.write() as connection:
            await connection.execute(statement, [_row(one) for one in keys])
            await self._database.add(connection, audit, audit_rows(self._context, entries))

    async def distrust(self, issuer: str, key_id: str | None, *, caller: Caller, now: datetime) -> int:
        """Remove keys."""
        gone = delete(trusted_keys).where(trusted_keys.c.issuer == issuer)
        if key_id is not None:
            gone = gone.where(trusted_keys.c.id == key_id)
        async with self._database.write() as connection:
            ids = list((await connection.execute(gone.returning(trusted_keys.c.id))).scalars())
            entries = [_entry(caller, "distrust", each, issuer, now) for each in ids]
            await self._database.add(connection, audit, audit_rows(self._context, entries))
        return len(ids)

    async def trusted_keys(self) -> list[TrustedKey]:
        """Return all."""
        columns = trusted_keys.c
        query = select(trusted_keys).order_by(columns.issuer, columns.added_at, columns.id)
        async with self._database.read() as connection:
            return [_trusted(row) for row in await connection.execute(query)]


def _entry(caller: Caller, action: str, key_id: str, issuer: str, at: datetime) -> AuditEntry:
    return AuditEntry(caller, action, None, at, f"{key_id} of {issuer}")


def _row(one: TrustedKey) -> dict[str, object]:
    key = one.key
    return {
        "issuer": key.issuer,
        "id": key.id,
        "algorithm": key.algorithm,
        "pem": key.pem,
        "verification_method": key.verification_method,
        "name": one.name,
        "country": one.country,
        "active_from": key.active_from,
        "retired_at": key.retired_at,
        "added_at": one.added_at,
    }


def _trusted(row: AnyRow) -> TrustedKey:
    key = PublicKey(
        id=row.id,
        algorithm=Algorithm(row.algorithm),
        pem=row.pem,
        verification_method=row.verification_method,
        issuer=row.issuer,
        active_from=row.active_from,
        retired_at=row.retired_at,
        is_foreign=True,
    )
    return TrustedKey(key, row.name, row.country, row.added_at)
