"""Group commit: who comes together is served together, and one fault is nobody else's."""

import asyncio
from collections.abc import Sequence

import pytest

from backends.sql import gathering
from backends.sql.gathering import Gathering
from credential.errors import PramaanError, Unavailable


class Work:
    """Doubles numbers, group by group; each group waits for `go`."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.away = False

    async def __call__(self, group: Sequence[int]) -> list[int | Exception]:
        self.groups.append(list(group))
        self.begun.set()
        await self.go.wait()
        if self.away:
            raise Unavailable("Away.")
        if -1 in group:
            raise PramaanError("Poison.")
        return [PramaanError("Zero.") if one == 0 else one * 2 for one in group]


@pytest.fixture
def work() -> Work:
    return Work()


async def asked(work: Work, *numbers: int) -> list[int | BaseException]:
    """Ask for the numbers: the first alone, the others while it is at work."""
    gathering = Gathering[int, int](work)
    asking = [asyncio.create_task(gathering.do(number)) for number in numbers]
    await work.begun.wait()
    work.go.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    await gathering.close()
    return list(answers)


async def test_those_who_come_together_are_one_group(work: Work) -> None:
    assert await asked(work, *range(1, 251)) == [2 * number for number in range(1, 251)]
    assert [len(group) for group in work.groups] == [100, 100, 50]


async def test_those_who_come_one_after_the_other_are_served_one_after_the_other(work: Work) -> None:
    work.go.set()
    numbers = Gathering[int, int](work)
    async with asyncio.timeout(10):
        assert [await numbers.do(number) for number in (1, 2, 3)] == [2, 4, 6]
    assert work.groups == [[1], [2], [3]]


async def test_an_error_in_the_answers_is_raised_for_its_item_alone(work: Work) -> None:
    one, zero, two = await asked(work, 1, 0, 2)
    assert (one, two) == (2, 4)
    assert isinstance(zero, PramaanError)
    assert len(work.groups) == 1


async def test_a_poisoned_group_is_tried_one_by_one(work: Work) -> None:
    one, poison, two = await asked(work, 1, -1, 2)
    assert (one, two) == (2, 4)
    assert isinstance(poison, PramaanError)
    assert work.groups == [[1, -1, 2], [1], [-1], [2]]


async def test_a_store_that_is_away_is_asked_once(work: Work) -> None:
    work.away = True
    assert all(isinstance(answer, Unavailable) for answer in await asked(work, 1, 2, 3))
    assert len(work.groups) == 1


async def test_a_caller_who_gives_up_takes_nobody_along(work: Work) -> None:
    numbers = Gathering[int, int](work)
    first, second = (asyncio.create_task(numbers.do(number)) for number in (1, 2))
    await work.begun.wait()
    first.cancel()
    work.go.set()
    assert await second == 4
    assert work.groups == [[1, 2]]


async def test_a_group_that_hangs_does_not_hold_up_those_behind_it(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PATIENCE", -1)
    numbers = Gathering[int, int](work)
    asking = []
    for number in range(1, 7):
        asking.append(asyncio.create_task(numbers.do(number)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert work.groups == [[1], [2], [3], [4]]  # four lanes, and no more
    work.go.set()
    assert await asyncio.gather(*asking) == [2, 4, 6, 8, 10, 12]
