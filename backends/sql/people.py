"""Persons: their data keys, whose rows are also the lock under which their certificates change.

Every writer locks the persons it touches first and in the same order, so that writers of the same person take turns
and none deadlock.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.sql.context import Context
from backends.sql.tables import data_keys
from backends.sql.vault import Place


class Person(NamedTuple):
    """A person as the tables know one."""

    shard: int
    beneficiary: bytes


async def lock_people(
    context: Context, connection: AsyncConnection, people: Iterable[Person], *, create: bool = False
) -> dict[Person, bytes]:
    """Lock the persons until the transaction ends and return their data keys, made where missing if `create`."""
    wanted = sorted(set(people))
    found = await _locked(context, connection, wanted)
    missing = [person for person in wanted if person not in found]
    if create and missing:
        rows = [_new(context, person) for person in missing]
        await context.database.add(connection, data_keys, rows, unless_there=True)
        found |= await _locked(context, connection, missing)
    return found


async def keys_of_people(
    context: Context, connection: AsyncConnection, people: Iterable[Person]
) -> dict[Person, bytes]:
    """Return the data keys of those persons that are known."""
    return await _keys(context, connection, sorted(set(people)), _chosen(context, people))


def record_place(shard: int, certificate_id: str) -> Place:
    """Return where a sealed record stands."""
    return Place("records", "data", shard, certificate_id.encode())


def credentials_place(shard: int, certificate_id: str) -> Place:
    """Return where sealed credentials stand."""
    return Place("certificates", "credentials", shard, certificate_id.encode())


async def _locked(context: Context, connection: AsyncConnection, people: list[Person]) -> dict[Person, bytes]:
    query = _chosen(context, people).order_by(data_keys.c.shard, data_keys.c.beneficiary)
    return await _keys(context, connection, people, query.with_for_update(key_share=True))


def _chosen(context: Context, people: Iterable[Person]) -> Select[tuple[int, bytes, str, bytes]]:
    among = context.database.among((data_keys.c.shard, data_keys.c.beneficiary), [tuple(person) for person in people])
    return select(data_keys.c.shard, data_keys.c.beneficiary, data_keys.c.key_id, data_keys.c.wrapped).where(among)


async def _keys(
    context: Context,
    connection: AsyncConnection,
    people: list[Person],
    query: Select[tuple[int, bytes, str, bytes]],
) -> dict[Person, bytes]:
    if not people:
        return {}
    rows = (await connection.execute(query)).all()
    return {Person(row.shard, row.beneficiary): _unwrapped(context, row) for row in rows}


def _unwrapped(context: Context, row: Row[tuple[int, bytes, str, bytes]]) -> bytes:
    return context.vault.unwrapped(row.key_id, row.wrapped, row.shard, row.beneficiary)


def _new(context: Context, person: Person) -> dict[str, object]:
    key_id, wrapped = context.vault.new_key(person.shard, person.beneficiary)
    return {"shard": person.shard, "beneficiary": person.beneficiary, "key_id": key_id, "wrapped": wrapped}
