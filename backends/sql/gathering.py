"""Group commit: calls that come while others are being worked at are worked at together, next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from credential.errors import Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

LARGEST = 100
LANES = 4
PATIENCE = 0.05
"""Seconds after which a group that is still at work, waiting for a lock perhaps, no longer keeps others waiting."""


class Gathering(Generic[Item, Result]):
    """Hands items to `work` in groups: one that comes alone at once, the others when it is done. No timer.

    `work` returns a result or an error per item, in order. What it raises for a group befalls each item alone: they
    are tried one by one, unless the store is away.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]) -> None:
        """Take what does the work."""
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._lanes: set[asyncio.Task[None]] = set()
        self._working = 0  # lanes that will look at what waits once more
        self._begun = 0.0

    async def do(self, item: Item) -> Result:
        """Return the item's result, or raise its error. The work is done even where the caller gives up meanwhile."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if not self._working or (self._working < LANES and loop.time() - self._begun > PATIENCE):
            self._working += 1
            self._begun = loop.time()
            lane = asyncio.create_task(self._drain())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await future

    async def close(self) -> None:
        """Return when everything given was done."""
        await asyncio.gather(*self._lanes, return_exceptions=True)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                self._begun = asyncio.get_running_loop().time()
                group, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                await self._answer(group)
        finally:
            self._working -= 1

    async def _answer(self, group: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        answers: Sequence[Result | BaseException]
        try:
            answers = await self._work([item for item, _ in group])
        except Unavailable as error:
            answers = [error] * len(group)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for those who wait
            if len(group) > 1 and isinstance(error, Exception):
                for one in group:
                    await self._answer([one])
                return
            answers = [error] * len(group)
        for (_, future), answer in zip(group, answers, strict=True):
            if future.done():  # the caller gave up
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
