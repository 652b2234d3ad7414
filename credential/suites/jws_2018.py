"""RsaSignature2018 and Ed25519Signature2018: a detached JWS over two RDF hashes (Co-WIN specification 2.6 and 2.7)."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from credential.contexts import SECURITY_V2
from credential.errors import ProofError
from credential.keys import Suite
from credential.suites.received import ReceivedProof, created_at, only_members, text_member

SUITES: Final = frozenset({Suite.RSA_SIGNATURE_2018, Suite.ED25519_SIGNATURE_2018})

_ALG: Final = {Suite.RSA_SIGNATURE_2018: "PS256", Suite.ED25519_SIGNATURE_2018: "EdDSA"}
_MEMBERS: Final = frozenset({"type", "created", "verificationMethod", "proofPurpose", "jws"})

_SEC: Final = "https://w3id.org/security#"
_OLD_CREATED: Final = "http://purl.org/dc/terms/created"
_OLD_MEMBERS: Final = frozenset({"type", _OLD_CREATED, *(_SEC + name for name in _MEMBERS - {"type", "created"})})


def options(suite: Suite, created: str, verification_method: str) -> dict[str, Any]:
    """Return the proof without its signature, members in the order of issued certificates."""
    return {
        "type": suite.value,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }


def options_document(proof_options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is canonicalised for the first of the two hashes."""
    return {"@context": SECURITY_V2, **proof_options}


def header(suite: Suite) -> bytes:
    """Return the base64url of the JWS header."""
    return _base64url(f'{{"alg":"{_ALG[suite]}","b64":false,"crit":["b64"]}}'.encode()).encode()


def signing_input(protected: bytes, canonical_options: str, canonical_document: str) -> bytes:
    """Return header64 "." SHA-256(options) SHA-256(document)."""
    return protected + b"." + _sha256(canonical_options) + _sha256(canonical_document)


def proof(suite: Suite, proof_options: Mapping[str, Any], signature: bytes) -> dict[str, Any]:
    """Return the finished proof, without @context, as issued certificates carry it."""
    return {**proof_options, "jws": f"{header(suite).decode()}..{_base64url(signature)}"}


def read(received: Mapping[str, Any]) -> ReceivedProof:
    """Read a proof of today's layout or of that before 2021. Raises ProofError."""
    modern = _modern(received) if _SEC + "jws" in received else received
    only_members(modern, _MEMBERS)
    name = text_member(modern, "type")
    if name not in SUITES:
        raise ProofError("The proof's type is not written as its layout writes it.")
    suite = Suite(name)
    created, method = text_member(modern, "created"), text_member(modern, "verificationMethod")
    protected, signature = _split(text_member(modern, "jws"), suite)
    return ReceivedProof(
        suite=suite,
        created=created_at(created),
        verification_method=method,
        purpose=text_member(modern, "proofPurpose"),
        signature=signature,
        options={name: value for name, value in modern.items() if name != "jws"},
        protected=protected,
    )


def _modern(old: Mapping[str, Any]) -> dict[str, Any]:
    """Return an old proof, its members named by their IRIs, in today's layout (Co-WIN specification 2.7)."""
    only_members(old, _OLD_MEMBERS)
    return {
        "type": text_member(old, "type").removeprefix(_SEC),
        "created": _inner(old.get(_OLD_CREATED), "@value"),
        "verificationMethod": _inner(old.get(_SEC + "verificationMethod"), "id", "@id"),
        "proofPurpose": _inner(old.get(_SEC + "proofPurpose"), "id", "@id").removeprefix(_SEC),
        "jws": text_member(old, _SEC + "jws"),
    }


def _inner(value: object, *names: str) -> str:
    if isinstance(value, Mapping):
        for name in names:
            if isinstance(value.get(name), str):
                return str(value[name])
    raise ProofError("A member of the proof has not the layout of certificates before 2021.")


def _split(jws: str, suite: Suite) -> tuple[bytes, bytes]:
    parts = jws.split(".")
    if len(parts) != 3 or parts[1]:  # noqa: PLR2004 - header, no payload, signature
        raise ProofError("The proof's jws is not detached: it needs a header, two dots and a signature.")
    _check_header(_unbase64url(parts[0]), _ALG[suite])
    return parts[0].encode(), _unbase64url(parts[2])


def _check_header(raw: bytes, alg: str) -> None:
    try:
        members = json.loads(raw.decode(), object_pairs_hook=list)
    except ValueError:
        members = None
    if not isinstance(members, list) or sorted(members, key=repr) != [("alg", alg), ("b64", False), ("crit", ["b64"])]:
        raise ProofError("The proof's jws header needs exactly alg, b64 and crit, and the suite's algorithm.")
    if dict(members)["b64"] is not False:  # 0 equals False
        raise ProofError("The proof's jws header needs b64 false.")


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unbase64url(text: str) -> bytes:
    """Decode base64url without padding; only the one right spelling, so that a signature has one text."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raw = b""
    if not raw or _base64url(raw) != text:
        raise ProofError("The proof's jws is no base64url.")
    return raw
