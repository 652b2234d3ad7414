"""Proofs as they come: the layout of before 2021, and whatever a stranger makes up."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import proof
from credential.errors import DocumentError, ProofError, SignatureMismatch
from credential.keys import Suite
from tests.sample_documents import put
from tests.sample_signatures import ALL, COWIN_SUITES, key, signed, verify

Json = dict[str, Any]

SEC = "https://w3id.org/security#"


def in_old_layout(made: Json) -> Json:
    """Return a signed document with its proof as certificates before 2021 carry it."""
    modern = made["proof"]
    old = {
        "type": modern["type"],
        "http://purl.org/dc/terms/created": {
            "type": "http://www.w3.org/2001/XMLSchema#dateTime",
            "@value": modern["created"],
        },
        SEC + "jws": modern["jws"],
        SEC + "proofPurpose": {"id": SEC + "assertionMethod"},
        SEC + "verificationMethod": {"id": modern["verificationMethod"]},
    }
    return {**made, "proof": old}


@pytest.mark.parametrize("suite", COWIN_SUITES)
def test_the_layout_of_before_2021_verifies(suite: Suite) -> None:
    modern = signed(suite)
    verify(in_old_layout(modern))
    assert proof.proof_facts(in_old_layout(modern)) == proof.proof_facts(modern)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        (SEC + "proofPurpose", {"id": SEC + "authenticationMethod"}),
        (SEC + "proofPurpose", "assertionMethod"),
        ("http://purl.org/dc/terms/created", "2021-12-15T06:30:00Z"),
        (SEC + "verificationMethod", {"id": 5}),
        ("jws", "x"),
        ("created", "2021-12-15T06:30:00Z"),
    ],
)
def test_the_layout_of_before_2021_is_read_strictly_too(member: str, value: object) -> None:
    old = in_old_layout(signed(Suite.RSA_SIGNATURE_2018))
    old["proof"][member] = value
    with pytest.raises(ProofError):
        verify(old)


def test_altered_in_the_layout_of_before_2021() -> None:
    old = in_old_layout(signed(Suite.RSA_SIGNATURE_2018))
    old["proof"][SEC + "verificationMethod"] = {"id": "did:india:2"}
    with pytest.raises(SignatureMismatch):
        verify(old)


_KEYWORDS = ["@context", "@id", "@type", "@value", "@list", "@graph", "@reverse", "@included", "@language", "@set"]
_MEMBERS = ["type", "id", "proof", "jws", "created", "name", "dose", "evidence", "credentialSubject", "", "_:b"]
names = st.sampled_from([*_KEYWORDS, *_MEMBERS, "https://schema.org/name"])
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just("did:a b"),
    st.just("@json"),
    names,
)
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3))
places = ["@context", "type", "credentialSubject", "credentialSubject.id", "credentialSubject.address", "issuer"]
places += [
    "proof",
    "proof.type",
    "proof.created",
    "proof.jws",
    "proof.proofValue",
    "proof.@context",
    "proof.proofPurpose",
]
SIGNED = {suite: json.dumps(signed(suite)) for suite in ALL}


@settings(max_examples=250)
@given(st.sampled_from(ALL), st.sampled_from(places), anything)
def test_whatever_is_put_in_only_a_typed_error_comes_out(suite: Suite, place: str, value: object) -> None:
    original = json.loads(SIGNED[suite])
    made = put(json.loads(SIGNED[suite]), place, value)
    if made == original:
        return
    with pytest.raises(DocumentError):
        proof.verify(made, key(proof.ALGORITHMS[suite]))
