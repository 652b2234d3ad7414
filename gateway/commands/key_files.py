"""Public keys in files, in every form in which issuers publish them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from credential.errors import ConfigurationError
from credential.jwk import read_public_key, thumbprint, to_pem
from credential.keys import PublicKey
from credential.primitives import VerifyingKey, algorithm_of

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)
_IN_METHOD = ("publicKeyMultibase", "publicKeyPem", "publicKeyBase58")


def read_keys(path: Path, key_id: str | None) -> list[PublicKey]:
    """Return the keys of a file: PEM, JWK, JWK Set, base58, Multikey, or a DID document.

    The caller vouches for them, so they count for any issuer, and under any name unless `key_id` names them. Raises
    ConfigurationError where no key can be read.
    """
    try:
        texts = list(_texts(path.read_text(encoding="utf-8-sig").strip()))
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"--key {path.name} cannot be read; check its path and permissions.") from None
    found = [_public_key(key, key_id) for key in _readable(texts)]
    if not found:
        raise ConfigurationError(
            f"--key {path.name} holds no public key that can be read. Give PEM (a key or certificate), a JWK (Set), "
            "base58 of an Ed25519 key, or a DID document; RSA of 2,048 bits or more, Ed25519 or P-256."
        )
    return found


def _texts(content: str) -> Iterator[str]:
    """Return the text of each key; several PEM blocks may stand in one file."""
    if content.startswith("{"):
        yield from _from_json(content)
    elif content.startswith("-----BEGIN"):
        yield from _PEM.findall(content)
    else:
        yield content


def _from_json(content: str) -> Iterator[str]:
    try:
        document: Any = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(document.get("keys"), list):
        yield from (json.dumps(jwk) for jwk in document["keys"])
    elif isinstance(document.get("verificationMethod"), list):
        for method in document["verificationMethod"]:
            yield from _from_method(method)
    else:
        yield content


def _from_method(method: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value may stand in a document
    if isinstance(method, dict):
        if isinstance(method.get("publicKeyJwk"), dict):
            yield json.dumps(method["publicKeyJwk"])
        yield from (method[name] for name in _IN_METHOD if isinstance(method.get(name), str))


def _readable(texts: list[str]) -> Iterator[VerifyingKey]:
    """Return the keys that we can use; a key set may hold others, for encryption say."""
    for text in texts:
        try:
            yield read_public_key(text)
        except ConfigurationError:
            continue


def _public_key(key: VerifyingKey, key_id: str | None) -> PublicKey:
    return PublicKey(
        id=thumbprint(key),
        algorithm=algorithm_of(key),
        pem=to_pem(key),
        verification_method=key_id,
        issuer=None,
    )
