"""Public values about keys: what signs, what verifies, and in which period."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Algorithm(StrEnum):
    """Kinds of key that sign credentials."""

    RSA = "RSA"
    ED25519 = "Ed25519"
    P256 = "P-256"


class Profile(StrEnum):
    """Shapes of credential that we issue (contract, Profiles)."""

    COWIN_V1 = "cowin-v1"
    COWIN_V2 = "cowin-v2"
    VC2 = "vc2"


class Suite(StrEnum):
    """Proof suites on the allow-list. The value is the proof's `type`, or the `cryptosuite` of a DataIntegrityProof."""

    RSA_SIGNATURE_2018 = "RsaSignature2018"
    ED25519_SIGNATURE_2018 = "Ed25519Signature2018"
    EDDSA_JCS_2022 = "eddsa-jcs-2022"
    ECDSA_JCS_2019 = "ecdsa-jcs-2019"
    EDDSA_RDFC_2022 = "eddsa-rdfc-2022"
    ECDSA_RDFC_2019 = "ecdsa-rdfc-2019"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key of an issuer.

    `id` is our name of the key (kid: base64url of the JWK thumbprint, RFC 7638), `verification_method` the name that
    proofs bear (`did:india`, or `did:web:...#kid`); several keys may share it. `issuer` None means any issuer: the
    caller vouches for the key. `bound_from`: certificates of Co-WIN profiles created from then on must carry the `#b1.`
    mark. `is_foreign`: another issuer's, of the trust list, whose certificates our records do not know. All times are
    aware, UTC.
    """

    id: str
    algorithm: Algorithm
    pem: str
    verification_method: str | None = None
    issuer: str | None = None
    active_from: datetime | None = None
    retired_at: datetime | None = None
    compromised_at: datetime | None = None
    bound_from: datetime | None = None
    is_foreign: bool = False
