"""Waiting ends when nothing is PENDING or the time is over, and asks only for what is still open."""

from collections.abc import Sequence

from credential.certificate import Status
from credential.operations.waiting import until_terminal


class Clock:
    """A clock that only pausing moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.now += seconds


class States:
    """Answers one list of states per question."""

    def __init__(self, *answers: list[Status | None]) -> None:
        self.answers = list(answers)
        self.asked: list[list[str]] = []

    async def statuses(self, ids: Sequence[str]) -> list[Status | None]:
        self.asked.append(list(ids))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def test_it_asks_until_all_are_terminal() -> None:
    clock = Clock()
    states = States([Status.ISSUED, Status.PENDING], [Status.FAILED])
    done = await until_terminal(["a", "b"], wait_ms=1000, reading=states, pause=clock.pause, clock=clock)  # type: ignore[arg-type]
    assert done
    assert states.asked == [["a", "b"], ["b"]]


async def test_it_gives_up_when_the_time_is_over() -> None:
    clock = Clock()
    states = States([Status.PENDING])
    assert not await until_terminal(["a"], wait_ms=500, reading=states, pause=clock.pause, clock=clock)  # type: ignore[arg-type]
    assert 0.5 <= clock.now < 0.7


async def test_it_never_waits_longer_than_ten_seconds() -> None:
    clock = Clock()
    states = States([Status.PENDING])
    await until_terminal(["a"], wait_ms=60_000, reading=states, pause=clock.pause, clock=clock)  # type: ignore[arg-type]
    assert clock.now < 11
