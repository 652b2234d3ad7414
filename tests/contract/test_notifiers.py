"""Every way to reach holders: what is sent arrives, what cannot be sent is Unavailable and tells nothing."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backends.notifiers.opening import NOTIFIERS, open_notifiers
from credential.errors import ConfigurationError, Unavailable
from tests.servers.http import served

MAIL, TEL = "mailto:sample.person@example.org", "tel:+919999900001"
TEXT = "உங்கள் சான்றிதழ் தயார்: https://a.example/"


@dataclass
class Mailbox:
    """An SMTP server's handler, which may refuse."""

    refuse: bool = False
    mails: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuse:
            return "451 try again"
        self.mails.append(envelope.original_content or b"")
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[str, Mailbox]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}?from=no-reply@example.org", box
    controller.stop()


@contextmanager
def sms_gateway(received: list[dict[str, Any]], status: int = 200) -> Iterator[str]:
    async def send(request: Request) -> Response:
        received.append({"body": await request.json(), "authorization": request.headers.get("authorization")})
        return RedirectResponse("/elsewhere", 307) if status == 307 else Response("ok", status)

    routes = [Route(path, send, methods=["POST"]) for path in ("/send", "/elsewhere")]
    with served(Starlette(routes=routes)) as address:
        yield f"{address}/send"


async def test_mail_arrives_whole(mailbox: tuple[str, Mailbox]) -> None:
    url, box = mailbox
    async with open_notifiers("", url, "") as notifier:
        await notifier.notify(MAIL, "தடுப்பூசி அட்டை", TEXT)
        await notifier.notify(TEL, "", TEXT)
    [raw] = box.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert (mail["To"], mail["From"]) == ("sample.person@example.org", "no-reply@example.org")
    assert mail["Subject"] == "தடுப்பூசி அட்டை"
    assert mail.get_content().strip() == TEXT


async def test_mail_that_is_refused_and_a_server_that_is_away(mailbox: tuple[str, Mailbox]) -> None:
    url, box = mailbox
    box.refuse = True
    async with open_notifiers("", url, "") as notifier:
        with pytest.raises(Unavailable) as refused:
            await notifier.notify(MAIL, "s", TEXT)
        box.refuse = False
        await notifier.notify(MAIL, "s", TEXT)
    assert "example.org" not in str(refused.value)
    async with open_notifiers("", "smtp://127.0.0.1:1?from=a@example.org", "") as notifier:
        with pytest.raises(Unavailable):
            await notifier.notify(MAIL, "s", TEXT)
    assert len(box.mails) == 1


async def test_a_text_message_arrives_with_the_configured_names() -> None:
    received: list[dict[str, Any]] = []
    with sms_gateway(received) as address:
        async with open_notifiers(f"{address}?to=msisdn&message=text&sender=PRMAAN", "", "Key secret") as notifier:
            await notifier.notify(TEL, "", TEXT)
    body = {"msisdn": "+919999900001", "text": TEXT, "sender": "PRMAAN"}
    assert received == [{"body": body, "authorization": "Key secret"}]


@pytest.mark.parametrize(("status", "calls"), [(500, 1), (403, 1), (307, 1)])
async def test_a_gateway_that_refuses_or_sends_elsewhere(status: int, calls: int) -> None:
    received: list[dict[str, Any]] = []
    with sms_gateway(received, status) as address:
        async with open_notifiers(address, "", "") as notifier:
            with pytest.raises(Unavailable) as refused:
                await notifier.notify(TEL, "", TEXT)
    assert len(received) == calls, "a redirect is not followed"
    assert "99999" not in str(refused.value)


async def test_a_gateway_that_is_away() -> None:
    async with open_notifiers("http://127.0.0.1:1/send", "", "") as notifier:
        with pytest.raises(Unavailable):
            await notifier.notify(TEL, "", TEXT)


async def test_the_console_prints_to_the_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    async with open_notifiers("console:", "console:", "") as notifier:
        await notifier.notify(TEL, "", TEXT)
        await notifier.notify(MAIL, "Subject", TEXT)
    printed = capsys.readouterr().err
    assert f"{TEL}\n{TEXT}" in printed
    assert f"{MAIL}  Subject\n{TEXT}" in printed


@pytest.mark.parametrize("url", ["carrier-pigeon:", "ftp://a.example/"])
async def test_an_unknown_scheme_is_told_with_those_there_are(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"PRAMAAN_SMS_URL must begin with.*https:"):
        async with open_notifiers(url, "", ""):
            pass


async def test_a_mail_address_without_sender_is_told() -> None:
    with pytest.raises(ConfigurationError, match="from=sender"):
        async with open_notifiers("", "smtp://mail.example.org", ""):
            pass


def test_every_scheme_has_a_test() -> None:
    assert NOTIFIERS.keys() == {"console", "memory", "smtp", "smtps", "http", "https"}
