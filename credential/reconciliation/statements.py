"""What rows of the source say: one statement of the row's own dose, and one of each earlier dose that it names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import msgspec

from credential.reconciliation.findings import Dose, Statement, Unusable
from credential.reconciliation.values import filled, leaves, plain
from credential.record import DEFAULT_PROGRAMME

HIGHEST_DOSE = 20
REVOKED = "revoked"
"""The member or column by which a source says that a certificate counts no longer."""
_YES = frozenset({"true", "yes", "y", "1", "revoked"})
_NO = frozenset({"", "false", "no", "n", "0"})
_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,60}")
_EARLIER = ("name", "batch", "manufacturer", "date")


def statements(
    record: Mapping[str, Any],
    *,
    row: int,
    line: int | None,
    revoked: Any = None,  # noqa: ANN401 - any JSON value, or a cell
) -> list[Statement | Unusable]:
    """Return what a row says: of its own dose first, then of the earlier doses.

    `revoked` is what the row's member or column `revoked` holds.
    """
    given: dict[str, Any] = filled(record) or {}
    dose = _dose(given)
    if dose is None:
        return [Unusable(row, line, "The row does not tell beneficiaryId and vaccination.dose.")]
    gone = is_revoked(revoked)
    if gone is None:
        return [Unusable(row, line, "revoked: give true or false.", dose)]
    own = Statement(dose, given, row, line, revoked=gone)
    return [own, *([] if gone else _earlier(own))]


def is_revoked(value: Any) -> bool | None:  # noqa: ANN401
    """Read the member `revoked`; None where it is neither yes nor no. Absent is no."""
    text = "" if value is None else str(value).strip().lower()
    return True if text in _YES else False if text in _NO else None


def content_of(statement: Statement) -> bytes:
    """Return what a statement says, in the same bytes whatever the spelling: tells repetition from contradiction."""
    said = {path: plain(path, value) for path, value in leaves(statement.record).items()}
    return msgspec.json.encode([statement.revoked, {} if statement.revoked else said], order="sorted")


def _dose(given: Mapping[str, Any]) -> Dose | None:
    vaccination = given.get("vaccination")
    number = vaccination.get("dose") if isinstance(vaccination, Mapping) else None
    beneficiary, programme = (
        _identifier(given.get("beneficiaryId")),
        _identifier(given.get("programme", DEFAULT_PROGRAMME)),
    )
    if beneficiary is None or programme is None or not _is_dose(number):
        return None
    return Dose(programme, beneficiary, number)


def _identifier(value: Any) -> str | None:  # noqa: ANN401
    name = value.strip() if isinstance(value, str) else ""
    return name if _IDENTIFIER.fullmatch(name) else None


def _is_dose(value: Any) -> TypeGuard[int]:  # noqa: ANN401
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST_DOSE


def _earlier(own: Statement) -> Iterator[Statement]:
    """Yield what the row says of earlier doses; entries of no use are passed over, as the old service did."""
    items = own.record.get("earlierDoses")
    for item in items if isinstance(items, list) else ():
        number = item.get("dose") if isinstance(item, Mapping) else None
        if not _is_dose(number) or number >= own.dose.number:
            continue
        said = {name: item[name] for name in _EARLIER if name in item}
        recipient = own.record.get("recipient")
        carried = {"recipient": recipient} if isinstance(recipient, Mapping) else {}
        dose = own.dose._replace(number=number)
        yield Statement(dose, {"vaccination": said}, own.row, own.line, whole=False, carried=carried)
