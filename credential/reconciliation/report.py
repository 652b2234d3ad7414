"""A report's signed form: a JWS (RFC 7515) over its digest and what it is about, for a third to verify offline."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from credential.errors import SignatureMismatch, Unreadable
from credential.jwk import read_public_key
from credential.keys import Algorithm, PublicKey
from credential.primitives import verify

TYPE = "reconciliation+jws"
_ALGORITHMS = {Algorithm.RSA: "PS256", Algorithm.ED25519: "EdDSA", Algorithm.P256: "ES256"}


class ReportStatement(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What is signed of a report. `digest` and `source` are SHA-256 in hexadecimal, `lines` counts those of the CSV."""

    iss: str
    iat: int
    jti: str
    client: str
    digest: str
    source: str
    rows: int
    lines: int
    counts: dict[str, int]
    completeness: str = ""


class _Header(Struct, frozen=True):
    alg: str
    kid: str
    typ: str = TYPE


def signing_input(statement: ReportStatement, key: PublicKey) -> bytes:
    """Return the bytes to sign."""
    header = msgspec.json.encode(_Header(_ALGORITHMS[key.algorithm], key.id))
    return _b64(header) + b"." + _b64(msgspec.json.encode(statement))


def compact(signed: bytes, signature: bytes) -> str:
    """Return the JWS in its compact form."""
    return (signed + b"." + _b64(signature)).decode()


def read_statement(text: str, keys: Mapping[str, str]) -> ReportStatement:
    """Return what a JWS says whose signature fits; `keys` are PEM by key id. Raises Unreadable, SignatureMismatch."""
    try:
        head, body, signature = (part.encode("ascii") for part in text.strip().split("."))
        header = msgspec.json.decode(_bytes(head), type=_Header)
        statement = msgspec.json.decode(_bytes(body), type=ReportStatement)
        mark = _bytes(signature)
    except (ValueError, Error, msgspec.DecodeError):
        raise Unreadable("This is no signed report of a reconciliation.") from None
    algorithm = next((ours for ours, name in _ALGORITHMS.items() if name == header.alg), None)
    if header.typ != TYPE or algorithm is None or header.kid not in keys:
        raise SignatureMismatch("The report names a key that is not among those given.")
    verify(algorithm, read_public_key(keys[header.kid]), mark, head + b"." + body)
    return statement


def _b64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))
