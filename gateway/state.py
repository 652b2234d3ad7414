"""What the gateway is made of: opened once in the lifespan, or handed in ready by a test."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from backends.registry import open_artifacts, open_queue, open_store, open_tokens
from backends.settings import Settings
from backends.templates import open_templates
from credential.access import Caller
from credential.operations.digilocker import Rules
from credential.operations.documents import Templates
from credential.policy import IssuancePolicy
from credential.ports import (
    AccessLog,
    Artifacts,
    Bundles,
    ClientKeys,
    Clients,
    Contacting,
    Corrections,
    Counting,
    Figuring,
    FileChunks,
    Files,
    Holders,
    ImportResults,
    Imports,
    Intake,
    Jobs,
    KeyRing,
    Notices,
    OneTimeCodes,
    Outbox,
    Overseeing,
    Queue,
    Reaching,
    ReadBudgets,
    Reading,
    Reports,
    Revoking,
    Sharing,
    StatusLists,
    Tokens,
    Trust,
    TrustedDocuments,
    Uploads,
    Works,
)
from gateway.authentication import Authenticator
from gateway.backpressure import BoundedIntake
from gateway.buffering import EventBuffer, RememberedKeys, RememberedTrust
from gateway.client_budget import ClientBudget
from gateway.figures_cache import FiguresCache
from gateway.limits import Limits
from gateway.login import Login, login_of
from gateway.nudging import NudgeQueue
from gateway.parsing import Documents
from gateway.read_budget import ReadBudget
from gateway.streaming import Streams, Watch
from gateway.trusted import TrustedTexts
from resolvers.context import Context, Deployment, Ports
from resolvers.schema import executable


class Store(
    Intake,
    Outbox,
    Reading,
    Revoking,
    Reaching,
    Counting,
    Figuring,
    Clients,
    Jobs,
    Bundles,
    Uploads,
    Files,
    Holders,
    FileChunks,
    KeyRing,
    StatusLists,
    Trust,
    AccessLog,
    OneTimeCodes,
    Notices,
    Corrections,
    Contacting,
    ReadBudgets,
    Reports,
    TrustedDocuments,
    Works,
    Imports,
    ImportResults,
    Overseeing,
    ClientKeys,
    Sharing,
    Protocol,
):
    """The ports of the store that the gateway uses; it never signs."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Composition:
    """Ports and choices of one gateway. `development` allows introspection and the explorer page."""

    store: Store
    queue: Queue
    artifacts: Artifacts
    document_secret: bytes = field(repr=False)
    policy: IssuancePolicy = field(default_factory=IssuancePolicy)
    issuer_name: str = "Ministry of Health and Family Welfare, Government of India"
    development: bool = True
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], datetime] = utc_now
    templates: Templates = field(default_factory=Templates)
    digilocker: Rules | None = None
    randomness: Callable[[int], bytes] = secrets.token_bytes
    sends_codes: bool = True
    tokens: Tokens | None = None
    login: Login = field(default_factory=Login)
    public_url: str = ""


class Gateway:
    """A composition with what the gateway adds: authentication, prepared documents, gathering and back-pressure."""

    def __init__(self, made_of: Composition) -> None:
        """Take the parts."""
        self.made_of = made_of
        self.schema = executable()
        self.documents = Documents(self.schema, made_of.limits, introspection=made_of.development)
        self.authenticator = Authenticator(
            made_of.store, made_of.store, made_of.clock, made_of.document_secret, made_of.tokens
        )
        self.nudges = NudgeQueue(made_of.queue)
        self.events = EventBuffer(made_of.store)
        self.figures = FiguresCache(made_of.store, made_of.clock)
        self.streams = Streams(made_of.limits.streams)
        self.texts = TrustedTexts(made_of.store)
        self.budget = ClientBudget(made_of.clock)
        self.ports = _ports(made_of, self.nudges)
        self.deployment = Deployment(
            made_of.policy,
            made_of.issuer_name,
            made_of.document_secret,
            made_of.templates,
            made_of.randomness,
            made_of.sends_codes,
            made_of.limits.upload,
            made_of.public_url,
        )

    async def context(self, authorization: str | None, request_id: str) -> Context:
        """Return the context of a request. Raises RequestFault for an unknown key."""
        return self.context_of(await self.authenticator.caller(authorization), request_id)

    def context_of(self, caller: Caller, request_id: str) -> Context:
        """Return the context of a request of somebody who is known otherwise than by a key."""
        return Context(caller, self.ports, self.deployment, self.made_of.clock(), request_id)

    def watch(self, authorization: str | None, caller: Caller) -> Watch:
        """Return what looks after a stream that a caller opened with an Authorization."""
        return Watch(partial(self.authenticator.caller, authorization), caller, self.made_of.clock)

    async def close(self) -> None:
        """Send and store what was gathered. The backends belong to whoever opened them."""
        await self.nudges.close()
        await self.figures.close()
        await self.events.close()


def _ports(made_of: Composition, queue: Queue) -> Ports:
    store = made_of.store
    return Ports(
        intake=BoundedIntake(store, store, made_of.limits.backlog, made_of.clock),
        reading=store,
        revoking=store,
        counting=store,
        figuring=store,
        allowance=ReadBudget(store, store, made_of.clock),
        reaching=store,
        accesses=store,
        codes=store,
        notices=store,
        corrections=store,
        contacting=store,
        jobs=store,
        keys=RememberedKeys(store, made_of.clock),
        trust=RememberedTrust(store, made_of.clock),
        queue=queue,
        artifacts=made_of.artifacts,
        bundles=store,
        uploads=store,
        files=store,
        file_chunks=store,
        overseeing=store,
        client_keys=store,
        holders=store,
        sharing=store,
        works=store,
        imports=store,
        results=store,
        reports=store,
    )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Composition]:
    """Open the backends that the settings name, and close them. Raises ConfigurationError."""
    async with (
        open_store(settings) as store,
        open_queue(settings) as queue,
        open_artifacts(settings) as artifacts,
        open_tokens(settings) as tokens,
    ):
        yield Composition(
            store=store,
            queue=queue,
            artifacts=artifacts,
            document_secret=settings.document_secret(),
            templates=open_templates(settings),
            digilocker=settings.digilocker,
            sends_codes=bool(settings.messages.sms_url),
            issuer_name=settings.issuer_name,
            policy=settings.policy(),
            development=not settings.production,
            limits=Limits(body=settings.max_body, upload=settings.max_upload),
            tokens=tokens,
            login=login_of(settings),
            public_url=settings.public_url,
        )
