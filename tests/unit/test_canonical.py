from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credential import contexts
from credential.canonical import Canonicaliser
from credential.errors import (
    CanonicalisationError,
    ForbiddenCharacter,
    RelativeId,
    UndefinedTerm,
    UnknownContext,
)
from tests.sample_documents import cowin, put, vc2

Json = dict[str, Any]

ALTERATIONS: dict[str, tuple[Callable[[], Json], type[CanonicalisationError]]] = {
    "member the context does not define": (lambda: put(cowin(), "evidence.0.remark", "x"), UndefinedTerm),
    "member of another type's context": (lambda: put(cowin(), "credentialSubject.dose", 2), UndefinedTerm),
    "undefined member at the top": (lambda: put(cowin(), "remark", "x"), UndefinedTerm),
    "undefined member deep inside": (lambda: put(cowin(), "evidence.0.facility.address.floor", "2"), UndefinedTerm),
    "undefined member of vc2": (lambda: put(vc2(), "credentialSubject.vaccination.remark", "x"), UndefinedTerm),
    "member named like a keyword": (lambda: put(cowin(), "evidence.0.@remark", "x"), UndefinedTerm),
    "member named by a blank node": (lambda: put(cowin(), "evidence.0._:remark", "x"), UndefinedTerm),
    "null, which is not signed": (lambda: put(cowin(), "credentialSubject.dob", None), UndefinedTerm),
    "empty array, which is not signed": (lambda: put(cowin(), "credentialSubject.dob", []), UndefinedTerm),
    "index, which is not signed": (
        lambda: put(cowin(), "credentialSubject.dob", {"@value": "1980", "@index": "x"}),
        UndefinedTerm,
    ),
    "direction, which is not signed": (
        lambda: put(cowin(), "credentialSubject.dob", {"@value": "1980", "@direction": "ltr"}),
        UndefinedTerm,
    ),
    "document without a statement": (lambda: {"@context": contexts.CREDENTIALS_V1, "id": "did:x:1"}, UndefinedTerm),
    "relative subject id": (lambda: put(cowin(), "credentialSubject.id", "12345"), RelativeId),
    "empty subject id": (lambda: put(cowin(), "credentialSubject.id", ""), RelativeId),
    "relative path as evidence id": (lambda: put(cowin(), "evidence.0.id", "/vaccine/1"), RelativeId),
    "relative issuer": (lambda: put(cowin(), "issuer", "cowin.gov.in"), RelativeId),
    "unknown type": (lambda: put(cowin(), "type", ["VerifiableCredential", "Remark"]), CanonicalisationError),
    "unknown type on the subject": (lambda: put(vc2(), "credentialSubject.type", "Remark"), RelativeId),
    "id that breaks out of its brackets": (
        lambda: put(cowin(), "credentialSubject.id", "did:x:1> <https://schema.org/name"),
        RelativeId,
    ),
    "context that is not bundled": (
        lambda: put(cowin(), "@context", [contexts.CREDENTIALS_V1, "https://example.org/v1"]),
        UnknownContext,
    ),
    "context written into the document": (
        lambda: put(cowin(), "@context", [contexts.CREDENTIALS_V1, contexts.COWIN_V2, {"remark": "@index"}]),
        UnknownContext,
    ),
    "context of a member": (lambda: put(cowin(), "evidence.0.@context", contexts.COWIN_V1), UnknownContext),
    "no context": (lambda: {key: member for key, member in cowin().items() if key != "@context"}, UnknownContext),
    "context of another shape": (lambda: put(cowin(), "@context", 5), UnknownContext),
    "line break in an id": (lambda: put(cowin(), "credentialSubject.id", "did:x:1\n2"), CanonicalisationError),
    "value object without sense": (
        lambda: put(cowin(), "credentialSubject.name", {"@value": "x", "name": "y"}),
        CanonicalisationError,
    ),
    "list of lists of types": (lambda: put(cowin(), "type", [["VerifiableCredential"]]), CanonicalisationError),
    "number that is none": (lambda: put(cowin(), "evidence.0.dose", float("nan")), CanonicalisationError),
    "number without end": (lambda: put(cowin(), "evidence.0.dose", float("inf")), CanonicalisationError),
    "integer beyond every double": (lambda: put(cowin(), "evidence.0.dose", 10**400), CanonicalisationError),
    "integer of thousands of digits": (lambda: put(cowin(), "evidence.0.dose", 10**5000), CanonicalisationError),
    "redefinition of a keyword": (lambda: put(cowin(), "@id", "did:x:1") | {"id": "did:x:2"}, CanonicalisationError),
}


@pytest.fixture(scope="module")
def canonicaliser() -> Canonicaliser:
    return Canonicaliser()


@pytest.mark.parametrize("fault", ALTERATIONS)
@pytest.mark.parametrize("received", [False, True])
def test_refuses(canonicaliser: Canonicaliser, fault: str, received: bool) -> None:  # noqa: FBT001 - pytest's parameter
    make, error = ALTERATIONS[fault]
    for _ in range(3):  # the third time a shape would be compiled
        with pytest.raises(error):
            canonicaliser.canonicalise_received(make()) if received else canonicaliser.canonicalise([make()])


@pytest.mark.parametrize("code", [0, 1, 9, 10, 13, 0x1F, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
@pytest.mark.parametrize("path", ["credentialSubject.name", "credentialSubject.id", "evidence.0.facility.address.city"])
def test_refuses_control_characters_and_lone_surrogates(canonicaliser: Canonicaliser, path: str, code: int) -> None:
    for _ in range(3):
        canonicaliser.canonicalise([put(cowin(), path, "did:x:y")])  # so that the shape is compiled
    with pytest.raises(ForbiddenCharacter):
        canonicaliser.canonicalise([put(cowin(), path, f"did:x:{chr(code)}")])


def test_refuses_a_control_character_in_a_name_of_a_member(canonicaliser: Canonicaliser) -> None:
    with pytest.raises(ForbiddenCharacter):
        canonicaliser.canonicalise([put(cowin(), "credentialSubject.na\x7fme", "x")])


def test_received_documents_may_hold_line_breaks_in_texts(canonicaliser: Canonicaliser) -> None:
    text = canonicaliser.canonicalise_received(put(cowin(), "credentialSubject.name", "Sample\r\nPerson 1"))
    assert r'<https://schema.org/name> "Sample\r\nPerson 1" .' in text


def test_refuses_nesting_without_end(canonicaliser: Canonicaliser) -> None:
    document = cowin()
    node = document["credentialSubject"]
    for _ in range(5_000):
        node["address"] = {}
        node = node["address"]
    for check in (canonicaliser.canonicalise_received, lambda deep: canonicaliser.canonicalise([deep])):
        with pytest.raises(CanonicalisationError):
            check(document)


def test_refuses_a_poison_graph_before_it_costs_hours(canonicaliser: Canonicaliser) -> None:
    nodes = [{"id": f"_:n{i}", "https://schema.org/knows": [{"id": f"_:n{j}"} for j in range(9)]} for i in range(9)]
    document = {"@context": contexts.CREDENTIALS_V1, "https://schema.org/knows": nodes}
    with pytest.raises(CanonicalisationError, match="told apart"):
        canonicaliser.canonicalise([document])


def test_keeps_the_order_of_a_batch(canonicaliser: Canonicaliser) -> None:
    names = [f"Sample Person {number}" for number in range(5)]
    texts = canonicaliser.canonicalise([put(cowin(), "credentialSubject.name", name) for name in names])
    assert all(f'"{name}"' in text for name, text in zip(names, texts, strict=True))


def test_strict_refuses_an_id_with_a_space_that_verification_reads(canonicaliser: Canonicaliser) -> None:
    document = put(cowin(), "credentialSubject.id", "did:Voter ID:KR/000/1")
    with pytest.raises(RelativeId):
        canonicaliser.canonicalise([document])
    text = canonicaliser.canonicalise_received(document)
    assert '<did:Voter ID:KR/000/1> <https://schema.org/gender> "Female" .\n' in text


def test_ids_with_spaces_give_the_labels_and_order_of_the_real_id(canonicaliser: Canonicaliser) -> None:
    """The blank nodes' labels follow hashes of lines that hold the id, so a stand-in may not take part in them.

    An id of the same shape without a space, renamed in the text afterwards, would keep the labels of the stand-in.
    """
    documents = {name: put(cowin(), "credentialSubject.id", name) for name in (f"did:Voter ID:{n}" for n in range(40))}
    labels = set()
    for name, document in documents.items():
        lines = canonicaliser.canonicalise_received(document).splitlines()
        assert lines == sorted(lines)
        [link] = [line for line in lines if line.startswith(f"<{name}> <https://schema.org/PostalAddress>")]
        labels.add(link.split()[-2])
    assert len(labels) > 1


def test_prefixes_expand_before_the_space_as_in_jsonld_js(canonicaliser: Canonicaliser) -> None:
    text = canonicaliser.canonicalise_received(put(cowin(), "credentialSubject.id", "schema:foo bar"))
    assert "<https://schema.org/foo bar> <https://schema.org/gender>" in text


def test_texts_that_merely_look_like_ids_with_spaces_come_back(canonicaliser: Canonicaliser) -> None:
    document = put(cowin(), "credentialSubject.name", "Note: a < b, placeholder0. and more")
    put(document, "credentialSubject.id", "did:placeholder 0.:1")
    put(document, "credentialSubject.gender", "placeholder0. placeholder1.")
    text = canonicaliser.canonicalise_received(document)
    assert '<did:placeholder 0.:1> <https://schema.org/gender> "placeholder0. placeholder1." .' in text
    assert '<did:placeholder 0.:1> <https://schema.org/name> "Note: a < b, placeholder0. and more" .' in text


def test_an_id_with_a_space_cannot_break_out_of_its_brackets(canonicaliser: Canonicaliser) -> None:
    document = put(cowin(), "credentialSubject.id", "did:Voter ID:1> <https://schema.org/name")
    with pytest.raises(RelativeId):
        canonicaliser.canonicalise_received(document)


def test_two_members_with_the_same_spaced_id_are_one_node(canonicaliser: Canonicaliser) -> None:
    document = put(put(cowin(), "credentialSubject.id", "did:a b:1"), "issuer", "did:a b:1")
    assert "<https://www.w3.org/2018/credentials#issuer> <did:a b:1> ." in canonicaliser.canonicalise_received(document)


def test_threads_share_a_canonicaliser() -> None:
    shared = Canonicaliser(shadow_every=3)
    documents = [put(cowin(), "credentialSubject.name", f"Sample Person {number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(shared.canonicalise_received, documents))
    assert texts == [Canonicaliser().canonicalise_received(document) for document in documents]
    assert shared.mismatches == 0


def test_a_graph_may_be_named_by_a_spaced_id(canonicaliser: Canonicaliser) -> None:
    inside = {"id": "did:x:2", "https://schema.org/name": "Sample Person 1"}
    document = {"@context": contexts.COWIN_V1, "id": "did:a b:1", "@graph": [inside]}
    text = canonicaliser.canonicalise_received(document)
    assert text == '<did:x:2> <https://schema.org/name> "Sample Person 1" <did:a b:1> .\n'
