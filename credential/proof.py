"""Proofs on credentials: the bytes to sign, the form to send, and the check of what comes back.

`prepare` gives the bytes, some signer makes the signatures, `attach` gives the signed documents. `verify` raises or
returns; it never answers with a truth value. Suites are an allow-list (credential.keys.Suite), and the key's kind
decides which fit.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from credential import primitives
from credential.canonical import DEFAULT, Canonicaliser
from credential.errors import ConfigurationError, ProofError
from credential.jwk import read_public_key
from credential.keys import Algorithm, Profile, PublicKey, Suite
from credential.suites import data_integrity, jws_2018
from credential.suites.received import ReceivedProof

ALGORITHMS: Final[Mapping[Suite, Algorithm]] = MappingProxyType(
    {
        Suite.RSA_SIGNATURE_2018: Algorithm.RSA,
        Suite.ED25519_SIGNATURE_2018: Algorithm.ED25519,
        Suite.EDDSA_JCS_2022: Algorithm.ED25519,
        Suite.EDDSA_RDFC_2022: Algorithm.ED25519,
        Suite.ECDSA_JCS_2019: Algorithm.P256,
        Suite.ECDSA_RDFC_2019: Algorithm.P256,
    },
)
"""The kind of key that each suite is made with."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An unsigned document, the proof options it will carry, and the bytes to sign with a key that fits `suite`."""

    document: dict[str, Any]
    options: dict[str, Any]
    suite: Suite
    signing_input: bytes


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What a proof says of itself; nothing in it is to be believed before `verify` returns. `created` is aware."""

    suite: Suite
    created: datetime | None
    verification_method: str
    purpose: str
    signature: bytes


def suite_for(profile: Profile, algorithm: Algorithm, rdfc: bool = False) -> Suite:  # noqa: FBT001, FBT002
    """Return the suite of a profile signed with a kind of key (contract, Profiles).

    Raises ConfigurationError, naming the keys that fit.
    """
    match profile, algorithm:
        case ((Profile.COWIN_V1 | Profile.COWIN_V2), Algorithm.RSA):
            return Suite.RSA_SIGNATURE_2018
        case ((Profile.COWIN_V1 | Profile.COWIN_V2), Algorithm.ED25519):
            return Suite.ED25519_SIGNATURE_2018
        case Profile.VC2, Algorithm.ED25519:
            return Suite.EDDSA_RDFC_2022 if rdfc else Suite.EDDSA_JCS_2022
        case Profile.VC2, Algorithm.P256:
            return Suite.ECDSA_RDFC_2019 if rdfc else Suite.ECDSA_JCS_2019
    keys = "an Ed25519 or P-256 key" if profile is Profile.VC2 else "an RSA or Ed25519 key"
    raise ConfigurationError(f"The profile {profile.value} needs {keys}; add one to the directory of SIGNER_URL.")


def prepare(
    documents: Sequence[Mapping[str, Any]],
    *,
    suite: Suite,
    created: datetime,
    verification_method: str,
    canonicaliser: Canonicaliser = DEFAULT,
) -> list[Prepared]:
    """Return the bytes to sign of each unsigned document. `created` is aware; its seconds are used.

    Raises CanonicalisationError's subclasses for a document that would not be signed whole, ProofError for one that
    has a proof.
    """
    if created.tzinfo is None:
        raise ProofError("The time of signing needs an offset from UTC.")
    if any("proof" in document for document in documents):
        raise ProofError("A document to sign has a proof; take it off first.")
    at = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    canonical = canonicaliser.canonicalise(documents)
    if suite in jws_2018.SUITES:
        return _prepare_jws(
            documents, canonical, jws_2018.options(suite, at, verification_method), suite, canonicaliser
        )
    return [
        _prepare_data_integrity(
            document, text, data_integrity.options(suite, at, verification_method, document), suite, canonicaliser
        )
        for document, text in zip(documents, canonical, strict=True)
    ]


def _prepare_jws(
    documents: Sequence[Mapping[str, Any]],
    canonical: Sequence[str],
    options: dict[str, Any],
    suite: Suite,
    canonicaliser: Canonicaliser,
) -> list[Prepared]:
    """The options are those of the whole batch, so their canonical form is made once."""
    [canonical_options] = canonicaliser.canonicalise([jws_2018.options_document(options)])
    header = jws_2018.header(suite)
    return [
        Prepared(dict(document), dict(options), suite, jws_2018.signing_input(header, canonical_options, text))
        for document, text in zip(documents, canonical, strict=True)
    ]


def _prepare_data_integrity(
    document: Mapping[str, Any],
    canonical: str,
    options: dict[str, Any],
    suite: Suite,
    canonicaliser: Canonicaliser,
) -> Prepared:
    if suite in data_integrity.JCS_SUITES:
        signed = data_integrity.signing_input(data_integrity.jcs(options), data_integrity.jcs(document))
    else:
        [canonical_options] = canonicaliser.canonicalise([data_integrity.options_document(options, document)])
        signed = data_integrity.signing_input(canonical_options.encode(), canonical.encode())
    return Prepared(dict(document), options, suite, signed)


def attach(prepared: Sequence[Prepared], signatures: Sequence[bytes]) -> list[dict[str, Any]]:
    """Return the signed documents, `proof` last (Co-WIN specification 2.6). P-256 signatures are raw r||s."""
    return [
        {**item.document, "proof": _proof(item, signature)}
        for item, signature in zip(prepared, signatures, strict=True)
    ]


def _proof(prepared: Prepared, signature: bytes) -> dict[str, Any]:
    if prepared.suite in jws_2018.SUITES:
        return jws_2018.proof(prepared.suite, prepared.options, signature)
    return data_integrity.proof(prepared.options, signature)


def verify(document: Mapping[str, Any], key: PublicKey, canonicaliser: Canonicaliser = DEFAULT) -> None:
    """Return if the document's proof was made with `key` over just this document.

    Raises ProofError for the proof's shape, purpose, suite or kind of key; CanonicalisationError's subclasses for a
    document that no signature covers whole; SignatureMismatch for everything else that was altered.
    """
    proof = _read(document)
    if proof.purpose != "assertionMethod":
        raise ProofError("The proof's purpose is not assertionMethod.")
    if ALGORITHMS[proof.suite] is not key.algorithm:
        raise ProofError("The key is of another algorithm than the proof's suite.")
    data = _received_signing_input(document, proof, canonicaliser)
    primitives.verify(key.algorithm, read_public_key(key.pem), proof.signature, data)


def _received_signing_input(document: Mapping[str, Any], proof: ReceivedProof, canonicaliser: Canonicaliser) -> bytes:
    unsigned = {name: member for name, member in document.items() if name != "proof"}
    if proof.suite in data_integrity.JCS_SUITES:
        return data_integrity.signing_input(data_integrity.jcs(proof.options), data_integrity.jcs(unsigned))
    canonical = canonicaliser.canonicalise_received(unsigned)
    if proof.suite in data_integrity.RDFC_SUITES:
        options = data_integrity.options_document(proof.options, unsigned)
        return data_integrity.signing_input(canonicaliser.canonicalise_received(options).encode(), canonical.encode())
    options = jws_2018.options_document(proof.options)
    return jws_2018.signing_input(proof.protected, canonicaliser.canonicalise_received(options), canonical)


def proof_facts(document: Mapping[str, Any]) -> ProofFacts:
    """Return what the document's one proof says of itself, in whichever layout. Raises ProofError."""
    proof = _read(document)
    return ProofFacts(proof.suite, proof.created, proof.verification_method, proof.purpose, proof.signature)


def _read(document: Mapping[str, Any]) -> ReceivedProof:
    proof = document.get("proof")
    if not isinstance(proof, Mapping):
        raise ProofError("The document needs exactly one proof.")
    name = proof.get("type")
    if name == data_integrity.PROOF_TYPE:
        return data_integrity.read(proof, document)
    if isinstance(name, str) and name.removeprefix("https://w3id.org/security#") in jws_2018.SUITES:
        return jws_2018.read(proof)
    raise ProofError("The proof's suite is not allowed.")


def signature_hash(signature: bytes) -> str:
    """Return the signature's name in revocation lists: base64url of the first 16 bytes of its SHA-256 (contract)."""
    return urlsafe_b64encode(hashlib.sha256(signature).digest()[:16]).rstrip(b"=").decode()
