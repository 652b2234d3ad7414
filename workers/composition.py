"""What a worker is made of: opened once, its public keys registered, every profile's key found."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from backends.notifiers.opening import Routes
from backends.registry import Store, open_artifacts, open_callback, open_notifier, open_signer, open_store
from backends.settings import Settings
from backends.templates import open_templates
from credential.acknowledgement import Style
from credential.key_choice import require
from credential.operations import status_lists
from credential.operations.documents import Press, Templates
from credential.operations.sealing import Shelf
from credential.policy import IssuancePolicy
from credential.ports import Artifacts, Callback, Notifier, Signer


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """Whom acknowledgements go to, and how they are written."""

    callback: Callback
    style: Style


@dataclass(frozen=True, slots=True)
class Composition:
    """Ports and choices of one worker. `jitter` gives a number from 0 to 1, so that workers do not march in step."""

    store: Store
    signer: Signer
    artifacts: Artifacts
    document_secret: bytes = field(repr=False)
    policy: IssuancePolicy = field(default_factory=IssuancePolicy)
    templates: Templates = field(default_factory=Templates)
    notifier: Notifier = field(default_factory=lambda: Routes({}))
    holder_url: str = "http://localhost:8000/certificates"
    clock: Callable[[], datetime] = utc_now
    jitter: Callable[[], float] = secrets.SystemRandom().random
    acknowledging: Acknowledging | None = None

    @property
    def press(self) -> Press:
        """What documents are made with."""
        return Press(self.store, Shelf(self.artifacts, self.document_secret), self.templates)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Composition]:
    """Open the backends that the settings name, and close them.

    Raises ConfigurationError, also when a profile has no key that fits, and Unavailable.
    """
    async with (
        open_signer(settings) as signer,
        open_store(settings) as store,
        open_artifacts(settings) as artifacts,
        open_notifier(settings) as notifier,
        open_callback(settings) as callback,
    ):
        style = settings.acknowledgement_style()
        parts = Composition(
            store,
            signer,
            artifacts,
            settings.document_secret(),
            settings.policy(),
            open_templates(settings),
            notifier,
            settings.holder_url or f"{settings.public_url}/certificates",
            acknowledging=Acknowledging(callback, style) if callback and style else None,
        )
        await prepare(parts)
        yield parts


async def prepare(parts: Composition) -> None:
    """Make sure that every profile and the status lists have a key; register the public keys; publish the first lists.

    The gateway serves keys and lists from the store. A list is there before a certificate names it.
    """
    profiles = {profile for chosen in parts.policy.profiles.values() for profile in chosen}
    require(parts.signer.keys(), sorted(profiles), parts.clock())
    if status_lists.names_lists(parts.policy):
        status_lists.list_key(parts.signer.keys(), parts.clock())
    await parts.store.register(parts.signer.keys())
    await status_lists.publish(lists=parts.store, signer=parts.signer, policy=parts.policy, now=parts.clock())
