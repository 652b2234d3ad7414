"""The issuer's public keys as workers registered them in the store."""

from backends.settings import Settings
from credential.keys import PublicKey
from gateway.commands.deployment import opened_store, run, settings


def published_keys() -> list[PublicKey]:
    """Return the keys of the store that the environment names, retired ones too. Raises ConfigurationError."""
    return run(_read(settings()))


async def _read(chosen: Settings) -> list[PublicKey]:
    async with opened_store(chosen) as store:
        return await store.public_keys()
