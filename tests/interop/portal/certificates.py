"""Certificates of every profile and suite, signed with keys made for this run, for both verifiers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key

from credential import primitives, proof
from credential.binding import mark
from credential.document import ToIssue, build
from credential.jwk import thumbprint, to_pem
from credential.keys import Algorithm, Profile, PublicKey, Suite
from credential.policy import IssuancePolicy
from tests.issued import CERTIFICATE_ID, DID, ISSUED_AT, PRIVATE, kind_of, record
from tests.status_samples import POSITION, STATUS_URL

Json = dict[str, Any]
KEY_ID: Final = "did:india"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of certificate that is, or was, issued."""

    profile: Profile
    suite: Suite
    bound: bool = True
    listed: bool = False


_COWIN: Final = (Profile.COWIN_V1, Profile.COWIN_V2)
_OLD: Final = (Suite.RSA_SIGNATURE_2018, Suite.ED25519_SIGNATURE_2018)
_NEW: Final = (Suite.EDDSA_JCS_2022, Suite.EDDSA_RDFC_2022, Suite.ECDSA_JCS_2019, Suite.ECDSA_RDFC_2019)
KINDS: Final[Sequence[Kind]] = (
    *(Kind(profile, suite, bound) for profile in _COWIN for suite in _OLD for bound in (True, False)),
    *(Kind(profile, suite, listed=True) for profile in _COWIN for suite in _OLD),
    *(Kind(Profile.VC2, suite, listed=listed) for suite in _NEW for listed in (True, False)),
)


@cache
def private_key(algorithm: Algorithm) -> primitives.PrivateKey:
    """Return the key of this run; that of Ed25519 is tests.issued's, which signs status lists too."""
    match algorithm:
        case Algorithm.RSA:
            return generate_rsa_key(65537, 2048)
        case Algorithm.P256:
            return generate_private_key(SECP256R1())
        case Algorithm.ED25519:
            return PRIVATE


@cache
def public_key(algorithm: Algorithm) -> PublicKey:
    """Return its public half, known for any name and issuer."""
    key = private_key(algorithm).public_key()
    return PublicKey(id=thumbprint(key), algorithm=algorithm, pem=to_pem(key))


def public_keys() -> tuple[PublicKey, ...]:
    """Return the keys of this run."""
    return tuple(map(public_key, Algorithm))


def unsigned(kind: Kind) -> Json:
    """Return a certificate of a kind, not signed yet."""
    position = POSITION if kind.listed else None
    of = kind_of(kind.profile)
    item = ToIssue(CERTIFICATE_ID, record(of), of, ISSUED_AT, "5b1f4f0e-2d0b-4a5c-9a45-d1a9a7f4b6c3", position)
    policy = IssuancePolicy(did=DID, bound=kind.bound, status_url=STATUS_URL)
    return build([item], profile=kind.profile, policy=policy)[0]


def marked(kind: Kind, document: Json) -> Json:
    """Make a document's mark anew, where its kind has one."""
    return mark(document, POSITION if kind.listed else None) if kind.bound and "evidence" in document else document


def signed(kind: Kind, document: Json) -> Json:
    """Sign as workers do."""
    algorithm = proof.ALGORITHMS[kind.suite]
    method = KEY_ID if "evidence" in document else f"{DID}#key"
    prepared = proof.prepare([document], suite=kind.suite, created=ISSUED_AT, verification_method=method)
    signatures = [primitives.sign(algorithm, private_key(algorithm), one.signing_input) for one in prepared]
    return proof.attach(prepared, signatures)[0]


@cache
def certificate(kind: Kind) -> str:
    """Return the JSON text of a genuine certificate."""
    return json.dumps(signed(kind, unsigned(kind)))
