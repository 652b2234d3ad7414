"""A reconciliation from end to end on a store, without workers: what the tests of it share."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from backends.artifacts.memory import MemoryArtifacts
from backends.sql.store import SqlStore
from credential.access import Caller, Scope
from credential.keys import Algorithm, PublicKey
from credential.operations import apply_reconciliation
from credential.operations.apply_reconciliation import Tools
from credential.operations.reconcile import Desk
from credential.operations.reconcile_order import ReconcileOrder, encoded
from credential.operations.reconcile_source import keep_records
from credential.operations.reconcile_steps import reconcile_steps
from credential.operations.sealing import Shelf
from credential.operations.working import work_on
from credential.policy import IssuancePolicy
from credential.ports import Found, Report, WorkKind
from credential.reconciliation.findings import FindingKind
from tests.contract.store_samples import NOW, SOURCE, request

EVERY = tuple(FindingKind)
POLICY = IssuancePolicy(apply_per_second=0)
ADMIN = Caller("admin", "Admin", frozenset({Scope.ADMIN}))


class FixedSigner:
    """Signs with nothing: the store's tests are not about signatures."""

    def keys(self) -> Sequence[PublicKey]:
        """Return one key."""
        return [PublicKey("key-1", Algorithm.RSA, "", "did:india")]

    async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:  # noqa: ARG002
        """Return marks of the right number."""
        return [b"signature" for _ in payloads]


class Reconciler:
    """Makes, applies and undoes reports; `now` is what its steps take for the time."""

    def __init__(self, store: SqlStore, *, now: datetime = NOW, signer: Any = None) -> None:  # noqa: ANN401
        """Work on a store."""
        self.store, self.now = store, now
        self.shelf = Shelf(MemoryArtifacts(), b"secret of the tests, 32 bytes...")
        self._names = count()
        desk = Desk(store, store, signer or FixedSigner(), POLICY, self.shelf, store)
        tools = Tools(store, store, POLICY)
        self.steps = reconcile_steps(desk, tools)

    async def begin(self, records: Sequence[Any], *, caller: Caller = SOURCE, **order: Any) -> str:  # noqa: ANN401
        """Begin a dry run; return its id."""
        name, digest = await keep_records(records, [str(next(self._names))], self.shelf)
        asked = request(caller=caller, operation="reconcile", now=self.now)
        wanted = encoded(ReconcileOrder(digest, name, **order))
        return (await self.store.begin_work(asked, WorkKind.RECONCILE, wanted)).id

    async def dry_run(self, records: Sequence[Any], *, caller: Caller = SOURCE, **order: Any) -> Report:  # noqa: ANN401
        """Make a report to its end."""
        report_id = await self.begin(records, caller=caller, **order)
        await self.finish(report_id)
        report = await self.store.report(report_id, client_id=None)
        assert report is not None
        assert report.digest is not None
        return report

    async def apply(
        self, report: Report, kinds: Collection[FindingKind] | None = None, *, undo: bool = False, above: int = 1_000
    ) -> str:
        """Apply a report to its end, or undo that; return the job."""
        job_id = await self.begin_act(report, kinds, undo=undo, above=above)
        await self.finish(job_id)
        return job_id

    async def begin_act(
        self, report: Report, kinds: Collection[FindingKind] | None = None, *, undo: bool = False, above: int = 1_000
    ) -> str:
        """Begin to apply a report, or to undo that; return the job."""
        _, begun = await apply_reconciliation.begin(
            report.digest or "",
            kinds,
            undo=undo,
            request=request(operation="applyReconciliation", now=self.now),
            approval_above=above,
            reports=self.store,
            works=self.store,
        )
        return begun.id

    async def finish(self, job_id: str, *, clock: Callable[[], datetime] | None = None) -> None:
        """Take every step of a job."""
        while await work_on(works=self.store, steps=self.steps, clock=clock or (lambda: self.now), job_id=job_id):
            pass

    async def found(self, report: Report, kinds: Sequence[FindingKind] = EVERY) -> list[Found]:
        """Return a report's findings."""
        page = await self.store.findings(report.id, kinds=kinds, first=10_000, after=None)
        assert not page.has_next
        return list(page.items)


def summary(report: Report) -> dict[str, int]:
    """Return the counts of a report, those of nothing left out."""
    return {kind.value: number for kind, number in (report.counts or {}).items() if number}
