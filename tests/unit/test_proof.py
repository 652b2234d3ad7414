import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import base58
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from credential import contexts, primitives, proof
from credential.canonical import canonicalise
from credential.errors import (
    CanonicalisationError,
    ConfigurationError,
    DocumentError,
    ProofError,
    RelativeId,
    SignatureMismatch,
    UndefinedTerm,
)
from credential.jwk import to_pem
from credential.keys import Algorithm, Profile, PublicKey, Suite
from tests.sample_documents import cowin, put, vc2
from tests.sample_signatures import (
    ALL,
    COWIN_SUITES,
    CREATED,
    CREATED_TEXT,
    DATA_INTEGRITY,
    METHOD,
    PRIVATE,
    key,
    sample,
    signed,
    verify,
)

Json = dict[str, Any]


@pytest.mark.parametrize("suite", ALL)
def test_what_is_signed_verifies_after_a_journey_as_json(suite: Suite) -> None:
    document = json.loads(json.dumps(signed(suite)))
    verify(document)
    assert {name: member for name, member in document.items() if name != "proof"} == sample(suite)


@pytest.mark.parametrize("suite", ALL)
def test_another_key_of_the_same_kind_does_not_verify(suite: Suite) -> None:
    other: dict[Algorithm, primitives.PrivateKey] = {
        Algorithm.RSA: rsa.generate_private_key(65537, 2048),
        Algorithm.ED25519: ed25519.Ed25519PrivateKey.generate(),
        Algorithm.P256: ec.generate_private_key(ec.SECP256R1()),
    }
    algorithm = proof.ALGORITHMS[suite]
    with pytest.raises(SignatureMismatch):
        proof.verify(signed(suite), PublicKey("x", algorithm, to_pem(other[algorithm].public_key())))


@pytest.mark.parametrize("suite", ALL)
def test_a_batch_keeps_its_order(suite: Suite) -> None:
    documents = [put(sample(suite), "credentialSubject.name", f"Sample Person {number}") for number in range(3)]
    prepared = proof.prepare(documents, suite=suite, created=CREATED, verification_method=METHOD)
    assert [item.document for item in prepared] == documents
    assert len({item.signing_input for item in prepared}) == 3


def test_cowin_proof_is_the_reference_signer_s_member_by_member() -> None:
    made = signed(Suite.RSA_SIGNATURE_2018)
    assert list(made) == [*cowin(), "proof"]
    assert list(made["proof"]) == ["type", "created", "verificationMethod", "proofPurpose", "jws"]
    assert made["proof"]["created"] == CREATED_TEXT
    header, payload, signature = made["proof"]["jws"].split(".")
    assert header == "eyJhbGciOiJQUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19"
    assert payload == ""
    assert len(signature) == 342


def test_ed25519_proof_has_the_reference_header() -> None:
    jws = signed(Suite.ED25519_SIGNATURE_2018)["proof"]["jws"]
    assert jws.startswith("eyJhbGciOiJFZERTQSIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..")


def test_2018_signing_input_is_header_and_two_hashes() -> None:
    [prepared] = proof.prepare([cowin()], suite=ALL[0], created=CREATED, verification_method=METHOD)
    [options, document] = canonicalise([{"@context": contexts.SECURITY_V2, **prepared.options}, cowin()])
    hashes = hashlib.sha256(options.encode()).digest() + hashlib.sha256(document.encode()).digest()
    assert prepared.signing_input == b"eyJhbGciOiJQUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19." + hashes


@pytest.mark.parametrize("suite", [Suite.EDDSA_JCS_2022, Suite.ECDSA_JCS_2019])
def test_jcs_proof_repeats_the_context_and_hashes_exact_members(suite: Suite) -> None:
    [prepared] = proof.prepare([vc2()], suite=suite, created=CREATED, verification_method=METHOD)
    [made] = proof.attach([prepared], [bytes(64)])
    names = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context", "proofValue"]
    assert list(made["proof"]) == names
    assert made["proof"]["@context"] == vc2()["@context"]
    options = {name: value for name, value in made["proof"].items() if name != "proofValue"}
    hashes = [hashlib.sha256(rfc8785.dumps(part)).digest() for part in (options, vc2())]
    assert prepared.signing_input == b"".join(hashes)


@pytest.mark.parametrize("suite", [Suite.EDDSA_RDFC_2022, Suite.ECDSA_RDFC_2019])
def test_rdfc_proof_has_no_context_and_covers_it(suite: Suite) -> None:
    made = signed(suite)
    names = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"]
    assert list(made["proof"]) == names
    assert len(base58.b58decode(made["proof"]["proofValue"][1:])) == 64


ALTERATIONS: dict[str, Callable[[Json], object]] = {
    "name": lambda made: put(made, "credentialSubject.name", "Sample Person 2"),
    "subject id": lambda made: put(made, "credentialSubject.id", "did:india:2"),
    "issuer": lambda made: put(made, "issuer", "https://issuer.example/"),
    "created": lambda made: put(made, "proof.created", "2021-12-15T06:30:01Z"),
    "verification method": lambda made: put(made, "proof.verificationMethod", "did:india:2"),
    "member left out": lambda made: made["credentialSubject"].pop("gender"),
    "integer as text": lambda made: put(
        made, "evidence.0.dose" if "evidence" in made else "credentialSubject.vaccination.dose", "1"
    ),
}


@pytest.mark.parametrize("suite", ALL)
@pytest.mark.parametrize("fault", ALTERATIONS)
def test_altered(suite: Suite, fault: str) -> None:
    made = signed(suite)
    ALTERATIONS[fault](made)
    with pytest.raises(SignatureMismatch):
        verify(made)


@pytest.mark.parametrize("suite", DATA_INTEGRITY)
@pytest.mark.parametrize(
    ("one", "other"), [("dose", "totalDoses"), ("vaccine", "batch"), ("effectiveStart", "effectiveUntil")]
)
def test_swapping_two_values_of_vc2_is_seen(suite: Suite, one: str, other: str) -> None:
    made = signed(suite)
    event = made["credentialSubject"]["vaccination"]
    event[one], event[other] = event[other], event[one]
    with pytest.raises(SignatureMismatch):
        verify(made)


@pytest.mark.parametrize("suite", [*COWIN_SUITES, Suite.EDDSA_RDFC_2022, Suite.ECDSA_RDFC_2019])
@pytest.mark.parametrize(
    ("member", "value", "error"),
    [("remark", "x", UndefinedTerm), ("id", "relative", RelativeId), ("gender", None, UndefinedTerm)],
)
def test_what_no_signature_covers_is_an_error_of_its_own(
    suite: Suite, member: str, value: object, error: type[DocumentError]
) -> None:
    with pytest.raises(error):
        verify(put(signed(suite), f"credentialSubject.{member}", value))


@pytest.mark.parametrize("suite", ALL)
def test_undefined_member_is_never_prepared(suite: Suite) -> None:
    with pytest.raises(UndefinedTerm):
        signed(suite, put(sample(suite), "credentialSubject.remark", "x"))


def header(members: str) -> str:
    return base64.urlsafe_b64encode(members.encode()).rstrip(b"=").decode()


HEADERS = {
    "one member more": '{"alg":"PS256","b64":false,"crit":["b64"],"kid":"x"}',
    "no crit": '{"alg":"PS256","b64":false}',
    "another crit": '{"alg":"PS256","b64":false,"crit":["b64","exp"]}',
    "alg none": '{"alg":"none","b64":false,"crit":["b64"]}',
    "alg of another key": '{"alg":"EdDSA","b64":false,"crit":["b64"]}',
    "alg RS256": '{"alg":"RS256","b64":false,"crit":["b64"]}',
    "b64 true": '{"alg":"PS256","b64":true,"crit":["b64"]}',
    "b64 zero": '{"alg":"PS256","b64":0,"crit":["b64"]}',
    "alg twice": '{"alg":"none","alg":"PS256","b64":false,"crit":["b64"]}',
    "no object": '["PS256"]',
    "no JSON": "PS256",
    "no UTF-8": "\udcff",
}


@pytest.mark.parametrize("fault", HEADERS)
def test_jws_header_with(fault: str) -> None:
    """Each is signed as it stands, so that only the header's rule can refuse it."""
    made = signed(Suite.RSA_SIGNATURE_2018)
    raw = HEADERS[fault].encode(errors="surrogateescape")
    protected = base64.urlsafe_b64encode(raw).rstrip(b"=")
    [prepared] = proof.prepare([cowin()], suite=ALL[0], created=CREATED, verification_method=METHOD)
    data = protected + prepared.signing_input[prepared.signing_input.index(b".") :]
    signature = base64.urlsafe_b64encode(primitives.sign(Algorithm.RSA, PRIVATE[Algorithm.RSA], data)).rstrip(b"=")
    with pytest.raises(ProofError):
        verify(put(made, "proof.jws", f"{protected.decode()}..{signature.decode()}"))


def test_jws_header_of_another_spelling_is_taken_as_it_was_signed() -> None:
    made = signed(Suite.RSA_SIGNATURE_2018)
    protected = header('{ "crit": ["b64"], "b64": false, "alg": "PS256" }').encode()
    [prepared] = proof.prepare([cowin()], suite=ALL[0], created=CREATED, verification_method=METHOD)
    data = protected + prepared.signing_input[prepared.signing_input.index(b".") :]
    signature = base64.urlsafe_b64encode(primitives.sign(Algorithm.RSA, PRIVATE[Algorithm.RSA], data)).rstrip(b"=")
    verify(put(made, "proof.jws", f"{protected.decode()}..{signature.decode()}"))


PROOFS: dict[str, Callable[[Json], object]] = {
    "no proof": lambda made: made.pop("proof"),
    "a proof that is a text": lambda made: put(made, "proof", "x"),
    "a set of proofs": lambda made: put(made, "proof", [made["proof"]]),
    "no type": lambda made: made["proof"].pop("type"),
    "two types": lambda made: put(made, "proof.type", [made["proof"]["type"]]),
    "a type that is not allowed": lambda made: put(made, "proof.type", "JsonWebSignature2020"),
    "another purpose": lambda made: put(made, "proof.proofPurpose", "authentication"),
    "no purpose": lambda made: made["proof"].pop("proofPurpose"),
    "no method": lambda made: made["proof"].pop("verificationMethod"),
    "a method that is an object": lambda made: put(made, "proof.verificationMethod", {"id": "did:india"}),
    "a created that is no time": lambda made: put(made, "proof.created", "yesterday"),
    "a created without offset": lambda made: put(made, "proof.created", "2021-12-15T06:30:00"),
    "a member more": lambda made: put(made, "proof.domain", "x"),
}


@pytest.mark.parametrize("suite", ALL)
@pytest.mark.parametrize("fault", PROOFS)
def test_refuses_a_document_with(suite: Suite, fault: str) -> None:
    made = signed(suite)
    PROOFS[fault](made)
    with pytest.raises(ProofError):
        proof.verify(made, key(proof.ALGORITHMS[suite]))


@pytest.mark.parametrize("jws", ["", "a.b", "..", "a..b", "a.b.c", "a..b.c", "ä..ö", "eyJ9..AA=="])
def test_refuses_a_jws_of_another_shape(jws: str) -> None:
    with pytest.raises(ProofError):
        verify(put(signed(Suite.RSA_SIGNATURE_2018), "proof.jws", jws))


def test_a_signature_has_one_spelling_only() -> None:
    made = signed(Suite.ED25519_SIGNATURE_2018)
    jws = made["proof"]["jws"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = alphabet[alphabet.index(jws[-1]) + 1]  # 64 bytes leave two bits of the last character unused
    with pytest.raises(ProofError):
        verify(put(made, "proof.jws", jws[:-1] + other))


@pytest.mark.parametrize("value", ["", "z", "zO0", "mAAAA", "4d8e"])
def test_refuses_a_proof_value_that_is_no_base58_multibase(value: str) -> None:
    with pytest.raises(ProofError):
        verify(put(signed(Suite.EDDSA_JCS_2022), "proof.proofValue", value))


@pytest.mark.parametrize("suite", DATA_INTEGRITY)
def test_a_signature_of_another_length_does_not_verify(suite: Suite) -> None:
    with pytest.raises(SignatureMismatch):
        verify(put(signed(suite), "proof.proofValue", "z" + base58.b58encode(bytes(63) + b"x" * 2).decode()))


@pytest.mark.parametrize("suite", DATA_INTEGRITY)
def test_refuses_a_cryptosuite_that_is_not_allowed(suite: Suite) -> None:
    for name in ("bbs-2023", "RsaSignature2018", ""):
        with pytest.raises(ProofError):
            proof.verify(put(signed(suite), "proof.cryptosuite", name), key(proof.ALGORITHMS[suite]))


@pytest.mark.parametrize("suite", [Suite.EDDSA_JCS_2022, Suite.ECDSA_JCS_2019])
def test_refuses_an_unsigned_context_appended_to_the_document(suite: Suite) -> None:
    made = signed(suite)
    made["@context"] = [*made["@context"], contexts.SECURITY_V2]
    with pytest.raises(ProofError):
        verify(made)


@pytest.mark.parametrize("suite", ALL)
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_refuses_a_key_of_another_kind(suite: Suite, algorithm: Algorithm) -> None:
    if algorithm is proof.ALGORITHMS[suite]:
        return
    with pytest.raises(ProofError):
        proof.verify(signed(suite), key(algorithm))


def test_refuses_a_key_that_claims_another_kind() -> None:
    liar = PublicKey("x", Algorithm.RSA, to_pem(PRIVATE[Algorithm.ED25519].public_key()))
    with pytest.raises(ProofError):
        proof.verify(signed(Suite.RSA_SIGNATURE_2018), liar)


@pytest.mark.parametrize("suite", ALL)
def test_facts_of_a_proof(suite: Suite) -> None:
    facts = proof.proof_facts(signed(suite))
    assert facts.suite is suite
    assert facts.created == datetime(2021, 12, 15, 6, 30, tzinfo=UTC)
    assert (facts.verification_method, facts.purpose) == (METHOD, "assertionMethod")
    assert len(facts.signature) == (256 if suite is Suite.RSA_SIGNATURE_2018 else 64)


def test_a_data_integrity_proof_may_be_without_created() -> None:
    made = signed(Suite.EDDSA_JCS_2022)
    del made["proof"]["created"]
    assert proof.proof_facts(made).created is None


def test_a_document_with_a_proof_is_not_prepared() -> None:
    with pytest.raises(ProofError):
        signed(Suite.RSA_SIGNATURE_2018, {**cowin(), "proof": {}})


def test_a_naive_time_is_not_signed() -> None:
    with pytest.raises(ProofError):
        proof.prepare([cowin()], suite=ALL[0], created=datetime(2021, 12, 15), verification_method=METHOD)  # noqa: DTZ001


def test_a_number_that_json_canonicalisation_cannot_write() -> None:
    with pytest.raises(CanonicalisationError):
        verify(put(signed(Suite.EDDSA_JCS_2022), "credentialSubject.age", 2**60))


@pytest.mark.parametrize(
    ("profile", "algorithm", "rdfc", "suite"),
    [
        (Profile.COWIN_V1, Algorithm.RSA, False, Suite.RSA_SIGNATURE_2018),
        (Profile.COWIN_V2, Algorithm.RSA, False, Suite.RSA_SIGNATURE_2018),
        (Profile.COWIN_V1, Algorithm.ED25519, False, Suite.ED25519_SIGNATURE_2018),
        (Profile.COWIN_V2, Algorithm.ED25519, False, Suite.ED25519_SIGNATURE_2018),
        (Profile.VC2, Algorithm.ED25519, False, Suite.EDDSA_JCS_2022),
        (Profile.VC2, Algorithm.P256, False, Suite.ECDSA_JCS_2019),
        (Profile.VC2, Algorithm.ED25519, True, Suite.EDDSA_RDFC_2022),
        (Profile.VC2, Algorithm.P256, True, Suite.ECDSA_RDFC_2019),
    ],
)
def test_suite_follows_profile_and_key(profile: Profile, algorithm: Algorithm, rdfc: bool, suite: Suite) -> None:  # noqa: FBT001
    assert proof.suite_for(profile, algorithm, rdfc) is suite
    assert proof.ALGORITHMS[suite] is algorithm


@pytest.mark.parametrize(
    ("profile", "algorithm"),
    [(Profile.COWIN_V1, Algorithm.P256), (Profile.COWIN_V2, Algorithm.P256), (Profile.VC2, Algorithm.RSA)],
)
def test_profile_without_a_key_that_fits(profile: Profile, algorithm: Algorithm) -> None:
    with pytest.raises(ConfigurationError, match=profile.value):
        proof.suite_for(profile, algorithm)


def test_signature_hash() -> None:
    assert proof.signature_hash(b"abc") == "ungWv48Bz-pBQUDeXa4iIw"
