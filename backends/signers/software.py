"""A signer with private keys in this process's memory."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm

from credential import primitives
from credential.errors import ProofError, SigningFailed
from credential.keys import Algorithm, PublicKey
from credential.primitives import PrivateKey

CHUNK = 16
"""Payloads below which another thread costs more than it saves."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its public half."""

    private: PrivateKey = field(repr=False)
    public: PublicKey


class SoftwareSigner:
    """Implements the port Signer. `cryptography` lets go of the interpreter's lock, so threads use every core."""

    def __init__(self, keys: Sequence[SigningKey], *, threads: int | None = None) -> None:
        """Take the keys and the number of threads (default: one per core)."""
        self._private = {key.public.id: key.private for key in keys}
        self._public = tuple(key.public for key in keys)
        self._threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="signer")

    def keys(self) -> Sequence[PublicKey]:
        """Return the public halves with their periods."""
        return self._public

    async def sign(self, key_id: str, algorithm: Algorithm, payloads: Sequence[bytes]) -> list[bytes]:
        """Sign each payload. Raises SigningFailed when the key is unknown or of another algorithm."""
        key = self._private.get(key_id)
        if key is None:
            raise SigningFailed("The signer does not hold the key that was asked for; check PRAMAAN_SIGNER_URL.")
        loop = asyncio.get_running_loop()
        chunks = [loop.run_in_executor(self._pool, _sign, algorithm, key, chunk) for chunk in self._chunks(payloads)]
        return [signature for chunk in await asyncio.gather(*chunks) for signature in chunk]

    def _chunks(self, payloads: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
        size = max(CHUNK, -(-len(payloads) // self._threads))
        return (payloads[start : start + size] for start in range(0, len(payloads), size))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()


def _sign(algorithm: Algorithm, key: PrivateKey, payloads: Sequence[bytes]) -> list[bytes]:
    try:
        return [primitives.sign(algorithm, key, payload) for payload in payloads]
    except (ProofError, ValueError, UnsupportedAlgorithm):
        raise SigningFailed("The key cannot make this signature; check its algorithm in keys.toml.") from None
