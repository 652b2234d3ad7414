"""The public keys in the store: the issuer's as workers registered them, and the trusted ones of others."""

from backends.settings import Settings
from credential.keys import PublicKey
from gateway.commands.deployment import opened_store, run, settings


def published_keys() -> list[PublicKey]:
    """Return the keys of the store that the environment names, retired ones too. Raises ConfigurationError."""
    return run(_read(settings()))


async def _read(chosen: Settings) -> list[PublicKey]:
    async with opened_store(chosen) as store:
        trusted = [one.key for one in await store.trusted_keys()]
        return [*await store.public_keys(), *trusted]
