"""What several tables say of their columns in the same words."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Integer, text


def required(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401 - any column type
    """Return a column that is never NULL."""
    return Column(name, kind, nullable=False)


def one_of(column: str, values: Any) -> CheckConstraint:  # noqa: ANN401 - an enumeration or names
    """Return the rule that a column holds one of the values."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


def where(condition: str) -> dict[str, Any]:
    """Return the options of an index over some rows only."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


def position() -> tuple[Column[Any], Column[Any]]:
    """Return the columns of a certificate's bit in the status lists: NULL where it has none."""
    return Column("status_list", Integer), Column("status_index", Integer)
