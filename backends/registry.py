"""Which code stands behind a URL scheme: one dict per port.

Another package adds a scheme by an entry point in the group of the dict (`pramaan.stores` and so on): its name is the
scheme, its target a function like those here. Choosing is a URL in the environment, nothing else.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from importlib.metadata import entry_points
from typing import Protocol, TypeVar

from backends.artifacts.files import open_files
from backends.artifacts.memory import open_memory
from backends.artifacts.s3 import open_s3
from backends.callbacks.http import open_http
from backends.notifiers.opening import open_notifiers
from backends.oidc.tokens import open_tokens as open_provider_tokens
from backends.queues.inprocess import open_inprocess
from backends.queues.jobs import JobQueue
from backends.queues.redis import open_redis
from backends.settings import Settings
from backends.signers.development import open_development
from backends.signers.directory import open_directory
from backends.signers.sandbox import open_sandbox
from backends.sql import store as sql
from backends.urls import scheme
from credential import sandbox
from credential.errors import ConfigurationError
from credential.ports import (
    AccessLog,
    Applying,
    Artifacts,
    Bundles,
    Callback,
    ClientKeys,
    Clients,
    Closing,
    Comparing,
    ContactIndex,
    Contacting,
    Corrections,
    Counting,
    DeadLetters,
    Deliveries,
    EarlierDoses,
    Figuring,
    FileChunks,
    Files,
    Holders,
    Housekeeping,
    ImportResults,
    Imports,
    Intake,
    Jobs,
    KeyRing,
    Notices,
    Notifier,
    OneTimeCodes,
    Outbox,
    Overseeing,
    Reaching,
    ReadBudgets,
    Reading,
    Rebuilding,
    Reports,
    Revoking,
    Sharing,
    Signer,
    Signing,
    Statistics,
    StatusLists,
    StatusRebuilding,
    Tokens,
    Trust,
    TrustedDocuments,
    Uploads,
    Works,
)

T = TypeVar("T")
Opener = Callable[[Settings], AbstractAsyncContextManager[T]]


class Store(
    Intake,
    Signing,
    Trust,
    AccessLog,
    Holders,
    OneTimeCodes,
    Notices,
    Corrections,
    Contacting,
    ReadBudgets,
    TrustedDocuments,
    Files,
    FileChunks,
    Outbox,
    Reading,
    Rebuilding,
    Revoking,
    Reaching,
    Closing,
    Counting,
    Figuring,
    DeadLetters,
    Clients,
    Jobs,
    Bundles,
    Uploads,
    ContactIndex,
    KeyRing,
    Housekeeping,
    Statistics,
    StatusLists,
    StatusRebuilding,
    Deliveries,
    Works,
    Comparing,
    Reports,
    Applying,
    EarlierDoses,
    Imports,
    ImportResults,
    Overseeing,
    ClientKeys,
    Sharing,
    Protocol,
):
    """All the ports of the one store."""


@asynccontextmanager
async def _open_sql(settings: Settings) -> AsyncIterator[Store]:
    async with sql.open_store(
        settings.store_url,
        settings.store_keys(),
        id_scheme=settings.certificate_id,
        notices=settings.notices,
        acknowledged=settings.acknowledged,
        corrects_earlier=settings.corrects_earlier,
    ) as store:
        sandbox.refuse_mixing(await store.public_keys(), sandbox=settings.sandbox)
        yield store


STORES: Mapping[str, Opener[Store]] = {"sqlite+aiosqlite": _open_sql, "postgresql+asyncpg": _open_sql}
SIGNERS: Mapping[str, Opener[Signer]] = {
    "file": open_directory,
    "development": open_development,
    "sandbox": open_sandbox,
}
QUEUES: Mapping[str, Opener[JobQueue]] = {
    "inprocess": open_inprocess,
    "redis": open_redis,
    "rediss": open_redis,
    "unix": open_redis,
}
ARTIFACTS: Mapping[str, Opener[Artifacts]] = {"file": open_files, "memory": open_memory, "s3": open_s3}


def open_store(settings: Settings) -> AbstractAsyncContextManager[Store]:
    """Open the store of STORE_URL. Raises ConfigurationError for an unknown scheme."""
    return _opener(STORES, "pramaan.stores", "PRAMAAN_STORE_URL", settings.store_url)(settings)


def open_signer(settings: Settings) -> AbstractAsyncContextManager[Signer]:
    """Open the signer of SIGNER_URL. Raises ConfigurationError, also for keys that cannot be used or are published."""
    if not settings.signer_url:
        raise ConfigurationError(
            "PRAMAAN_SIGNER_URL is not set; set it to file:DIR, the directory of the signing keys."
        )
    opener = _opener(SIGNERS, "pramaan.signers", "PRAMAAN_SIGNER_URL", settings.signer_url)
    return opener(settings) if settings.sandbox else _unpublished(opener(settings))


def open_queue(settings: Settings) -> AbstractAsyncContextManager[JobQueue]:
    """Open the queue of QUEUE_URL. Raises ConfigurationError."""
    return _opener(QUEUES, "pramaan.queues", "PRAMAAN_QUEUE_URL", settings.queue_url)(settings)


def open_artifacts(settings: Settings) -> AbstractAsyncContextManager[Artifacts]:
    """Open the artifact store of ARTIFACTS_URL. Raises ConfigurationError."""
    return _opener(ARTIFACTS, "pramaan.artifacts", "PRAMAAN_ARTIFACTS_URL", settings.artifacts_url)(settings)


def open_notifier(settings: Settings) -> AbstractAsyncContextManager[Notifier]:
    """Open the ways to holders. Raises ConfigurationError."""
    chosen = settings.messages
    return open_notifiers(chosen.sms_url, chosen.mail_url, chosen.sms_authorization)


def open_callback(settings: Settings) -> AbstractAsyncContextManager[Callback | None]:
    """Open the receiver of acknowledgements, None where none is set."""
    return nullcontext() if settings.callback is None else open_http(settings.callback)


def open_tokens(settings: Settings) -> AbstractAsyncContextManager[Tokens | None]:
    """Open what judges tokens of people, None where no OpenID provider is set."""
    return nullcontext() if settings.oidc is None else open_provider_tokens(settings.oidc)


@asynccontextmanager
async def _unpublished(opening: AbstractAsyncContextManager[Signer]) -> AsyncIterator[Signer]:
    """Open a signer, whose keys may be none of the sandbox's, wherever they are kept."""
    async with opening as signer:
        sandbox.refuse_published(signer.keys())
        yield signer


def _opener(known: Mapping[str, Opener[T]], group: str, variable: str, url: str) -> Opener[T]:
    """Return what opens a URL: ours, or another package's."""
    name = scheme(url)
    if name in known:
        return known[name]
    others = entry_points(group=group)
    if name in others.names:
        opener: Opener[T] = others[name].load()
        return opener
    choices = ", ".join(f"{choice}:" for choice in sorted({*known, *others.names}))
    raise ConfigurationError(f"{variable} must begin with one of {choices} (schemes of installed packages included).")
