"""Compiled shapes give PyLD's text, byte for byte, on whatever they take; an independent oracle agrees."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import contexts
from credential.canonical import Canonicaliser
from credential.canonical_leaves import leaves
from credential.canonical_rdf import RdfProcessor
from credential.errors import ForbiddenCharacter, RelativeId
from credential.shapes import NotCompilableError, Shape, compile_shape
from tests import rdf_oracle
from tests.sample_documents import cowin, put, vc2

Json = dict[str, Any]

PYLD = RdfProcessor()

texts = st.one_of(
    st.sampled_from(["", "IN", "a", '"', "\\", 'a"b\\c', "100 %s", "{v0}", "_:c14n0", "@id", "2021-12-15", "Note: x"]),
    st.text(alphabet='கநअ०𑄌😀abz %{}<>_:\u200d\u00a0"\\', max_size=6),
)
ids = st.one_of(
    st.sampled_from(["did:india:1", "https://a.example/x", "urn:uuid:0", "did:a b:1", "schema:Person", "_:b0"]),
    st.from_regex(r"(did:[a-z]{1,3}:|https://[a-c]/)[a-z0-9_~/?.]{0,5}", fullmatch=True),
)
counts = st.one_of(st.integers(-3, 12), st.sampled_from([2**53, 10**15, 10**21, 1.5, -0.0, 0.0, True, ""]))


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    names = ("name", "gender", "age", "refId", "uhid", "street", "city", "batch", "maker", "start", "end", "facility")
    return {name: draw(texts) for name in names} | {
        "subject": draw(ids),
        "evidence": draw(ids),
        "dose": draw(counts),
        "total": draw(counts),
        "pin": draw(st.one_of(texts, counts)),
    }


def document(of: dict[str, Any]) -> Json:
    made = cowin()
    subject, evidence = made["credentialSubject"], made["evidence"][0]
    subject |= {"id": of["subject"], **{name: of[name] for name in ("name", "gender", "age", "refId", "uhid")}}
    subject["address"] |= {"streetAddress": of["street"], "city": of["city"], "postalCode": of["pin"]}
    evidence |= {"id": of["evidence"], "batch": of["batch"], "manufacturer": of["maker"], "effectiveStart": of["start"]}
    evidence |= {"effectiveUntil": of["end"], "dose": of["dose"], "totalDoses": of["total"]}
    evidence["facility"] |= {"name": of["facility"]}
    evidence["facility"]["address"] |= {"city": of["city"], "postalCode": of["pin"]}
    return made


@settings(max_examples=60)
@given(values(), values())
def test_compiled_text_equals_pyld_s_and_oxigraph_s(known: dict[str, Any], new: dict[str, Any]) -> None:
    canonicaliser = Canonicaliser(shadow_every=10**9)
    for _ in range(3):
        canonicaliser.canonicalise_received(document(known))
    # The counts and the postal code's type belong to the shape.
    made = document({**new, **{name: known[name] for name in ("dose", "total", "pin")}})
    text = canonicaliser.canonicalise_received(made)
    assert text == PYLD.canonicalise(made, received=True)
    if " " not in made["credentialSubject"]["id"] + made["evidence"][0]["id"]:
        assert text == rdf_oracle.canonical(made)


@settings(max_examples=40)
@given(values(), values())
def test_a_canonicaliser_shared_by_all_shapes_never_differs(one: dict[str, Any], other: dict[str, Any]) -> None:
    for made in (document(one), document(other)):
        assert SHARED.canonicalise_received(made) == PYLD.canonicalise(made, received=True)
        assert SHARED.canonicalise_received(made) == PYLD.canonicalise(made, received=True)


SHARED = Canonicaliser(shadow_every=10**9)


def shape_of(made: Json) -> Shape:
    return compile_shape(made, PYLD.dataset)


def fill(shape: Shape, made: Json) -> str | None:
    taken = leaves(made)
    assert taken is not None
    return shape.fill(taken.texts, taken.integers)


@pytest.mark.parametrize("make", [cowin, vc2])
def test_a_shape_fills_other_values(make: Any) -> None:  # noqa: ANN401 - one of two functions
    shape = shape_of(make())
    other = put(put(make(), "credentialSubject.name", 'Sample "Person" \\ 2'), "credentialSubject.id", "did:zz:9")
    assert fill(shape, other) == PYLD.canonicalise(other)


def test_equal_values_under_one_predicate_collapse() -> None:
    shape = shape_of(cowin())
    other = put(put(cowin(), "evidence.0.batch", "SAME"), "evidence.0.vaccine", "SAME")
    text = fill(shape, other)
    assert text == PYLD.canonicalise(other)
    assert text.count("SAME") == 1


def test_two_nodes_with_the_same_id_become_one() -> None:
    other = put(cowin(), "credentialSubject.id", "https://cowin.gov.in/vaccine/90000000001")
    assert fill(shape_of(cowin()), other) == PYLD.canonicalise(other)


def test_more_than_ten_blank_nodes_are_numbered_by_hash_and_sorted_as_text() -> None:
    made = cowin()
    made["credentialSubject"] = [
        {**cowin()["credentialSubject"], "id": f"did:india:{n}", "name": f"Sample Person {n}"} for n in range(11)
    ]
    text = fill(shape_of(made), made)
    assert text == PYLD.canonicalise(made)
    assert "_:c14n10 " in text


@pytest.mark.parametrize(
    "value", ["schema:Person", "relative", "_:b0", "did:a b:1", "did:x>y", "did:x:\u00a0", "mailto:a@b.example", ""]
)
def test_a_shape_does_not_take_an_id_that_contexts_could_bend(value: str) -> None:
    assert fill(shape_of(cowin()), put(cowin(), "credentialSubject.id", value)) is None


@pytest.mark.parametrize("character", ["\n", "\x00", "\x7f", "\x85", "\ud800", "\uffff"])
def test_a_shape_does_not_take_a_forbidden_character(character: str) -> None:
    assert fill(shape_of(cowin()), put(cowin(), "credentialSubject.name", f"a{character}b")) is None


def test_a_text_that_is_rewritten_as_a_number_is_not_compiled() -> None:
    made = put(cowin(), "credentialSubject.dob", {"@value": "1.0", "@type": "http://www.w3.org/2001/XMLSchema#double"})
    with pytest.raises(NotCompilableError):
        shape_of(made)


def test_two_nodes_that_only_their_neighbours_tell_apart_in_this_document_are_left_to_pyld() -> None:
    made = cowin()
    made["evidence"].append(put(cowin(), "evidence.0.id", "https://cowin.gov.in/vaccine/90000000002")["evidence"][0])
    shape = shape_of(made)
    assert fill(shape, made) is None
    assert Canonicaliser().canonicalise([made]) == [rdf_oracle.canonical(made)]
    other = put(made, "evidence.1.facility.address.city", "Madurai")
    assert fill(shape, other) == rdf_oracle.canonical(other)


def test_two_nodes_that_only_their_neighbours_tell_apart_are_left_to_pyld() -> None:
    made = cowin()
    made["evidence"] = [{"type": "Vaccination", "facility": {"name": name}} for name in ("Sample A", "Sample B")]
    with pytest.raises(NotCompilableError):
        shape_of(made)
    text = [Canonicaliser().canonicalise_received(made), Canonicaliser().canonicalise([made])[0]]
    assert text == [rdf_oracle.canonical(made)] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), (0.0, -0.0), (1, "1"), (10**15, 1), ("x", ["x"]), (["x", "y"], "x"), (1, {"@value": 1})],
)
def test_values_of_different_kind_have_different_shapes(one: object, other: object) -> None:
    first, second = (leaves(put(cowin(), "evidence.0.dose", value)) for value in (one, other))
    assert first is not None
    assert second is not None
    assert first.key != second.key


def test_types_and_contexts_belong_to_the_shape() -> None:
    first = leaves(cowin())
    second = leaves(put(cowin(), "@context", [contexts.CREDENTIALS_V1, contexts.DIVOC_V2]))
    third = leaves(put(cowin(), "type", ["VerifiableCredential"]))
    assert first is not None
    assert second is not None
    assert third is not None
    assert len({first.key, second.key, third.key}) == 3


class Counting(RdfProcessor):
    """PyLD, with a count of the documents it was asked for."""

    asked = 0

    def canonicalise(self, document: Any, *, received: bool = False) -> str:  # noqa: ANN401 - as its parent
        self.asked += 1
        return super().canonicalise(document, received=received)


def counted(shadow_every: int = 10**9) -> tuple[Canonicaliser, Counting]:
    canonicaliser, pyld = Canonicaliser(shadow_every=shadow_every), Counting()
    canonicaliser._processor = pyld
    return canonicaliser, pyld


def test_the_second_sight_compiles_and_the_third_needs_no_pyld() -> None:
    canonicaliser, pyld = counted()
    for number in range(6):
        canonicaliser.canonicalise([put(cowin(), "credentialSubject.name", f"Sample Person {number}")])
    assert pyld.asked == 2


def test_every_nth_use_is_compared_with_pyld_and_a_difference_gives_the_shape_up() -> None:
    canonicaliser, pyld = counted(shadow_every=3)
    for _ in range(2):
        canonicaliser.canonicalise([cowin()])
    taken = leaves(cowin())
    assert taken is not None
    canonicaliser._shapes.put(taken.key, shape_of(put(cowin(), "credentialSubject.gender", "planted")))
    shape = canonicaliser._shapes.get(taken.key)
    assert shape is not None
    shape.proven = True
    shape._document = shape._document.replace("gender", "planted")
    right = PYLD.canonicalise(cowin())
    assert [canonicaliser.canonicalise([cowin()]) == [right] for _ in range(5)] == [False, False, True, True, True]
    assert canonicaliser.mismatches == 1
    assert pyld.asked == 5


def test_a_shape_met_first_in_documents_it_does_not_take_is_proven_by_the_first_that_it_takes() -> None:
    canonicaliser, pyld = counted()
    for _ in range(4):
        canonicaliser.canonicalise_received(put(cowin(), "credentialSubject.id", "did:a b:1"))
    assert pyld.asked == 4
    for _ in range(3):
        canonicaliser.canonicalise_received(cowin())
    assert pyld.asked == 5


def test_memory_for_shapes_is_bounded() -> None:
    canonicaliser = Canonicaliser(capacity=4)
    for number in range(12):
        canonicaliser.canonicalise([put(cowin(), "evidence.0.dose", 10**15 + number)])
    assert len(canonicaliser._shapes._entries) == 4


def test_a_shape_with_an_endless_name_is_not_remembered() -> None:
    canonicaliser = Canonicaliser()
    canonicaliser.canonicalise([cowin() | {"https:" + "x" * 20_000: "y"}])
    assert not canonicaliser._shapes._entries


def test_strict_checks_hold_on_the_compiled_way() -> None:
    canonicaliser, pyld = counted()
    for _ in range(3):
        canonicaliser.canonicalise([cowin()])
    assert pyld.asked == 2
    with pytest.raises(RelativeId):
        canonicaliser.canonicalise([put(cowin(), "credentialSubject.id", "relative")])
    with pytest.raises(ForbiddenCharacter):
        canonicaliser.canonicalise([put(cowin(), "credentialSubject.name", "a\x00")])


def test_key_order_does_not_change_the_text() -> None:
    turned = json.loads(json.dumps(cowin(), sort_keys=True))
    assert SHARED.canonicalise([turned]) == SHARED.canonicalise([cowin()])
