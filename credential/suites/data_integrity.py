"""DataIntegrityProof with the JCS and RDF suites of W3C vc-di-eddsa and vc-di-ecdsa 1.0."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import base58
import rfc8785

from credential.errors import CanonicalisationError, ProofError
from credential.keys import Suite
from credential.suites.received import ReceivedProof, created_at, only_members, text_member

JCS_SUITES: Final = frozenset({Suite.EDDSA_JCS_2022, Suite.ECDSA_JCS_2019})
RDFC_SUITES: Final = frozenset({Suite.EDDSA_RDFC_2022, Suite.ECDSA_RDFC_2019})

PROOF_TYPE: Final = "DataIntegrityProof"
_MEMBERS: Final = frozenset(
    {"id", "type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context", "nonce", "proofValue"},
)


def options(suite: Suite, created: str, verification_method: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proof without its value. The JCS suites repeat the document's @context in it (vc-di-eddsa 3.3.1)."""
    proof_options: dict[str, Any] = {
        "type": PROOF_TYPE,
        "cryptosuite": suite.value,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    return proof_options | {"@context": document["@context"]} if suite in JCS_SUITES else proof_options


def options_document(proof_options: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proof configuration that the RDF suites canonicalise: the options under the document's context."""
    return {**proof_options, "@context": document["@context"]}


def jcs(document: Mapping[str, Any]) -> bytes:
    """Return the JSON canonical form of RFC 8785. Raises CanonicalisationError."""
    try:
        return rfc8785.dumps(dict(document))
    except (rfc8785.CanonicalizationError, ValueError, RecursionError):
        raise CanonicalisationError(
            "The document holds a number or text that JSON canonicalisation cannot write."
        ) from None


def signing_input(canonical_options: bytes, canonical_document: bytes) -> bytes:
    """Return SHA-256(options) SHA-256(document), 64 bytes (vc-di-eddsa 3.2.4, 3.3.4)."""
    return hashlib.sha256(canonical_options).digest() + hashlib.sha256(canonical_document).digest()


def proof(proof_options: Mapping[str, Any], signature: bytes) -> dict[str, Any]:
    """Return the finished proof: the signature as multibase base58btc."""
    return {**proof_options, "proofValue": "z" + base58.b58encode(signature).decode()}


def read(received: Mapping[str, Any], document: Mapping[str, Any]) -> ReceivedProof:
    """Read a proof of `document`. Raises ProofError.

    A JCS proof may repeat the document's contexts, and must then repeat all of them: the specification lets further
    ones be appended unsigned, which could give members another meaning.
    """
    only_members(received, _MEMBERS)
    suite = _suite(text_member(received, "cryptosuite"))
    if "@context" in received and (suite in RDFC_SUITES or received["@context"] != document.get("@context")):
        raise ProofError("The proof's @context is not that of the document.")
    return ReceivedProof(
        suite=suite,
        created=created_at(text_member(received, "created")) if "created" in received else None,
        verification_method=text_member(received, "verificationMethod"),
        purpose=text_member(received, "proofPurpose"),
        signature=_unmultibase(text_member(received, "proofValue")),
        options={name: value for name, value in received.items() if name != "proofValue"},
    )


def _suite(name: str) -> Suite:
    if name not in JCS_SUITES | RDFC_SUITES:
        raise ProofError("The proof's cryptosuite is not allowed.")
    return Suite(name)


def _unmultibase(text: str) -> bytes:
    """Decode base58btc; only the one right spelling, so that a signature has one text."""
    try:
        raw = base58.b58decode(text[1:]) if text.startswith("z") else b""
    except ValueError:
        raw = b""
    if not raw or "z" + base58.b58encode(raw).decode() != text:
        raise ProofError("The proof's proofValue is no multibase base58btc text.")
    return raw
