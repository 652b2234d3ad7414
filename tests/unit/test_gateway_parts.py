"""The gateway's own ports: gathering nudges, back-pressure, believing keys for a moment; and reading requests."""

# ruff: noqa: ARG002 - what stands in for a port has the arguments of the port

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from credential.access import ANYONE, Caller
from credential.errors import Unavailable, UserFault
from credential.figures import Measure
from credential.jobs import Job
from credential.keys import Algorithm, PublicKey
from credential.ports import Accepted, Client, Correction, Counting, Event, Outcome, Request
from credential.record import VaccinationRecord
from gateway.authentication import TTL, Authenticator
from gateway.backpressure import FRESH, BoundedIntake
from gateway.buffering import KEYS_TTL, MAX_WAITING, EventBuffer, RememberedKeys
from gateway.edge import template
from gateway.faults import RequestFault
from gateway.graphql import NEW, OLD, negotiated
from gateway.nudging import NudgeQueue
from gateway.variables import surrogate_path

START = datetime(2026, 1, 1, tzinfo=UTC)


class Recorder:
    """A queue that remembers, or is away."""

    def __init__(self, *, away: bool = False) -> None:
        self.sent: list[Job] = []
        self.away = away

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        if self.away:
            raise Unavailable("The queue is away.")
        self.sent += jobs

    async def close(self) -> None:
        """Nothing to let go of."""


async def test_nudges_of_one_moment_go_together_without_doubles() -> None:
    inner = Recorder()
    nudges = NudgeQueue(inner)
    for ids in (("a", "b"), ("b", "c")):
        await nudges.enqueue([Job("sign", ids)])
    await nudges.enqueue([Job("rollup"), Job("rollup")])
    await nudges.close()
    assert inner.sent == [Job("sign", ("a", "b", "c")), Job("rollup")]


async def test_a_message_has_at_most_a_hundred_ids() -> None:
    inner = Recorder()
    nudges = NudgeQueue(inner)
    await nudges.enqueue([Job("sign", tuple(map(str, range(250))))])
    await nudges.close()
    assert [len(job.ids) for job in inner.sent] == [100, 100, 50]
    assert [one for job in inner.sent for one in job.ids] == list(map(str, range(250)))


async def test_closing_waits_for_what_is_being_sent() -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    class Slow(Recorder):
        async def enqueue(self, jobs: Sequence[Job]) -> None:
            begun.set()
            await gate.wait()
            await super().enqueue(jobs)

    inner = Slow()
    nudges = NudgeQueue(inner)
    await nudges.enqueue([Job("sign", ("a",))])
    await begun.wait()
    closing = asyncio.create_task(nudges.close())
    asyncio.get_running_loop().call_soon(gate.set)
    await closing
    assert inner.sent == [Job("sign", ("a",))]


async def test_a_queue_that_is_away_breaks_nothing() -> None:
    inner = Recorder(away=True)
    nudges = NudgeQueue(inner)
    await nudges.enqueue([Job("sign", ("a",))])
    await nudges.close()
    inner.away = False
    await nudges.enqueue([Job("sign", ("b",))])
    await nudges.close()
    assert inner.sent == [Job("sign", ("b",))]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Taking:
    """An intake that accepts everything, and an outbox of a given length."""

    def __init__(self) -> None:
        self.rows = 0
        self.asked = 0

    async def accept(self, request: Request, items: Sequence[VaccinationRecord | UserFault]) -> Accepted:
        return Accepted((Outcome("1"),), None)

    async def recall(self, request: Request) -> Outcome | None:
        return None

    async def correct(self, request: Request, correction: Correction | UserFault) -> Outcome:
        return Outcome("2")

    async def due(self, *, now: datetime, limit: int) -> list[Job]:
        return []

    async def backlog(self) -> int:
        self.asked += 1
        return self.rows


async def test_a_full_backlog_is_noticed_and_forgotten_within_a_second() -> None:
    inner, clock = Taking(), Clock()
    intake = BoundedIntake(inner, inner, 10, clock)
    request = Request(ANYONE, "issueCertificates", None, b"", START)
    assert (await intake.accept(request, [])).outcomes
    inner.rows = 11
    assert (await intake.accept(request, [])).outcomes, "the count of the same second is not asked again"
    clock.now += FRESH
    with pytest.raises(Unavailable):
        await intake.accept(request, [])
    inner.rows = 10
    clock.now += FRESH
    assert (await intake.accept(request, [])).outcomes
    assert inner.asked == 3


class Counter:
    """Counting that remembers what was appended, and a key ring that counts how often it is asked."""

    def __init__(self) -> None:
        self.appended: list[list[Event]] = []
        self.keys: list[PublicKey] = []
        self.asked = 0
        self.away = False

    async def append(self, events: Sequence[Event]) -> None:
        if self.away:
            raise Unavailable("The store is away.")
        self.appended.append(list(events))

    async def register(self, keys: Sequence[PublicKey]) -> None:
        self.keys += keys

    async def public_keys(self) -> list[PublicKey]:
        self.asked += 1
        if self.away:
            raise Unavailable("The store is away.")
        return list(self.keys)


VERIFIED = Event(Measure.VERIFIED, START)


async def test_events_are_appended_together() -> None:
    inner = Counter()
    events = EventBuffer(cast("Counting", inner))
    events.add([VERIFIED])
    events.add([VERIFIED, VERIFIED])
    assert inner.appended == []
    await events.close()
    await events.close()
    assert inner.appended == [[VERIFIED] * 3]


async def test_a_lost_event_breaks_nothing() -> None:
    inner = Counter()
    inner.away = True
    events = EventBuffer(cast("Counting", inner))
    events.add([VERIFIED])
    await events.close()
    inner.away = False
    events.add([VERIFIED] * (MAX_WAITING + 1))
    events.add([VERIFIED])
    await events.close()
    assert inner.appended == [[VERIFIED]]


async def test_public_keys_are_asked_for_once_a_second() -> None:
    inner, clock = Counter(), Clock()
    keys = RememberedKeys(inner, clock)
    assert await keys.public_keys() == []
    one = PublicKey("1", Algorithm.RSA, "pem")
    await inner.register([one])
    assert [await keys.public_keys() for _ in range(3)] == [[one]] * 3
    assert inner.asked == 2
    await inner.register([one])
    clock.now += KEYS_TTL
    assert await keys.public_keys() == [one, one]


async def test_public_keys_outlast_an_absent_store() -> None:
    inner, clock = Counter(), Clock()
    keys = RememberedKeys(inner, clock)
    inner.away = True
    with pytest.raises(Unavailable):
        await keys.public_keys()
    inner.away = False
    one = PublicKey("1", Algorithm.RSA, "pem")
    await inner.register([one])
    assert await keys.public_keys() == [one]
    inner.away = True
    clock.now += KEYS_TTL
    assert await keys.public_keys() == [one]
    inner.away = False
    await inner.register([one])
    clock.now += KEYS_TTL
    assert await keys.public_keys() == [one, one]


class Known:
    """One client key."""

    def __init__(self) -> None:
        self.asked = 0
        self.caller: Caller | None = Caller(client_id="1")

    async def create(self, client: Client, key: str) -> None:
        """Not asked for."""

    async def clients(self) -> list[Client]:
        return []

    async def revoke_client(self, client_id: str, *, now: datetime) -> bool:
        return False

    async def authenticate(self, key: str, *, now: datetime) -> Caller | None:
        self.asked += 1
        return self.caller if key == "right" else None

    async def contact_of(self, programme: str, beneficiary_id: str) -> str | None:
        return None


async def test_a_key_is_believed_for_five_seconds() -> None:
    known, clock = Known(), Clock()
    authenticator = Authenticator(known, known, clock, bytes(32))
    assert [await authenticator.caller("Bearer right") for _ in range(3)] == [known.caller] * 3
    assert known.asked == 1
    known.caller = None
    clock.now += TTL - timedelta(seconds=1)
    assert (await authenticator.caller("bearer  right")).client_id == "1"
    clock.now += timedelta(seconds=1)
    with pytest.raises(RequestFault):
        await authenticator.caller("Bearer right")


async def test_the_key_itself_is_not_kept() -> None:
    authenticator = Authenticator(Known(), Known(), Clock(), bytes(32))
    await authenticator.caller("Bearer right")
    assert b"right" not in b"".join(authenticator._kept)


@pytest.mark.parametrize("header", ["", "right", "Basic right", "Bearer", "Bearer ", "Bearer wrong", "Bearer ключ"])
async def test_headers_that_name_nobody(header: str) -> None:
    with pytest.raises(RequestFault) as caught:
        await Authenticator(Known(), Known(), Clock(), bytes(32)).caller(header)
    assert caught.value.status == 401


async def test_no_header_is_anyone() -> None:
    assert await Authenticator(Known(), Known(), Clock(), bytes(32)).caller(None) is ANYONE


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        (None, OLD),
        ("*/*", OLD),
        ("application/json", OLD),
        (NEW, NEW),
        (f"{NEW}; charset=utf-8, application/json;q=0.9", NEW),
        (f"{NEW};q=0, */*", OLD),
        ("text/html, application/*", OLD),
    ],
)
def test_media_types(accept: str | None, answer: str) -> None:
    assert negotiated(accept) == answer


def test_the_place_of_a_lone_surrogate() -> None:
    assert surrogate_path({"a": ["x", {"b": "\ud800"}]}) == ("a", "1", "b")
    assert surrogate_path({"a": {"\udfff": 1}}) == ("a",)
    assert surrogate_path({"a": ["x", "नमस्ते"]}) is None


def test_the_template_of_a_path() -> None:
    scope = {"path": "/certificates/12.png", "path_params": {"certificate_id": "12"}, "endpoint": object()}
    assert template(scope) == "/certificates/{certificate_id}.png"
    assert template({"path": "/secret"}) == "(unknown)"
