"""Acknowledgements from end to end: a worker, a real receiver, and what an operator sees of those given up."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from backends.registry import open_queue
from backends.settings import Settings
from credential.access import Caller
from credential.acknowledgement import Delivery, DeliveryState, Message
from credential.operations import issue
from credential.operations.acknowledge import LEASE, acknowledge
from credential.ports import Answer, Callback, Correction, Deliveries, DeliveryReport, Ended, Request
from credential.record import Kind, parse_record
from tests.flow.commands import Run, runner
from tests.flow.test_workers import SOURCE, Deaf, Later, accept, sample, until, working
from tests.servers.receiver import OK, Received, Receiver, answer, receiver
from workers.acknowledging import send
from workers.composition import Composition, opened


def settings(directory: Path, here: Receiver, **more: str) -> Settings:
    environ = {"DATA_DIR": str(directory), "ACK_URL": f"{here.url}/ack", "ACK_HOSTS": "127.0.0.1", **more}
    return Settings.from_environment({f"PRAMAAN_{name}": value for name, value in environ.items()})


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path, {})


async def deliver(parts: Composition) -> int:
    """Send what is due, as one lane of a worker does."""
    assert parts.acknowledging is not None
    return await send(parts, parts.acknowledging)


async def issued(parts: Composition, count: int) -> list[str]:
    return await signed(parts, await accept(parts, Deaf(), count))


async def signed(parts: Composition, ids: Sequence[str]) -> list[str]:
    return await issue.sign(ids, policy=parts.policy, signing=parts.store, signer=parts.signer, now=parts.clock())


@dataclass
class Slow:
    """A callback that waits for a sign between being asked and posting."""

    inner: Callback
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, message: Message) -> Answer:
        self.begun.set()
        await self.go.wait()
        return await self.inner.post(message)


@dataclass
class Forgetful:
    """Deliveries whose worker dies after posting, before it can say so."""

    inner: Deliveries

    async def lease_deliveries(self, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        return await self.inner.lease_deliveries(now=now, lease=lease, limit=limit)

    async def settle_deliveries(self, ended: Sequence[Ended], *, now: datetime) -> None:  # noqa: ARG002 - the port's
        raise KeyboardInterrupt

    async def deliveries(self, state: DeliveryState, *, limit: int) -> list[DeliveryReport]:
        return await self.inner.deliveries(state, limit=limit)

    async def replay_deliveries(self, ids: Sequence[str] | None, *, caller: Caller, now: datetime) -> list[str]:
        return await self.inner.replay_deliveries(ids, caller=caller, now=now)


async def test_a_worker_tells_the_source_of_each_record(tmp_path: Path) -> None:
    def script(request: Received) -> bytes:
        return answer(200, b"token") if request.path == "/login" else OK

    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(receiver(script))
        chosen = settings(tmp_path, here, ACK_AUTH_URL=f"{here.url}/login", ACK_AUTH_KEY="the key")
        parts = await stack.enter_async_context(opened(chosen))
        queue = await stack.enter_async_context(open_queue(chosen))
        async with working(parts, queue):
            await accept(parts, queue, 30)
            await here.until(31)

            async def settled() -> bool:
                return len(await parts.store.deliveries(DeliveryState.DELIVERED, limit=100)) == 30

            await until(settled)
    told = here.at("/ack")
    assert {one.json["beneficiary_reference_id"] for one in told} == {f"B{number}" for number in range(1, 31)}
    assert {(one.json["status"], one.json["dose"], one.headers["authorization"]) for one in told} == {
        ("success", 1, "token")
    }
    assert len({one.headers["webhook-id"] for one in told}) == 30


async def test_a_worker_that_is_told_to_end_lets_what_is_on_its_way_arrive(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(receiver(lambda _: OK))
        chosen = settings(tmp_path, here)
        parts = await stack.enter_async_context(opened(chosen))
        queue = await stack.enter_async_context(open_queue(chosen))
        assert parts.acknowledging is not None
        slow = Slow(parts.acknowledging.callback)
        async with working(replace(parts, acknowledging=replace(parts.acknowledging, callback=slow)), queue):
            await accept(parts, queue, 1)
            await asyncio.wait_for(slow.begun.wait(), 60)
            # Leaving tells the worker to end; the post goes on only after that.
            asyncio.get_running_loop().call_soon(slow.go.set)
        assert len(await parts.store.deliveries(DeliveryState.DELIVERED, limit=10)) == 1
    assert len(here.received) == 1


async def test_nothing_is_lost_when_a_worker_dies_between_post_and_mark(tmp_path: Path) -> None:
    async with receiver(lambda _: OK) as here, opened(settings(tmp_path, here)) as parts:
        await issued(parts, 3)
        chosen, later = parts.acknowledging, Later()
        assert chosen is not None
        with pytest.raises(KeyboardInterrupt):
            await acknowledge(
                deliveries=Forgetful(parts.store),
                callback=chosen.callback,
                style=chosen.style,
                clock=later,
                jitter=lambda: 0,
            )
        assert await deliver(replace(parts, clock=later)) == 0
        later.ahead = LEASE
        assert await deliver(replace(parts, clock=later)) == 3
        assert len(await parts.store.deliveries(DeliveryState.DELIVERED, limit=10)) == 3
    assert Counter(Counter(one.headers["webhook-id"] for one in here.received).values()) == {2: 3}


async def test_a_correction_is_told_after_the_first_issue_however_often_that_fails(tmp_path: Path) -> None:
    later, answers = Later(), [answer(500), answer(503), OK, OK]
    async with receiver(lambda _: answers.pop(0)) as here, opened(settings(tmp_path, here)) as opened_parts:
        parts = replace(opened_parts, clock=later)
        (text,) = await issued(parts, 1)
        await corrected(parts, text)
        for _ in range(4):
            assert await deliver(parts) == 1
            later.ahead += timedelta(minutes=1)
    ids = [one.headers["webhook-id"] for one in here.received]
    assert ids[0] == ids[1] == ids[2] != ids[3]


async def corrected(parts: Composition, text: str) -> None:
    changed = parse_record({**sample(1), "facility": {"name": "Another Centre"}}, now=parts.clock())
    request = Request(SOURCE, "update", None, b"", parts.clock())
    correction = Correction(text, changed, Kind.DOMESTIC, counts=True, limit=5)
    outcome = await parts.store.correct(request, correction)
    assert outcome.certificate_id
    assert await signed(parts, [outcome.certificate_id]) == [outcome.certificate_id]


async def test_what_is_given_up_is_listed_and_replayed_and_nothing_personal_is_told(tmp_path: Path, run: Run) -> None:
    script = [answer(422, b"Sample Person 1 +919876500001 B1"), answer(500, b"B2"), OK]
    with structlog.testing.capture_logs() as logs:
        async with receiver(lambda _: script.pop(0)) as here, opened(settings(tmp_path, here)) as parts:
            await issued(parts, 2)
            assert await deliver(parts) == 2
            (dead,) = (await asyncio.to_thread(run, "deliveries", "list", "--json")).json
            assert (dead["fault"], dead["attempts"], dead["became"]) == ("The callback answered 422.", 1, "ISSUED")
            shown = await asyncio.to_thread(run, "deliveries", "list", "--state", "waiting")
            assert "The callback answered 500." in shown.out
            wrong = await asyncio.to_thread(run, "deliveries", "replay", "unknown")
            assert (wrong.code, "1 of the ids" in wrong.err) == (1, True)
            again = await asyncio.to_thread(run, "deliveries", "replay", dead["id"], "--json")
            assert (again.code, again.json) == (0, [dead["id"]])
            assert await deliver(parts) == 1
            assert (await asyncio.to_thread(run, "deliveries", "list")).out == "No acknowledgement is dead.\n"
    assert here.received[-1].headers["webhook-id"] == dead["id"]
    assert [one["event"] for one in logs if "delivery" in one] == ["acknowledgement given up", "acknowledgement failed"]
    for text in (json.dumps(logs), json.dumps(dead), shown.out, shown.err):
        assert not re.search(r"Sample Person|98765|\bB[12]\b", text), text


@pytest.mark.parametrize("arguments", [(), ("--all", "some-id")])
def test_a_replay_names_ids_or_all(run: Run, arguments: tuple[str, ...]) -> None:
    done = run("deliveries", "replay", *arguments)
    assert (done.code, "--all" in done.err) == (2, True)
