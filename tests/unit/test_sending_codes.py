"""Sending one-time codes: what hangs holds up nothing else, and what was sent is done with at once."""

# ruff: noqa: ARG002 - what stands in for a port has the arguments of the port

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from credential.one_time_code import Person
from credential.operations import one_time_codes
from credential.ports import UnsentCode

NOW = datetime(2022, 3, 4, 20, 0, tzinfo=UTC)


@dataclass
class Codes:
    """As many codes of the port as the sending needs, two at a time; every number is somebody's."""

    waiting: list[UnsentCode]
    done: list[str] = field(default_factory=list)
    second_is_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def open_code(self, mobile: str, requester: str, code: str, *, now: datetime) -> bool:
        return False

    async def spend_code(self, mobile: str, code: str, *, now: datetime) -> bool:
        return False

    async def unsent_codes(self, *, now: datetime) -> list[UnsentCode]:
        taken, self.waiting = self.waiting[:2], self.waiting[2:]
        return taken

    async def codes_sent(self, ids: Sequence[str]) -> None:
        self.done += ids
        if "2" in self.done:
            self.second_is_done.set()

    async def people_of(self, mobile: str) -> list[Person]:
        return [Person("default", mobile, "A…", "EN", "mark")]


@dataclass
class HangingAtTheFirst:
    """A notifier that takes the first number's message only once the second code is done with."""

    codes: Codes

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        if recipient == "tel:1":
            await asyncio.wait_for(self.codes.second_is_done.wait(), 5)


async def test_a_code_is_done_with_while_another_message_hangs() -> None:
    codes = Codes([UnsentCode(name, name, "123456") for name in ("1", "2", "3")])
    assert await one_time_codes.send(codes=codes, notifier=HangingAtTheFirst(codes), now=NOW) == 3
    assert codes.done == ["2", "1", "3"]
