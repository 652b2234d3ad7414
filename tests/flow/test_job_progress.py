"""jobProgress over server-sent events and graphql-transport-ws, on a real server."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from credential.access import Scope
from credential.errors import Unavailable
from gateway import streaming
from gateway.commands.serving import Server, new_server
from gateway.state import Gateway
from resolvers import progress
from tests.flow.house import ISSUE, JSON, House, record

PROGRESS = """subscription($id: ID!) { jobProgress(id: $id) {
  state total done failed results(first: 9) { nodes { index } } } }"""
EVENTS = {"accept": "text/event-stream"}


@dataclass
class Served:
    """A house behind a real server."""

    home: House
    server: Server
    http: httpx.AsyncClient
    address: str

    async def job(self, key: str) -> str:
        """Send a batch in and leave it unsigned; return its job."""
        self.home.workbench.idle = True
        records = [record(str(20_000_000_000_000 + number)) for number in range(3)]
        data = await self.home.ask(ISSUE, key, input={"recordsJson": records})
        job: str = data["issueCertificates"]["job"]["id"]
        return job

    async def sign(self) -> None:
        """Do the work that lies there."""
        self.home.workbench.idle = False
        await self.home.app.state.gateway.nudges.close()
        await self.home.workbench.enqueue(self.home.workbench.seen)

    def events(self, query: str, key: str | None, headers: dict[str, str] | None = None, **variables: Any) -> Any:  # noqa: ANN401
        """Open a stream of events."""
        return self.http.stream(
            "POST",
            "/graphql",
            json={"query": query, "variables": variables},
            headers=EVENTS | ({"authorization": f"Bearer {key}"} if key else {}) | (headers or {}),
        )


@pytest.fixture
async def served(home: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    monkeypatch.setattr(progress, "PAUSE_SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = new_server()
        server.config.app, server.config.factory = home.app, False
        server.streams = home.app.state.gateway.streams
        running = asyncio.create_task(server.serve(sockets=[listening]))
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=f"http://{address}", timeout=30) as http:
            yield Served(home, server, http, address)
        server.should_exit = True
        await running


async def events_of(response: httpx.Response) -> AsyncIterator[tuple[str, str, str]]:
    """Yield (id, event, data) of a stream."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        elif "event" in fields:
            yield fields.get("id", ""), fields["event"], fields["data"]
            fields = {}


def shown(data: str) -> JSON:
    body: JSON = json.loads(data)
    assert "errors" not in body, body
    job: JSON = body["data"]["jobProgress"]
    return job


async def test_events_tell_each_change_and_the_end(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    async with served.events(PROGRESS, key, id=job) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = events_of(response)
        _, kind, data = await anext(events)
        assert (kind, shown(data)["state"], shown(data)["done"]) == ("next", "RUNNING", 0)
        await served.sign()
        told = [one async for one in events]
    assert [kind for _, kind, _ in told][-2:] == ["next", "complete"]
    last = shown(told[-2][2])
    assert (last["state"], last["total"], last["done"], last["failed"]) == ("FINISHED", 3, 3, 0)
    assert [one["index"] for one in last["results"]["nodes"]] == [0, 1, 2]


async def test_who_comes_back_is_not_told_again_what_it_knows(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    await served.sign()
    async with served.events(PROGRESS, key, id=job) as response:
        told = [one async for one in events_of(response)]
    assert [kind for _, kind, _ in told] == ["next", "complete"]
    async with served.events(PROGRESS, key, {"last-event-id": told[0][0]}, id=job) as response:
        assert [kind async for _, kind, _ in events_of(response)] == ["complete"]


async def test_another_clients_job_is_unknown(served: Served) -> None:
    job = await served.job(await served.home.client(Scope.ISSUE, Scope.JOBS))
    other = await served.home.client(Scope.ISSUE, Scope.JOBS)
    async with served.events(PROGRESS, other, id=job) as response:
        told = [one async for one in events_of(response)]
    (error,) = json.loads(told[0][2])["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert [kind for _, kind, _ in told] == ["next", "complete"]


@pytest.mark.parametrize(("scope", "code"), [(None, "UNAUTHENTICATED"), (Scope.FETCH, "FORBIDDEN")])
async def test_a_stream_needs_the_scope(served: Served, scope: Scope | None, code: str) -> None:
    key = await served.home.client(scope) if scope else None
    async with served.events(PROGRESS, key, id="job_1") as response:
        told = [one async for one in events_of(response)]
    assert [error["extensions"]["code"] for error in json.loads(told[0][2])["errors"]] == [code]


async def test_a_variable_of_the_wrong_type_is_told_without_its_value(served: Served) -> None:
    key = await served.home.client(Scope.JOBS)
    async with served.events(PROGRESS, key, id={"canary": "9999911111"}) as response:
        content = await response.aread()
    assert b"BAD_USER_INPUT" in content
    assert b"9999911111" not in content


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_subscription_is_no_single_answer(served: Served, accept: str) -> None:
    asked = {"query": PROGRESS, "variables": {"id": "1"}}
    response = await served.http.post("/graphql", json=asked, headers={"accept": accept})
    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


async def test_a_query_is_no_stream(served: Served) -> None:
    response = await served.http.post("/graphql", json={"query": "{ __typename }"}, headers=EVENTS)
    assert response.status_code == 406
    assert response.headers["content-type"].startswith("application/graphql-response+json")


async def test_streams_end_when_the_server_does(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    async with served.events(PROGRESS, key, id=job) as response:
        events = events_of(response)
        await anext(events)
        served.server.should_exit = True
        assert [kind async for _, kind, _ in events] == [], "cut off is not complete"


async def test_too_many_streams_are_refused(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    served.home.app.state.gateway.streams._limit = 1
    async with served.events(PROGRESS, key, id=job) as response:
        await anext(events_of(response))
        async with served.events(PROGRESS, key, id=job) as refused:
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "5"


@asynccontextmanager
async def websocket(served: Served, key: str | None, *, acknowledged: bool = True) -> AsyncIterator[ClientConnection]:
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(f"ws://{served.address}/graphql", subprotocols=[protocol]) as connection:
        if acknowledged:
            await say(connection, type="connection_init", payload={"Authorization": f"Bearer {key}"} if key else {})
            assert await heard(connection) == {"type": "connection_ack"}
        yield connection


async def say(connection: ClientConnection, **message: object) -> None:
    await connection.send(json.dumps(message))


async def heard(connection: ClientConnection) -> JSON:
    message: JSON = json.loads(await connection.recv())
    return message


async def test_a_websocket_tells_each_change_and_the_end(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    async with websocket(served, key) as connection:
        await say(connection, type="ping")
        assert await heard(connection) == {"type": "pong"}
        await say(connection, type="subscribe", id="a", payload={"query": PROGRESS, "variables": {"id": job}})
        first = await heard(connection)
        assert (first["type"], first["id"]) == ("next", "a")
        assert first["payload"]["data"]["jobProgress"]["state"] == "RUNNING"
        await served.sign()
        messages = [await heard(connection)]
        while messages[-1]["type"] == "next":
            messages.append(await heard(connection))
        assert messages[-1] == {"type": "complete", "id": "a"}
        assert messages[-2]["payload"]["data"]["jobProgress"]["done"] == 3


async def test_a_client_may_complete_and_subscribe_again(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    async with websocket(served, key) as connection:
        for _ in range(2):
            await say(connection, type="subscribe", id="a", payload={"query": PROGRESS, "variables": {"id": job}})
            assert (await heard(connection))["type"] == "next"
            await say(connection, type="complete", id="a")


async def test_an_ended_subscription_leaves_the_next_of_its_name_alone(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    asked = {"type": "subscribe", "id": "a", "payload": {"query": PROGRESS, "variables": {"id": job}}}
    async with websocket(served, key) as connection:
        for message in (asked, {"type": "complete", "id": "a"}, asked):
            await say(connection, **message)
            if message is asked:
                assert (await heard(connection))["type"] == "next"
        await say(connection, **asked)
        with pytest.raises(ConnectionClosed):
            await heard(connection)
        assert connection.close_code == 4409, "the second one is still known"


async def test_streams_of_one_connection_keep_to_the_limit(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for between looking whether there is a place and taking it."""
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    gateway = served.home.app.state.gateway
    gateway.streams._limit = 1

    async def slow_text(*_: object) -> str:
        await asyncio.sleep(0.01)
        return PROGRESS

    monkeypatch.setattr(gateway.texts, "text_of", slow_text)
    async with websocket(served, key) as connection:
        for name in ("a", "b"):
            await say(connection, type="subscribe", id=name, payload={"query": PROGRESS, "variables": {"id": job}})
        heard_of = sorted([(one["id"], one["type"]) for one in [await heard(connection), await heard(connection)]])
    assert heard_of == [("a", "next"), ("b", "error")]


async def away(*_: object) -> None:
    raise Unavailable("The store does not answer.")


async def test_a_subscription_is_told_that_the_store_is_away(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    async with websocket(served, key) as connection:
        monkeypatch.setattr(served.home.app.state.gateway.authenticator, "caller", away)
        await say(connection, type="subscribe", id="a", payload={"query": PROGRESS, "variables": {"id": "1"}})
        answer = await asyncio.wait_for(heard(connection), 5)
    assert (answer["type"], answer["id"]) == ("error", "a")
    assert [error["extensions"]["code"] for error in answer["payload"]] == ["UNAVAILABLE"]


async def test_a_connection_is_told_that_the_store_is_away(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.home.app.state.gateway.authenticator, "caller", away)
    async with websocket(served, None, acknowledged=False) as connection:
        await say(connection, type="connection_init")
        with pytest.raises(ConnectionClosed):
            await heard(connection)
        assert connection.close_code == 1013


async def test_a_query_over_websocket_is_refused(served: Served) -> None:
    async with websocket(served, None) as connection:
        await say(connection, type="subscribe", id="a", payload={"query": "{ __typename }"})
        answer = await heard(connection)
    assert (answer["type"], answer["id"]) == ("error", "a")
    assert [error["extensions"]["code"] for error in answer["payload"]] == ["NOT_ACCEPTABLE"]


BREACHES: list[tuple[str, list[object], int]] = [
    ("no JSON", ["{"], 4400),
    ("no message of the protocol", [{"type": "hello"}], 4400),
    ("subscribing before it is opened", [{"type": "subscribe", "id": "a", "payload": {"query": PROGRESS}}], 4401),
    ("an unknown key", [{"type": "connection_init", "payload": {"Authorization": "Bearer nobody"}}], 4403),
    ("opened twice", [{"type": "connection_init"}, {"type": "connection_init"}], 4429),
    ("a subscription without id", [{"type": "connection_init"}, {"type": "subscribe", "payload": {}}], 4400),
]


@pytest.mark.parametrize(("fault", "messages", "code"), BREACHES, ids=[name for name, *_ in BREACHES])
async def test_a_breach_of_the_protocol_closes(served: Served, fault: str, messages: list[object], code: int) -> None:
    async with websocket(served, None, acknowledged=False) as connection:
        for message in messages:
            await connection.send(message if isinstance(message, str) else json.dumps(message))
        with suppress(ConnectionClosed):
            while True:
                await connection.recv()
        assert connection.close_code == code, fault


async def test_the_same_id_twice_closes(served: Served) -> None:
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    async with websocket(served, key) as connection:
        with suppress(ConnectionClosed):
            for _ in range(2):
                await say(connection, type="subscribe", id="a", payload={"query": PROGRESS, "variables": {"id": job}})
            while True:
                await connection.recv()
        assert connection.close_code == 4409


class Minutes:
    """A clock that a test moves on."""

    def __init__(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0
        object.__setattr__(gateway.made_of, "clock", self)
        monkeypatch.setattr(gateway.authenticator, "_clock", self)
        monkeypatch.setattr(streaming, "QUIET_SECONDS", 0.01)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=self.passed)


async def last_of(events: AsyncIterator[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Return kind and code of what is still told."""
    told = [(kind, json.loads(data or "{}")) async for _, kind, data in events]
    return [(kind, body["errors"][0]["extensions"]["code"] if body else "") for kind, body in told]


async def test_a_stream_ends_when_its_key_is_revoked(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = Minutes(served.home.app.state.gateway, monkeypatch)
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    async with served.events(PROGRESS, key, id=job) as response, websocket(served, key) as connection:
        events = events_of(response)
        await anext(events)
        await say(connection, type="subscribe", id="a", payload={"query": PROGRESS, "variables": {"id": job}})
        assert (await heard(connection))["type"] == "next"
        [client] = await served.home.store.clients()
        await served.home.store.revoke_client(client.id, now=minutes())
        minutes.passed = 2
        async with asyncio.timeout(5):
            answer = await heard(connection)
            assert await last_of(events) == [("next", "UNAUTHENTICATED"), ("complete", "")]
    assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")


async def test_a_stream_goes_on_while_its_key_is_good(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = Minutes(served.home.app.state.gateway, monkeypatch)
    key = await served.home.client(Scope.ISSUE, Scope.JOBS)
    job = await served.job(key)
    asked, once = [], asyncio.Event()
    found = served.home.store.authenticate

    async def noted(*given: Any, **more: Any) -> Any:  # noqa: ANN401
        asked.append(1)
        once.set()
        return await found(*given, **more)

    monkeypatch.setattr(served.home.app.state.gateway.authenticator._clients, "authenticate", noted)
    async with served.events(PROGRESS, key, id=job) as response:
        events = events_of(response)
        await anext(events)
        minutes.passed = 2
        async with asyncio.timeout(5):
            await once.wait()
        await served.sign()
        assert [kind async for _, kind, _ in events][-1] == "complete"
    assert len(asked) == 1, "once a minute, not whenever something is told"


async def test_another_protocol_is_refused(served: Served) -> None:
    async with connect(f"ws://{served.address}/graphql") as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 4406
