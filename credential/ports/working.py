"""Port of long work: jobs that are done page by page, by any worker, and survive whatever stops one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from credential.access import Caller
from credential.ports.clients import JobState
from credential.ports.writing import Request


class WorkKind(StrEnum):
    """What long work does; the value is the kind of its job."""

    IMPORT = "importRecords"
    RECONCILE = "reconcile"
    APPLY = "applyReconciliation"
    UNDO = "undoReconciliation"
    REVOKE = "revokeByReach"
    EXPORT = "exportStats"


@dataclass(frozen=True, slots=True)
class BegunWork:
    """A work's id, which is its job's, and whether it waits for another client's approval."""

    id: str
    awaiting: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A work that is leased to whoever holds this.

    `caller` ordered it: acts are made, audited and limited in its name. `order` is the JSON of what was asked, `cursor`
    the JSON of where it stands, empty at first and without personal data. `attempts` tells how often this step was
    begun, `turn` who holds the lease.
    """

    id: str
    kind: WorkKind
    caller: Caller
    order: bytes
    cursor: bytes
    total: int
    done: int
    failed: int
    attempts: int
    turn: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to. `done` and `failed` are the counts of the whole work after it; `total` None: as before.

    `result` is kept with a finished job. `wait` is how many seconds the next step is to wait.
    """

    cursor: bytes
    done: int
    failed: int
    total: int | None = None
    finished: bool = False
    result: bytes = b""
    wait: float = 0


@dataclass(frozen=True, slots=True)
class WorkReport:
    """A work as its client follows it. `fault` is the code of what made it fail, or of the last attempt."""

    id: str
    kind: WorkKind
    state: JobState
    client_id: str
    order: bytes
    cursor: bytes
    result: bytes
    total: int
    done: int
    failed: int
    approved_by: str | None
    fault: str | None
    created_at: datetime
    finished_at: datetime | None


class Works(Protocol):
    """Orders of long work, leased step by step. Kept for seven days."""

    async def begin_work(
        self,
        request: Request,
        kind: WorkKind,
        order: bytes,
        *,
        total: int = 0,
        subject: bytes | None = None,
        approval: bool = False,
    ) -> BegunWork:
        """Store a work, or find the one of the request's key, or of its subject.

        There is one work of a kind per subject, whoever asks. With `approval` it waits until another client begins the
        same. Raises the idempotency faults.
        """
        ...

    async def lease_work(self, kinds: Collection[WorkKind], *, now: datetime, job_id: str | None = None) -> Work | None:
        """Take the work that is due longest, or that of a job where it is due."""
        ...

    async def take_step(self, work: Work, step: Step, *, now: datetime) -> Work | None:
        """Store a step of a leased work; return the work for the next one, None where it is not ours any more."""
        ...

    async def give_back(self, work: Work, *, now: datetime, fault: str | None = None, ended: bool = False) -> None:
        """End a lease: due at once, after a fault in a while. `ended`: it was tried often enough and is FAILED."""
        ...

    async def old_works(self, kind: WorkKind, *, now: datetime) -> list[str]:
        """Return the ids of the work of a kind that a purge at this time forgets."""
        ...

    async def resume_work(self, job_id: str, *, now: datetime) -> bool:
        """Let a FAILED work go on where it stood; False where there is none."""
        ...

    async def work(self, job_id: str, *, client_id: str | None) -> WorkReport | None:
        """Return a work; `client_id` None means any client's."""
        ...
