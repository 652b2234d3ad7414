"""Every value of the W3C's vector for eddsa-rdfc-2022 (vc-di-eddsa, B.1), reproduced one after the other."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credential import jwk, primitives, proof
from credential.canonical import Canonicaliser
from credential.errors import SignatureMismatch, UnknownContext
from credential.keys import Algorithm, PublicKey, Suite

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


@pytest.fixture
def folder(vectors: Path) -> Path:
    return vectors / "w3c" / "eddsa-rdfc-2022"


@pytest.fixture
def canonicaliser(vectors: Path) -> Canonicaliser:
    """The examples' context is not bundled, so the test brings it."""
    context = json.loads((vectors / "w3c" / "contexts" / "credentials-examples-v2.w3c.json").read_text())
    return Canonicaliser({EXAMPLES: context})


def load(path: Path) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(path.read_text())


def private_key(folder: Path) -> Ed25519PrivateKey:
    text = load(folder / "keyPair.json")["privateKeyMultibase"]
    return Ed25519PrivateKey.from_private_bytes(base58.b58decode(text[1:])[2:])


def public_key(folder: Path) -> PublicKey:
    public = jwk.read_public_key(load(folder / "keyPair.json")["publicKeyMultibase"])
    return PublicKey(jwk.thumbprint(public), Algorithm.ED25519, jwk.to_pem(public))


def test_keys(folder: Path) -> None:
    pair = load(folder / "keyPair.json")
    assert jwk.to_multikey(private_key(folder).public_key()) == pair["publicKeyMultibase"]


@pytest.mark.parametrize(
    ("document", "canonical", "digest"),
    [
        ("unsigned.json", "canonDocDataInt.txt", "docHashDataInt.txt"),
        ("proofConfigDataInt.json", "proofCanonDataInt.txt", "proofHashDataInt.txt"),
    ],
)
def test_canonical_texts_and_hashes(
    folder: Path, canonicaliser: Canonicaliser, document: str, canonical: str, digest: str
) -> None:
    for _ in range(3):  # through PyLD, then compiled
        [text] = canonicaliser.canonicalise([load(folder / document)])
        assert text == (folder / canonical).read_text()
    assert hashlib.sha256(text.encode()).hexdigest() == (folder / digest).read_text().strip()


def test_combined_hash_signature_and_signed_document(folder: Path, canonicaliser: Canonicaliser) -> None:
    config = load(folder / "proofConfigDataInt.json")
    [prepared] = proof.prepare(
        [load(folder / "unsigned.json")],
        suite=Suite.EDDSA_RDFC_2022,
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
        verification_method=config["verificationMethod"],
        canonicaliser=canonicaliser,
    )
    assert prepared.options | {"@context": config["@context"]} == config
    assert prepared.signing_input.hex() == (folder / "combinedHashDataInt.txt").read_text().strip()
    signature = primitives.sign(Algorithm.ED25519, private_key(folder), prepared.signing_input)
    assert signature.hex() == (folder / "sigHexDataInt.txt").read_text().strip()
    [signed] = proof.attach([prepared], [signature])
    assert signed["proof"]["proofValue"] == (folder / "sigBTC58DataInt.txt").read_text().strip()
    assert signed == load(folder / "signedDataInt.json")


def test_signed_document_verifies(folder: Path, canonicaliser: Canonicaliser) -> None:
    signed = load(folder / "signedDataInt.json")
    proof.verify(signed, public_key(folder), canonicaliser)
    with pytest.raises(SignatureMismatch):
        proof.verify(signed | {"name": "Another Credential"}, public_key(folder), canonicaliser)


def test_its_context_is_unknown_without_being_brought(folder: Path) -> None:
    with pytest.raises(UnknownContext):
        proof.verify(load(folder / "signedDataInt.json"), public_key(folder))
