"""Earlier doses that arrive with a new record: what differs is corrected (Co-WIN specification 1.7, reconciliation).

As the old reconciliation service did, without its faults: a value that the source leaves empty says nothing, dates are
compared by calendar day and keep our time of day, nothing that agrees gets a new version, and the limit of corrections
does not bind what the source corrects itself.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import msgspec

from credential.access import Caller, Visibility
from credential.errors import BadUserInput, NotFound
from credential.jobs import SIGN, Job
from credential.operations.issue import check_qr
from credential.operations.nudging import nudge
from credential.policy import IssuancePolicy
from credential.ports import Applying, Comparing, Correction, EarlierDoses, Intake, Queue, Recorded, Request
from credential.reconciliation.comparing import changed, compare
from credential.reconciliation.findings import FindingKind, Holding, Statement
from credential.reconciliation.statements import statements

OPERATION = "correctEarlierDose"


class Store(EarlierDoses, Applying, Comparing, Intake, Protocol):
    """What this needs of the store."""


async def correct_earlier(
    ids: Sequence[str], *, store: Store, policy: IssuancePolicy, queue: Queue | None, now: datetime
) -> int:
    """Compare the earlier doses that new certificates' records name, and correct those that differ.

    In the name of the client that sent the record, and its own certificates alone. Return how many were corrected.
    Raises StaleVersion where somebody else was at it: the outbox brings the ids again.
    """
    due = await store.due_earlier(ids)
    made: list[str] = []
    for certificate_id, recorded in zip(due, await store.recorded(due), strict=True):
        if recorded is not None:
            made += await _corrected(certificate_id, recorded, store, policy, now)
        await store.end_earlier(certificate_id)
    if made and queue is not None:
        await nudge(queue, Job(SIGN, tuple(made)))
    return len(made)


async def _corrected(
    certificate_id: str, recorded: Recorded, store: Store, policy: IssuancePolicy, now: datetime
) -> list[str]:
    """Correct the doses that one record names; a dose that cannot be is left for a reconciliation to tell."""
    given = statements(msgspec.to_builtins(recorded.record), row=0, line=None)
    said = {one.dose: one for one in given if isinstance(one, Statement) and not one.whole}
    visible = Visibility(client_id=recorded.client_id)
    held = await store.holdings(list(said), visible=visible)
    made: list[str] = []
    for one, holding in zip(said.values(), held, strict=True):
        with suppress(BadUserInput, NotFound):
            correction = _correction(one, holding, recorded, policy, now)
            if correction is not None:
                caller = Caller(client_id=recorded.client_id, name=recorded.client_id)
                request = Request(caller, OPERATION, f"{certificate_id} {one.dose.number}", b"", now)
                outcome = await store.correct(request, correction)
                made += [outcome.certificate_id] if outcome.certificate_id else []
    return made


def _correction(
    said: Statement, holding: Holding | None, recorded: Recorded, policy: IssuancePolicy, now: datetime
) -> Correction | None:
    """Return what puts a dose right, None where nothing differs. Raises BadUserInput."""
    found = compare(said, holding, kind=recorded.kind, now=now)
    if found is None or found.kind is not FindingKind.DIFFERENT or holding is None or holding.record is None:
        return None
    record = changed(holding.record, holding.kind, msgspec.json.decode(found.record), now=now)
    check_qr(record, now=now, policy=policy)
    return Correction(holding.certificate_id, record, holding.kind, counts=False, limit=policy.update_limit)
