"""Whatever single member of a certificate is changed, it is never VALID again."""

import copy
import json
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from credential.errors import Unreadable
from credential.formats.received import decode
from credential.keys import Profile
from credential.verification import CheckCode, Policy, Verdict
from tests.issued import VOUCHED, Json, check, issued

Path = tuple[str | int, ...]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 300)
    | st.floats(0, 5)
    | st.sampled_from(["", "1", "2", "COVAXIN", "x:y"])
    | st.text()
)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["id", "@id", "@value", "type"]), SCALARS)
)
NAMES = st.sampled_from(
    [
        "dose",
        "id",
        "@id",
        "name",
        "uhid",
        "expirationDate",
        "https://schema.org/doseValue",
        "@context",
        "nonce",
        "note",
        "validUntil",
    ]
)


@cache
def certificate(profile: Profile) -> Json:
    return issued(profile)


def paths(value: object, path: Path = ()) -> list[Path]:
    """Return the path of every member and entry of a document."""
    if isinstance(value, dict):
        inner = [paths(member, (*path, name)) for name, member in value.items()]
    elif isinstance(value, list):
        inner = [paths(item, (*path, index)) for index, item in enumerate(value)]
    else:
        inner = []
    return [path, *(found for part in inner for found in part)]


def at(document: Json, path: Path) -> Any:  # noqa: ANN401
    value: Any = document
    for step in path:
        value = value[step]
    return value


@st.composite
def changed(draw: st.DrawFn, profile: Profile) -> Json:
    document = copy.deepcopy(certificate(profile))
    path = draw(st.sampled_from(paths(document)[1:]))
    parent, last = at(document, path[:-1]), path[-1]
    match draw(st.sampled_from(["replace", "remove", "add", "wrap", "copy a sibling", "edit"])):
        case "remove":
            del parent[last]
        case "add" if isinstance(parent, dict):
            parent[draw(NAMES)] = draw(VALUES)
        case "wrap":
            parent[last] = [parent[last]]
        case "copy a sibling" if isinstance(parent, dict):
            parent[last] = parent[draw(st.sampled_from(sorted(parent)))]
        case "edit" if isinstance(parent[last], str):
            text = parent[last]
            place = draw(st.integers(0, len(text)))
            parent[last] = (
                text[:place] + draw(st.characters(exclude_categories=["Cs"])) + text[place + draw(st.integers(0, 1)) :]
            )
        case _:
            parent[last] = draw(VALUES)
    assume(json.dumps(document, sort_keys=True) != json.dumps(certificate(profile), sort_keys=True))
    return document


REFUSED = {Verdict.INVALID, Verdict.UNKNOWN_ISSUER, Verdict.UNREADABLE}


def verdict_of(document: Json) -> Verdict:
    try:
        read = decode(json.dumps(document)).document
    except Unreadable:
        return Verdict.UNREADABLE
    return check(read, policy=Policy.OFFLINE).verdict


@settings(max_examples=150)
@given(changed(Profile.COWIN_V1))
def test_a_changed_bound_domestic_certificate_is_never_valid(document: Json) -> None:
    assert verdict_of(document) in REFUSED


@settings(max_examples=150)
@given(changed(Profile.COWIN_V2))
def test_a_changed_bound_international_certificate_is_never_valid(document: Json) -> None:
    assert verdict_of(document) in REFUSED


@settings(max_examples=150)
@given(changed(Profile.VC2))
def test_a_changed_vc2_certificate_is_never_valid(document: Json) -> None:
    assert verdict_of(document) in REFUSED


@settings(max_examples=60)
@given(st.permutations(["certificateId", "batch", "vaccine", "manufacturer", "icd11Code"]))
def test_names_of_an_old_certificate_in_any_other_order_are_invalid(order: list[str]) -> None:
    document = copy.deepcopy(issued(Profile.COWIN_V2, bound=False))
    entry = document["evidence"][0]
    names = ["certificateId", "batch", "vaccine", "manufacturer", "icd11Code"]
    entry |= dict(zip(names, [entry[name] for name in order], strict=True))
    result = check(document, VOUCHED)
    assert (result.verdict is Verdict.VALID) is (order == names)
    assert result.check(CheckCode.SIGNATURE).status == "PASSED"


@pytest.mark.parametrize(
    "names",
    [
        ("date", "effectiveStart", "effectiveUntil"),
        ("dose", "totalDoses"),
        ("certificateId", "batch", "vaccine", "manufacturer"),
    ],
)
@pytest.mark.parametrize("dose", [1, 2, 3])
def test_no_other_use_of_an_old_certificates_values_is_valid(names: tuple[str, ...], dose: int) -> None:
    document = issued(Profile.COWIN_V1, bound=False, dose=dose)
    entry = document["evidence"][0]
    values = [entry[name] for name in names]
    valid = []
    for chosen in product(dict.fromkeys(values), repeat=len(names)):
        entry |= dict(zip(names, chosen, strict=True))
        if check(document).verdict is Verdict.VALID:
            valid.append(list(chosen))
    assert valid == [values]
