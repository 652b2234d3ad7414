"""The callback over HTTP against a real server that fails in every way."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backends.callback_settings import CallbackSettings
from backends.callbacks.hosts import Hosts
from backends.callbacks.http import POOLS, HttpCallback, open_http
from credential.acknowledgement import Form, Message
from credential.ports import Answer
from tests.servers.process import free_port
from tests.servers.receiver import CUT, ENDLESS, OK, Received, Receiver, Script, answer, receiver

MESSAGE = Message(b'{"dose": 1}', {"content-type": "application/json", "webhook-id": "m1"})
LOOPBACK = Hosts.parse("127.0.0.1, ::1, localhost")
SHORT = 0.2


def settings(url: str, *, login: bool = False, hosts: Hosts = LOOPBACK) -> CallbackSettings:
    return CallbackSettings(
        f"{url}/ack", f"{url}/login" if login else None, "the key" if login else "", Form.JSON, None, hosts
    )


@asynccontextmanager
async def callback(script: Script, *, login: bool = False) -> AsyncIterator[tuple[HttpCallback, Receiver]]:
    async with receiver(script) as here, open_http(settings(here.url, login=login), seconds=5) as opened:
        yield opened, here


def test_a_token_is_never_in_the_settings_representation() -> None:
    shown = repr(replace(settings("http://127.0.0.1:1", login=True), secret=b"hidden"))
    assert "the key" not in shown
    assert "hidden" not in shown


async def test_a_message_arrives_as_it_is() -> None:
    async with callback(lambda _: OK) as (opened, here):
        assert await opened.post(MESSAGE) == Answer()
    (request,) = here.received
    assert (request.path, request.body) == ("/ack", MESSAGE.body)
    assert (request.headers["webhook-id"], request.headers["content-type"]) == ("m1", "application/json")
    assert "authorization" not in request.headers


async def test_connections_are_used_again() -> None:
    async with callback(lambda _: OK) as (opened, here):
        assert [await opened.post(MESSAGE) for _ in range(3 * POOLS)] == [Answer()] * 3 * POOLS
        assert (here.connections, len(here.received)) == (POOLS, 3 * POOLS)


FAULTS = [
    (answer(500), Answer("The callback answered 500.")),
    (answer(404), Answer("The callback answered 404.")),
    (answer(422, b"Sample Person 1"), Answer("The callback answered 422.", final=True)),
    (answer(503, retry_after="90"), Answer("The callback answered 503.", retry_after=dt.timedelta(seconds=90))),
    (answer(503, retry_after="Fri, 31 Dec 1999 23:59:59 GMT"), Answer("The callback answered 503.")),
    (answer(401), Answer("The callback answered 401.")),
    (ENDLESS, Answer("An answer was longer than it may be.")),
    (CUT, Answer("The callback broke off.")),
    (b"", Answer("The callback broke off.")),
    (b"nonsense\r\n\r\n", Answer("The callback broke off.")),
]


@pytest.mark.parametrize(("written", "told"), FAULTS)
async def test_a_fault_is_told_in_our_words(written: bytes, told: Answer) -> None:
    async with callback(lambda _: written) as (opened, _):
        assert await opened.post(MESSAGE) == told


async def test_a_redirect_is_not_followed() -> None:
    async with callback(lambda _: answer(301, location="/elsewhere")) as (opened, here):
        assert await opened.post(MESSAGE) == Answer("The callback answered 301: redirects are not followed.")
        assert [one.path for one in here.received] == ["/ack"]


async def test_a_receiver_that_hangs_is_left() -> None:
    async with receiver(lambda _: None) as here, open_http(settings(here.url), seconds=SHORT) as opened:
        assert await opened.post(MESSAGE) == Answer("The callback did not answer in time.")


async def test_a_receiver_that_trickles_for_ever_is_left() -> None:
    slow = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nx"
    async with receiver(lambda _: slow) as here, open_http(settings(here.url), seconds=SHORT) as opened:
        assert await opened.post(MESSAGE) == Answer("The callback did not answer in time.")


async def test_nobody_listens() -> None:
    async with open_http(settings(f"http://127.0.0.1:{free_port()}"), seconds=5) as opened:
        assert await opened.post(MESSAGE) == Answer("The callback cannot be reached.")


async def test_a_name_that_can_have_no_address() -> None:
    host = "a" * 64 + ".invalid"
    async with open_http(settings(f"http://{host}", hosts=Hosts.parse(host)), seconds=5) as opened:
        assert await opened.post(MESSAGE) == Answer("The callback's host has no address.")


async def test_a_host_that_is_not_listed_is_never_called() -> None:
    async with receiver(lambda _: OK) as here:
        listed = settings(here.url, hosts=Hosts.parse("ack.example, 10.0.0.0/8"))
        async with open_http(listed, seconds=5) as opened:
            told = Answer("The callback's host has an address that PRAMAAN_ACK_HOSTS does not allow.")
            assert await opened.post(MESSAGE) == told
        assert here.received == []


async def test_a_listed_name_with_a_private_address_is_never_called() -> None:
    async with receiver(lambda _: OK) as here:
        url = here.url.replace("127.0.0.1", "localhost")
        async with open_http(settings(url, hosts=Hosts.parse("localhost")), seconds=5) as opened:
            assert "does not allow" in str((await opened.post(MESSAGE)).fault)
        assert here.received == []


class Login:
    """A receiver with a login: tokens t1, t2, ..., of which some are good."""

    def __init__(self, *good: str) -> None:
        self.good = good
        self.given = 0

    def __call__(self, request: Received) -> bytes:
        if request.path == "/login":
            self.given += 1
            return answer(200, f"t{self.given}\n".encode())
        return OK if request.headers.get("authorization") in self.good else answer(401)


async def test_a_token_is_fetched_once_and_sent_raw() -> None:
    async with callback(Login("t1"), login=True) as (opened, here):
        assert await asyncio.gather(*(opened.post(MESSAGE) for _ in range(5))) == [Answer()] * 5
    (login,) = here.at("/login")
    assert login.json == {"user_name": "the key"}
    assert {one.headers["authorization"] for one in here.at("/ack")} == {"t1"}


async def test_a_token_is_fetched_again_when_it_has_expired() -> None:
    async with callback(Login("t1", "t2"), login=True) as (opened, here):
        assert await opened.post(MESSAGE) == Answer()
        assert opened._token is not None
        opened._token = (opened._token[0], asyncio.get_running_loop().time())
        assert await opened.post(MESSAGE) == Answer()
    assert [one.headers["authorization"] for one in here.at("/ack")] == ["t1", "t2"]


async def test_a_refused_token_is_fetched_anew_once_for_all_who_wait() -> None:
    login = Login("t1")
    async with callback(login, login=True) as (opened, here):
        assert await opened.post(MESSAGE) == Answer()
        login.good = ("t2",)
        assert await asyncio.gather(*(opened.post(MESSAGE) for _ in range(5))) == [Answer()] * 5
    assert len(here.at("/login")) == 2


async def test_a_token_that_is_always_refused_is_asked_for_twice_and_no_more() -> None:
    async with callback(Login(), login=True) as (opened, here):
        assert await opened.post(MESSAGE) == Answer("The callback answered 401.")
    assert (len(here.at("/login")), len(here.at("/ack"))) == (2, 2)


async def test_a_login_that_hangs_holds_all_up_once(caplog: pytest.LogCaptureFixture) -> None:
    async with receiver(lambda _: None) as here, open_http(settings(here.url, login=True), seconds=SHORT) as opened:
        told = await asyncio.gather(*(opened.post(MESSAGE) for _ in range(10)))
        assert told == [Answer("The login did not answer in time.")] * 10
        assert [one.path for one in here.received] == ["/login"]
    assert caplog.records == []


BAD_LOGINS = [
    (answer(403, b"no such user"), "The login answered 403."),
    (answer(201, b"t1"), "The login answered 201."),
    (answer(302, b"t1", location="/elsewhere"), "The login answered 302."),
    (answer(200, b""), "The login answered something that is no token."),
    (answer(200, b"two\r\nlines: here"), "The login answered something that is no token."),
    (answer(200, b"x" * 10_000), "An answer was longer than it may be."),
    (CUT, "The login broke off."),
]


@pytest.mark.parametrize(("written", "told"), BAD_LOGINS)
async def test_what_a_failed_login_says_is_never_a_token(written: bytes, told: str) -> None:
    good, login = Login("t1"), [written]
    async with callback(lambda it: login[0] if it.path == "/login" and login else good(it), login=True) as (
        opened,
        here,
    ):
        assert await opened.post(MESSAGE) == Answer(told)
        assert here.at("/ack") == []
        login.clear()
        assert await opened.post(MESSAGE) == Answer()


def certificate(directory: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context with a certificate of its own for a name or address, and a client's that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample receiver")])
    try:
        named: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        named = x509.DNSName(name)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = directory / "receiver.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, *form)
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


@asynccontextmanager
async def secure(
    server: ssl.SSLContext, trusted: ssl.SSLContext | None
) -> AsyncIterator[tuple[HttpCallback, Receiver]]:
    async with receiver(lambda _: OK, server) as here:
        chosen = settings(here.url.replace("127.0.0.1", "localhost"))
        async with open_http(chosen, seconds=5, trusted=trusted) as opened:
            yield opened, here


async def test_a_trusted_certificate_of_the_hosts_name_is_accepted(tmp_path: Path) -> None:
    server, trusted = certificate(tmp_path, "localhost")
    async with secure(server, trusted) as (opened, here):
        assert await opened.post(MESSAGE) == Answer()
        assert here.received[0].headers["host"].startswith("localhost:")


async def test_a_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, "localhost")
    async with secure(server, None) as (opened, here):
        assert await opened.post(MESSAGE) == Answer("The callback presents no certificate that is trusted.")
        assert here.received == []


@pytest.mark.parametrize("name", ["another.example", "127.0.0.1"])
async def test_a_certificate_for_another_name_is_refused(tmp_path: Path, name: str) -> None:
    server, trusted = certificate(tmp_path, name)
    async with secure(server, trusted) as (opened, here):
        assert await opened.post(MESSAGE) == Answer("The callback presents no certificate that is trusted.")
        assert here.received == []
