"""Verify what somebody shows. Nothing of it is stored or logged, and only a certificate id leaves this function."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from credential.errors import Unavailable, Unreadable
from credential.formats.received import decode, takes_long
from credential.keys import PublicKey
from credential.ports import Reading
from credential.verification import Policy, StatusAnswer, Verification, conclude, examine, unreadable


async def verify(
    data: bytes | str, *, keys: Sequence[PublicKey], policy: Policy, now: datetime, reading: Reading | None = None
) -> Verification:
    """Return the verification of a certificate in any form that `formats.received` reads; never raises for bad input.

    `keys` are all public keys of known issuers, retired ones too; of foreign ones no standing is known. `reading` None,
    or the policy OFFLINE, asks nobody's records; where they cannot be reached, STRICT and STANDARD answer INCONCLUSIVE.
    """
    try:
        received = await asyncio.to_thread(decode, data) if takes_long(data) else decode(data)
    except Unreadable as reason:
        return unreadable(reason, now=now)
    examination = examine(received, keys=keys, now=now)
    answer = None
    asks = reading is not None and policy is not Policy.OFFLINE and not examination.foreign
    if asks and reading is not None and examination.certificate_id is not None:
        answer = await _ask(reading, examination.certificate_id, now)
    return conclude(examination, answer, policy=policy)


async def _ask(reading: Reading, certificate_id: str, now: datetime) -> StatusAnswer:
    try:
        [standing] = await reading.standings([certificate_id])
    except Unavailable:
        return StatusAnswer(None, None)
    return StatusAnswer(standing, now)
