"""Revoke all that a batch, facility, vaccinator, client, key or time reaches: a dry run, then a job (contract).

The dry run counts and gives a digest; the real call repeats it. The job goes page by page, and afterwards through
everything again until nothing is found: what was being taken in or signed meanwhile does not escape.
"""

import hashlib
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from credential.access import Caller, Scope, Visibility, own_rows
from credential.certificate import RevocationReason
from credential.errors import BadUserInput, NotFound
from credential.ports import Outbox, Reaching, Request, Spot, Step, Work, WorkKind, Works
from credential.reach import Reach, Survey, Where, surveyed

OPERATION = "revokeCertificates"
SAMPLE = 10
PAGES = 100
"""Pages of 20,000 certificates that a dry run within a request looks through: some seconds."""
CROWDED = 20_000
"""Rows in the outbox above which the job waits: the lists are published in stages, and issuing goes on."""
SETTLED = timedelta(seconds=30)
"""How long after the cut a transaction may still commit that began before it."""
PAUSE = 2.0
_TOO_MUCH = (
    "This is too much to count within a request: name a batch or facility as well, or let an operator count with "
    "`pramaan revoke --dry-run`."
)
_MEMBERS_READ = ("batch", "vaccine", "vaccinator")


class Found(Struct, frozen=True):
    """What a dry run found, or what the real call goes by; then without a sample. `to` is the first moment outside."""

    count: int
    sample: tuple[str, ...]
    digest: str
    to: datetime


class Begun(Struct, frozen=True):
    """The job of a real call, and whether another client has to approve it first."""

    found: Found
    job_id: str
    awaiting: bool


class Order(Struct, frozen=True):
    """What the job is to do."""

    where: Where
    survey: Survey
    reason: RevocationReason


class Cursor(Struct, frozen=True, omit_defaults=True):
    """How often everything was gone through, how much this time found, and where it stands."""

    sweep: int = 1
    found: int = 0
    shard: int = 0
    id: str = ""


async def dry_run(
    where: Where, *, caller: Caller, reaching: Reaching, secret: bytes, now: datetime, pages: int | None = PAGES
) -> Found:
    """Count what is reached; `pages` None looks through everything, however long it takes.

    Raises BadUserInput where that is too much for a request, or `where` names nothing.
    """
    where = where.normal()
    await _refuse_unread(where, reaching)
    owner = own_rows(caller)
    count, sample = await _counted(Reach(where, owner, now), reaching, pages)
    survey = Survey(now, count, owner.client_id)
    return Found(count, sample, survey.digest(where, secret=secret), _end(where, survey))


async def begin(
    where: Where,
    reason: RevocationReason,
    digest: str,
    *,
    request: Request,
    reaching: Reaching,
    works: Works,
    secret: bytes,
    approval_above: int,
) -> Begun:
    """Begin the job of a digest, or approve it where another client has begun it and more than so many are reached.

    Raises BadUserInput where the digest does not fit, NotFound where it is about rows that are not the caller's and
    there is nothing to approve, and the idempotency faults.
    """
    where = where.normal()
    survey = surveyed(digest, where, secret=secret, now=request.now)
    subject = hashlib.sha256(f"{digest}\0{reason.value}".encode()).digest()
    await _refuse_strangers(request.caller, survey, subject, reaching)
    order = msgspec.json.encode(Order(where, survey, reason))
    approval = survey.count > approval_above
    begun = await works.begin_work(
        request, WorkKind.REVOKE, order, total=survey.count, subject=subject, approval=approval
    )
    return Begun(Found(survey.count, (), digest, _end(where, survey)), begun.id, begun.awaiting)


async def step(work: Work, *, reaching: Reaching, outbox: Outbox, now: datetime) -> Step:
    """Revoke a page of a job; wait while the outbox is crowded, or while something may still turn up."""
    order, cursor = msgspec.json.decode(work.order, type=Order), _cursor(work)
    reach = Reach(order.where, Visibility(client_id=order.survey.owner), order.survey.cut)
    if await outbox.backlog() > CROWDED or await _unsettled(cursor, reach, reaching, now):
        return Step(work.cursor, work.done, work.failed, wait=PAUSE)
    request = Request(work.caller, OPERATION, None, b"", now)
    since = work.created_at if cursor.sweep == 1 else None
    page = await reaching.revoke_reached(request, reach, order.reason, Spot(cursor.shard, cursor.id), since=since)
    done, found = work.done + page.count, cursor.found + page.count
    if page.after is not None:
        following = Cursor(cursor.sweep, found, page.after.shard, page.after.id)
    elif cursor.sweep == 1 or found:
        following = Cursor(cursor.sweep + 1)
    else:
        return Step(work.cursor, done, work.failed, total=done, finished=True)
    return Step(msgspec.json.encode(following), done, work.failed, total=max(work.total, done))


async def read_on(*, reaching: Reaching) -> int:
    """Read batch, vaccine and vaccinator of some certificates of an earlier release; return how many."""
    return await reaching.read_on(limit=500)


async def _counted(reach: Reach, reaching: Reaching, pages: int | None) -> tuple[int, tuple[str, ...]]:
    """Return how many are reached, and the first of them."""
    page = await reaching.survey(reach, Spot(), sample=SAMPLE)
    count, sample, looked = page.count, page.sample, 1
    while page.after is not None:
        if looked == pages:
            raise BadUserInput(_TOO_MUCH, ("where",))
        page = await reaching.survey(reach, page.after, sample=SAMPLE - len(sample))
        count, sample, looked = count + page.count, sample + page.sample, looked + 1
    return count, sample


def _cursor(work: Work) -> Cursor:
    return msgspec.json.decode(work.cursor, type=Cursor) if work.cursor else Cursor()


async def _unsettled(cursor: Cursor, reach: Reach, reaching: Reaching, now: datetime) -> bool:
    """Tell whether it is too early to go through everything again for what has turned up since."""
    if cursor.sweep == 1 or cursor.id:
        return False
    return now - reach.cut < SETTLED or await reaching.undecided(reach)


async def _refuse_unread(where: Where, reaching: Reaching) -> None:
    if any(getattr(where, name) is not None for name in _MEMBERS_READ) and await reaching.unread():
        raise BadUserInput(
            "Workers still read the batches of certificates that an earlier release stored; try again later.",
            ("where",),
        )


async def _refuse_strangers(caller: Caller, survey: Survey, subject: bytes, reaching: Reaching) -> None:
    """Let through who may reach the rows, and who comes to approve what its owner has begun."""
    if caller.has(Scope.ADMIN) or (survey.owner is not None and survey.owner == caller.client_id):
        return
    if survey.owner is None or not await reaching.is_begun(subject):
        raise NotFound("The digest is of a dry run by somebody else.", ("digest",))


def _end(where: Where, survey: Survey) -> datetime:
    return survey.cut if where.end is None else min(where.end, survey.cut)
