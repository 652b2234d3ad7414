"""Ports of the backends beside the store: signer, queue, artifacts, notifier."""

from collections.abc import Sequence
from typing import Protocol

from credential.jobs import Job
from credential.keys import Algorithm, PublicKey


class Signer(Protocol):
    """Signs bytes with private keys that never leave it."""

    def keys(self) -> Sequence[PublicKey]:
        """Return the public halves with their periods."""
        ...

    async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:
        """Sign each payload: RSA as PSS SHA-256 salt 32, Ed25519 pure, P-256 as raw r||s over SHA-256.

        Raises SigningFailed.
        """
        ...


class Queue(Protocol):
    """Carries jobs to workers. A hint: what it loses the relay sends again."""

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Send jobs; raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Artifacts(Protocol):
    """Keeps rendered documents, encrypted, under keyed-hash names."""

    async def get(self, name: str) -> bytes | None:
        """Return the bytes, None where absent."""
        ...

    async def put(self, name: str, data: bytes) -> None:
        """Store the bytes; storing again replaces."""
        ...

    async def delete(self, name: str) -> None:
        """Remove; absent is no fault."""
        ...


class Notifier(Protocol):
    """Tells a holder that a certificate is there, changed or gone."""

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        """Send to `tel:+91...` or `mailto:...`."""
        ...
