"""Public keys of the issuer, registered by workers, read by gateways."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import func, select

from backends.sql.context import Part
from backends.sql.tables import issuer_keys
from backends.sql.types import AnyRow
from credential.keys import Algorithm, PublicKey

_NAMES = tuple(field.name for field in fields(PublicKey) if field.name != "is_foreign")


class SqlKeyRing(Part):
    """Implements `credential.ports.KeyRing`."""

    async def register(self, keys: Sequence[PublicKey]) -> None:
        """Insert or update public keys."""
        if not keys:
            return
        rows = [{name: getattr(key, name) for name in _NAMES} for key in sorted(keys, key=lambda key: key.id)]
        statement = self._database.insert(issuer_keys)
        # A worker that starts again does not know that a key was compromised: what is stored of that stays.
        kept = func.coalesce(statement.excluded.compromised_at, issuer_keys.c.compromised_at)
        changed = {
            **{name: statement.excluded[name] for name in _NAMES if name not in ("id", "compromised_at")},
            "compromised_at": kept,
        }
        async with self._database.write() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), rows)

    async def public_keys(self) -> list[PublicKey]:
        """Return all, in the order of their activation."""
        query = select(issuer_keys).order_by(issuer_keys.c.active_from, issuer_keys.c.id)
        async with self._database.read() as connection:
            return [_key(row) for row in await connection.execute(query)]


def _key(row: AnyRow) -> PublicKey:
    values = {name: getattr(row, name) for name in _NAMES}
    return PublicKey(**{**values, "algorithm": Algorithm(row.algorithm)})
