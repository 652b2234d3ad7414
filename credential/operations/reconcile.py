"""Reconcile: a source's truth against the store, page by page, into a signed report (contract, reconcile).

The source is read twice: first for which doses it names, so that a dose named twice is known before any row of it is
compared, and then to compare. Nothing is held in memory but a page.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from credential.access import Visibility, own_rows
from credential.errors import BadUserInput, ConfigurationError
from credential.formats.row_stream import Place
from credential.key_choice import choose
from credential.keys import Profile, PublicKey
from credential.merkle import Frontier, leaf
from credential.operations.issue import check_qr
from credential.operations.reconcile_order import ReconcileOrder
from credential.operations.reconcile_source import PAGE, SourcePage, open_source
from credential.operations.sealing import Shelf
from credential.policy import IssuancePolicy
from credential.ports import Comparing, Files, Naming, Numbered, Reports, Signer, Step, Work
from credential.reconciliation.comparing import compare, contradicted, extra, unusable
from credential.reconciliation.findings import Dose, Finding, FindingKind, Holding, Statement, Unusable
from credential.reconciliation.lines import lines
from credential.reconciliation.report import ReportStatement, compact, signing_input
from credential.reconciliation.statements import content_of
from credential.record import record_from_json

SLOTS = 32
"""Findings of a row: its own dose, and the earlier doses that it names."""
FORGOTTEN = 50_000
"""How many of the doses that only the dry run needed to know are forgotten in one step, about."""
_UNREAD = b"unusable"


class Phase(StrEnum):
    """How far a dry run is."""

    NAME = "NAME"
    COMPARE = "COMPARE"
    EXTRA = "EXTRA"
    DIGEST = "DIGEST"
    CLEAR = "CLEAR"
    DONE = "DONE"


class Cursor(Struct, frozen=True, omit_defaults=True):
    """Where a dry run stands; no personal data."""

    phase: Phase = Phase.NAME
    place: Place = Place()
    rows: int = 0
    page: int = 0
    compared: int = 0
    invalid: int = 0
    after: tuple[int, str, str] | None = None
    listed: str | None = None
    tree: Frontier = Frontier()
    counts: dict[FindingKind, int] = {}
    cleared: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What a dry run works with."""

    comparing: Comparing
    reports: Reports
    signer: Signer
    policy: IssuancePolicy
    shelf: Shelf
    files: Files


@dataclass(frozen=True, slots=True)
class _Turn:
    """One step: the work, what was asked, and where it stands."""

    work: Work
    order: ReconcileOrder
    cursor: Cursor
    desk: Desk
    now: datetime

    @property
    def visible(self) -> Visibility:
        return own_rows(self.work.caller)


async def step(work: Work, *, desk: Desk, now: datetime) -> Step:
    """Do the next page. Raises SigningFailed, ConfigurationError without a key that signs, Unavailable."""
    order = msgspec.json.decode(work.order, type=ReconcileOrder)
    cursor = msgspec.json.decode(work.cursor, type=Cursor) if work.cursor else Cursor()
    if not work.cursor:
        await desk.comparing.open_report(work.id, client_id=work.caller.client_id or work.caller.name, now=now)
    after = await _PHASES[cursor.phase](_Turn(work, order, cursor, desk, now))
    over = after.phase is Phase.DONE
    return Step(msgspec.json.encode(after), after.compared, after.invalid, total=after.rows, finished=over)


async def _name(turn: _Turn) -> Cursor:
    page = await _page(turn)
    namings = [naming for said in page.said for one in said if (naming := _naming(one))]
    await turn.desk.comparing.name_doses(turn.work.id, namings)
    if page.ended:
        return replace(turn.cursor, phase=Phase.COMPARE, place=Place(), rows=page.after.rows)
    return replace(turn.cursor, place=page.after, rows=page.after.rows)


def _naming(said: Statement | Unusable) -> Naming | None:
    if isinstance(said, Statement):
        return Naming(said.dose, said.row, content_of(said), whole=said.whole)
    return None if said.dose is None else Naming(said.dose, said.row, _UNREAD)


async def _compare(turn: _Turn) -> Cursor:
    page, cursor = await _page(turn), turn.cursor
    found = await _found_in(page, turn)
    await turn.desk.comparing.note_findings(turn.work.id, cursor.page, found)
    invalid = sum(one.finding.kind is FindingKind.INVALID for one in found)
    after = replace(
        cursor,
        place=page.after,
        page=cursor.page + 1,
        compared=page.after.rows,
        invalid=cursor.invalid + invalid,
    )
    if not page.ended:
        return after
    walks = turn.order.beneficiaries or turn.order.scoped
    return replace(after, phase=Phase.EXTRA if walks else Phase.DIGEST)


async def _found_in(page: SourcePage, turn: _Turn) -> list[Numbered]:
    """Return the findings of a page: one read of how the source names its doses, one of what is held."""
    said = [(one, one.row * SLOTS + slot) for row in page.said for slot, one in enumerate(row[:SLOTS])]
    stated = [(one, number) for one, number in said if isinstance(one, Statement)]
    doses = list(dict.fromkeys(one.dose for one, _ in stated))
    named = dict(zip(doses, await turn.desk.comparing.named(turn.work.id, doses), strict=True))
    held = dict(zip(doses, await turn.desk.comparing.holdings(doses, visible=turn.visible), strict=True))
    found = [Numbered(number, unusable(one)) for one, number in said if isinstance(one, Unusable)]
    seen: set[Dose] = set()
    for one, number in stated:
        finding = None
        naming = named[one.dose]
        if naming is None or naming.whole is not one.whole:
            continue
        if naming.twice:
            finding = contradicted(one)
        elif naming.row == one.row and one.dose not in seen:
            finding = _judged(one, held[one.dose], turn)
            seen.add(one.dose)
        if finding is not None:
            found.append(Numbered(number, finding))
    return found


def _judged(said: Statement, holding: Holding | None, turn: _Turn) -> Finding | None:
    """Compare; a record whose QR would not fit is not issued."""
    finding = compare(said, holding, kind=turn.order.kind, now=turn.now)
    if finding is None or finding.kind is not FindingKind.MISSING:
        return finding
    try:
        check_qr(record_from_json(finding.record.encode()), now=turn.now, policy=turn.desk.policy)
    except BadUserInput as fault:
        return unusable(Unusable(said.row, said.line, fault.message, said.dose))
    return finding


async def _extra(turn: _Turn) -> Cursor:
    cursor = turn.cursor
    walked = await turn.desk.comparing.unnamed(
        turn.work.id, turn.order.scope, after=cursor.after, limit=PAGE, visible=turn.visible
    )
    start = cursor.page * PAGE * SLOTS
    found = [Numbered(start + place, extra(*one)) for place, one in enumerate(walked.found)]
    await turn.desk.comparing.note_findings(turn.work.id, cursor.page, found)
    after = replace(cursor, page=cursor.page + 1, after=walked.after)
    return after if walked.after is not None else replace(after, phase=Phase.DIGEST)


async def _digest(turn: _Turn) -> Cursor:
    """Count and hash a page of what was found; at the end sign what it came to."""
    cursor = turn.cursor
    page = await turn.desk.reports.findings(turn.work.id, kinds=tuple(FindingKind), first=PAGE, after=cursor.listed)
    findings = [one.finding for one in page.items]
    counts = Counter(cursor.counts) + Counter(one.kind for one in findings)
    tree = cursor.tree.grown(leaf(line.encode()) for line in lines(findings))
    after = replace(cursor, counts=dict(counts), tree=tree, listed=page.cursors[-1] if page.cursors else cursor.listed)
    if page.has_next:
        return after
    await _close(turn, tree, counts)
    return replace(after, phase=Phase.CLEAR)


async def _close(turn: _Turn, tree: Frontier, counts: Mapping[FindingKind, int]) -> None:
    statement = ReportStatement(
        iss=turn.desk.policy.did,
        iat=int(turn.now.timestamp()),
        jti=turn.work.id,
        client=turn.work.caller.client_id or turn.work.caller.name,
        digest=tree.root.hex(),
        source=turn.order.digest,
        rows=turn.cursor.rows,
        lines=tree.size,
        counts={kind.value: counts.get(kind, 0) for kind in FindingKind},
        completeness=turn.order.completeness,
    )
    key = report_key(turn.desk.signer.keys(), turn.now)
    signed = signing_input(statement, key)
    (signature,) = await turn.desk.signer.sign(key.id, key.algorithm, [signed])
    await turn.desk.reports.close_report(
        turn.work.id, digest=statement.digest, signature=compact(signed, signature), counts=counts, now=turn.now
    )


async def _clear(turn: _Turn) -> Cursor:
    part, parts = turn.cursor.cleared, 1 + turn.cursor.rows // FORGOTTEN
    await turn.desk.comparing.forget_doses(turn.work.id, part=part, parts=parts)
    if part + 1 < parts:
        return replace(turn.cursor, cleared=part + 1)
    if turn.order.records:
        await turn.desk.shelf.remove(turn.order.records)
    return replace(turn.cursor, phase=Phase.DONE)


async def _page(turn: _Turn) -> SourcePage:
    source = await open_source(turn.order, shelf=turn.desk.shelf, files=turn.desk.files)
    return await source.page(turn.cursor.place)


def report_key(keys: Sequence[PublicKey], now: datetime) -> PublicKey:
    """Return the key that signs reports: one of the DID document's, else the one of domestic certificates."""
    try:
        return choose(keys, Profile.VC2, now)
    except ConfigurationError:
        return choose(keys, Profile.COWIN_V1, now)


_PHASES: Mapping[Phase, Callable[[_Turn], Awaitable[Cursor]]] = {
    Phase.NAME: _name,
    Phase.COMPARE: _compare,
    Phase.EXTRA: _extra,
    Phase.DIGEST: _digest,
    Phase.CLEAR: _clear,
}
