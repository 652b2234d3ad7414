"""Who may see which rows, as a condition of the statement (credential.access.Visibility)."""

from sqlalchemy import ColumnElement, false, true

from backends.sql.context import Context
from backends.sql.placing import person_named
from backends.sql.tables import certificates
from credential.access import Visibility


def visible_condition(context: Context, visible: Visibility) -> ColumnElement[bool]:
    """Return the condition on certificates that limits a statement to the rows that a reader may see."""
    if visible.nothing:
        return false()
    columns, condition = certificates.c, true() & true()
    if visible.client_id is not None:
        condition &= columns.client_id == visible.client_id
    if visible.beneficiary is not None:
        programme, beneficiary_id = visible.beneficiary
        person = person_named(context, beneficiary_id)
        condition &= (columns.shard == person.shard) & (columns.beneficiary == person.beneficiary)
        condition &= columns.programme == programme
    return condition
