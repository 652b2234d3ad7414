"""Notices by mail while the mail server is away: they wait, arrive once, and are given up with a reason."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from credential.access import Caller
from credential.errors import Unavailable
from credential.jobs import NOTIFY, SIGN
from credential.operations import issue
from credential.ports import DeadLetter, Request
from credential.record import Kind
from tests.contract.test_notifiers import Mailbox
from tests.flow.test_workers import SOURCE, Deaf, ahead, sample, settings
from tests.flow.test_workers import Later as Clock
from workers.composition import Composition, opened
from workers.tasks import tasks

ADMIN = Caller("admin", "Admin")


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        found: int = free.getsockname()[1]
    return found


@pytest.fixture
async def parts(tmp_path: Path, port: int) -> AsyncIterator[Composition]:
    """Open a worker whose mail server is away."""
    mail = f"smtp://127.0.0.1:{port}?from=no-reply@example.org"
    async with opened(settings(tmp_path, NOTICES="yes", MAIL_URL=mail, HOLDER_URL="https://a.example/")) as found:
        yield replace(found, clock=Clock())


@contextmanager
def mail_server(port: int) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


async def issued(parts: Composition) -> str:
    """Issue a certificate whose holder has an address for mail and no number."""
    record = sample(1)
    record["recipient"] |= {"mobile": None, "email": "sample.person@example.org"}
    accepted = await issue.accept(
        [record],
        request=Request(SOURCE, "issue", None, b"", parts.clock()),
        kind=Kind.DOMESTIC,
        policy=parts.policy,
        intake=parts.store,
        queue=Deaf(),
    )
    [outcome] = accepted.outcomes
    assert outcome.certificate_id is not None, outcome
    await tasks(parts)[SIGN].run([outcome.certificate_id])
    return outcome.certificate_id


async def tell(parts: Composition) -> None:
    """Do what the relay brings, as a worker does."""
    for job in await parts.store.due(now=parts.clock(), limit=10):
        await tasks(parts)[job.name].run(job.ids)


async def test_a_notice_waits_for_the_mail_server_and_arrives_once(parts: Composition, port: int) -> None:
    await issued(parts)
    with pytest.raises(Unavailable):
        await tell(parts)
    ahead(parts, minutes=1)
    with mail_server(port) as box:
        await tell(parts)
        ahead(parts, hours=1)
        await tell(parts)
    assert len(box.mails) == 1
    assert b"https://a.example/" in box.mails[0]
    assert await parts.store.backlog() == 0


async def given_up(parts: Composition) -> DeadLetter:
    while not (letters := await parts.store.dead_letters(limit=10)):
        ahead(parts, hours=1)
        with suppress(Unavailable):
            await tell(parts)
    [letter] = letters
    return letter


async def test_a_notice_that_fails_for_good_is_kept_with_its_reason_and_can_be_sent_again(
    parts: Composition, port: int
) -> None:
    certificate_id = await issued(parts)
    letter = await given_up(parts)
    assert (letter.job, letter.certificate_id) == (NOTIFY, certificate_id)
    assert "eight times" in letter.reason
    assert await parts.store.revive([letter], caller=ADMIN, now=parts.clock()) == 1
    with mail_server(port) as box:
        await tell(parts)
    assert len(box.mails) == 1
    assert await parts.store.dead_letters(limit=10) == []
