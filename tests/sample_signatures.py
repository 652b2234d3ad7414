"""Synthetic documents signed with test keys, one for each suite."""

from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from credential import primitives, proof
from credential.jwk import thumbprint, to_pem
from credential.keys import Algorithm, PublicKey, Suite
from tests.sample_documents import cowin, vc2

Json = dict[str, Any]

CREATED = datetime(2021, 12, 15, 12, 0, 0, 987_000, tzinfo=timezone(timedelta(hours=5, minutes=30)))
CREATED_TEXT = "2021-12-15T06:30:00Z"
METHOD = "did:india"
PRIVATE: dict[Algorithm, primitives.PrivateKey] = {
    Algorithm.RSA: rsa.generate_private_key(65537, 2048),
    Algorithm.ED25519: ed25519.Ed25519PrivateKey.generate(),
    Algorithm.P256: ec.generate_private_key(ec.SECP256R1()),
}
COWIN_SUITES = [Suite.RSA_SIGNATURE_2018, Suite.ED25519_SIGNATURE_2018]
DATA_INTEGRITY = [Suite.EDDSA_JCS_2022, Suite.ECDSA_JCS_2019, Suite.EDDSA_RDFC_2022, Suite.ECDSA_RDFC_2019]
ALL = [*COWIN_SUITES, *DATA_INTEGRITY]


def key(algorithm: Algorithm) -> PublicKey:
    public = PRIVATE[algorithm].public_key()
    return PublicKey(thumbprint(public), algorithm, to_pem(public), METHOD)


def sample(suite: Suite) -> Json:
    return cowin() if suite in COWIN_SUITES else vc2()


def signed(suite: Suite, document: Json | None = None) -> Json:
    documents = [document or sample(suite)]
    prepared = proof.prepare(documents, suite=suite, created=CREATED, verification_method=METHOD)
    algorithm = proof.ALGORITHMS[suite]
    signatures = [primitives.sign(algorithm, PRIVATE[algorithm], item.signing_input) for item in prepared]
    return proof.attach(prepared, signatures)[0]


def verify(document: Json) -> None:
    proof.verify(document, key(proof.ALGORITHMS[proof.proof_facts(document).suite]))
