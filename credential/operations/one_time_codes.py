"""One-time codes: asked for, sent, and turned into tokens that name one beneficiary each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from credential.errors import BadUserInput, LimitReached, Unavailable
from credential.jobs import SEND_CODES, Job
from credential.notices import notice
from credential.one_time_code import DIGITS, LIFETIME, NONCE_BYTES, Holder, Person, holder_token, new_code
from credential.operations.nudging import nudge
from credential.ports import Notifier, OneTimeCodes, Queue, UnsentCode
from credential.record import normal_mobile

Randomness = Callable[[int], bytes]
ENGLISH = "EN"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A person on the number, with a token for that person alone."""

    person: Person
    token: str
    expires_at: datetime


async def ask(
    mobile: str, *, requester: str, codes: OneTimeCodes, queue: Queue, randomness: Randomness, now: datetime
) -> None:
    """Store a code and have it sent, if anybody has the number: the answer is the same either way.

    Raises BadUserInput for what is no number, LimitReached.
    """
    number = normal_mobile(mobile)
    if not await codes.open_code(number, requester, new_code(randomness), now=now):
        raise LimitReached("No further code can be sent now; use the last one, or ask again later.", ("mobile",))
    await nudge(queue, Job(SEND_CODES))


async def confirm(
    mobile: str, code: str, *, codes: OneTimeCodes, secret: bytes, randomness: Randomness, now: datetime
) -> list[Admitted]:
    """Use the code up; return the people on the number. Raises BadUserInput where it is wrong, whatever the reason."""
    number = normal_mobile(mobile)
    fits = len(code) == DIGITS and code.isascii() and code.isdecimal()
    if not await codes.spend_code(number, code if fits else "", now=now):
        raise BadUserInput("The code is wrong, has expired or was used; ask for another one.", ("code",))
    admitted = []
    for person in await codes.people_of(number):
        holder = Holder(person.programme, person.beneficiary_id, person.contact)
        token, ends = holder_token(holder, secret=secret, nonce=randomness(NONCE_BYTES), now=now)
        admitted.append(Admitted(person, token, ends))
    return admitted


async def send(*, codes: OneTimeCodes, notifier: Notifier, now: datetime) -> int:
    """Send the codes that wait, each to a number that somebody has; return how many were sent."""
    sent = 0
    while waiting := await codes.unsent_codes(now=now):
        sent += sum(await asyncio.gather(*(_send(one, codes, notifier) for one in waiting)))
    return sent


async def _send(unsent: UnsentCode, codes: OneTimeCodes, notifier: Notifier) -> bool:
    """Send one, and be done with it before its lease ends: messages are sent side by side, for any may hang."""
    people = await codes.people_of(unsent.mobile)
    if not people:
        return False  # it comes back until it expires: a certificate of this minute may not be indexed yet
    minutes = str(int(LIFETIME.total_seconds()) // 60)
    text = notice("code", people[0].language, code=unsent.code, minutes=minutes)
    try:
        await notifier.notify(f"tel:{unsent.mobile}", "", text)
    except Unavailable:
        return False
    await codes.codes_sent([unsent.id])
    return True
