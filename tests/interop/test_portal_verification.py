"""The pages' verifier and the gateway's agree on verdict, every check, ambiguous members and facts of all they see."""

import base64
import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.errors import CanonicalisationError
from credential.formats.qr_zip import pack
from credential.keys import Algorithm, Profile, Suite
from credential.status.documents import VALIDITY
from credential.verification import Policy
from tests.interop.portal.certificates import (
    KINDS,
    Kind,
    certificate,
    marked,
    public_key,
    public_keys,
    signed,
    unsigned,
)
from tests.interop.portal.sides import Case, Json, Portal, gateway, portal
from tests.issued import NOW
from tests.papers import paper
from tests.status_samples import POSITION, REFRESH, REVOCATION, content, delta, status_list
from tests.unit.test_verification_properties import NAMES, VALUES, at, paths

PROJECT = Path(__file__).parents[2]
RECORDED = [
    "tests/unit/test_qr_zip.py",
    "tests/unit/test_status_lists.py",
    "tests/unit/test_verification.py",
    "tests/unit/test_verification_alterations.py",
    "tests/unit/test_verification_properties.py",
    "tests/unit/test_verification_received.py",
    "tests/unit/test_verification_standing.py",
    "tests/interop/test_cowin_vectors.py",
]
ENOUGH = 1000
OF_A_SCANNER = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
"""What begins so is read by the page's scanner; of a PDF the verifier reads the attachment alone."""

INDEX = POSITION.index
LISTS = {
    "none": [],
    "another number": [status_list(content(REVOCATION, number=4))],
    "neither": [status_list(content(REVOCATION)), status_list(content(REFRESH))],
    "revoked": [status_list(content(REVOCATION, INDEX)), status_list(content(REFRESH))],
    "superseded": [status_list(content(REVOCATION, INDEX)), status_list(content(REFRESH, INDEX))],
    "revocations alone": [status_list(content(REVOCATION, INDEX))],
    "refreshes alone": [status_list(content(REFRESH, INDEX))],
    "by a delta": [
        status_list(content(REVOCATION)),
        delta(content(REVOCATION), content(REVOCATION, INDEX, sequence=6)),
    ],
    "a delta twice": [
        status_list(content(REVOCATION)),
        *[delta(content(REVOCATION), content(REVOCATION, INDEX, sequence=6))] * 2,
    ],
    "an older one after": [
        status_list(content(REVOCATION, INDEX, sequence=6)),
        status_list(content(REVOCATION, sequence=5)),
    ],
    "two of one sequence": [status_list(content(REVOCATION, INDEX)), status_list(content(REVOCATION))],
    "from the future": [status_list(content(REVOCATION, INDEX), NOW + timedelta(hours=1))],
    "altered": [status_list(content(REVOCATION)) | {"validUntil": "2034-05-07T07:08:09.000Z"}],
    "another issuer's": [status_list(content(REVOCATION, INDEX), issuer="did:web:other.example")],
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


def agreed(case: Case, pages: Portal) -> Json:
    """Return what both answer; where they differ, fail with the difference."""
    ours = gateway(case)
    assert pages.answer(case) == ours
    return ours


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    file = tmp_path_factory.mktemp("recorded") / "cases"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.interop.portal.recording", *RECORDED]
    subprocess.run(command, cwd=PROJECT, env={**os.environ, "RECORDING": str(file)}, check=True, capture_output=True)
    cases: list[Case] = pickle.loads(file.read_bytes())  # noqa: S301 - our own
    return [case for case in cases if isinstance(case.data, str) or not case.data.startswith(OF_A_SCANNER)]


def test_whatever_other_tests_show_the_gateway(recorded: list[Case], pages: Portal) -> None:
    assert len(recorded) > ENOUGH
    for case in recorded:
        assert agreed(case, pages)


@pytest.mark.parametrize("folder", ["cowin", "eudcc", "shc"])
def test_every_public_vector_in_any_form(folder: str, vectors: Path, pages: Portal) -> None:
    files = [path.read_bytes() for path in sorted((vectors / folder).rglob("*")) if path.is_file()]
    texts = [text for data in files if data.startswith((b"{", b"[")) for text in texts_in(json.loads(data))]
    shown: list[bytes | str] = [*files, *texts]
    for data in shown:
        if isinstance(data, str) or not data.startswith(OF_A_SCANNER):
            assert agreed(Case(data, public_keys(), NOW), pages)


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts_in(member)


def test_a_browser_without_ed25519_cannot_tell(tmp_path: Path) -> None:
    with portal(tmp_path, "old") as old:
        verdicts = {kind.suite: old.answer(Case(certificate(kind), public_keys(), NOW))["verdict"] for kind in KINDS}
        altered = certificate(Kind(Profile.VC2, Suite.EDDSA_JCS_2022)).replace("VaccinatedPerson", "Person")
        assert old.answer(Case(altered, public_keys(), NOW))["verdict"] == "INVALID"
    unknown = {Suite.ED25519_SIGNATURE_2018, Suite.EDDSA_JCS_2022, Suite.EDDSA_RDFC_2022}
    assert verdicts == {suite: "INCONCLUSIVE" if suite in unknown else "VALID" for suite in Suite}


@pytest.mark.parametrize("kind", KINDS)
def test_a_genuine_certificate_of_every_profile_and_suite_is_valid(kind: Kind, pages: Portal) -> None:
    assert agreed(Case(certificate(kind), public_keys(), NOW), pages)["verdict"] == "VALID"


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("name", LISTS)
def test_status_lists(name: str, policy: Policy, pages: Portal) -> None:
    for kind in KINDS:
        for later in (timedelta(), VALIDITY + timedelta(seconds=1)):
            assert agreed(Case(certificate(kind), public_keys(), NOW + later, policy, LISTS[name]), pages)


def test_lists_of_every_purpose_give_every_verdict(pages: Portal) -> None:
    kind = Kind(Profile.VC2, Suite.EDDSA_JCS_2022, listed=True)
    cases = {name: Case(certificate(kind), public_keys(), NOW, Policy.STANDARD, lists) for name, lists in LISTS.items()}
    verdicts = {name: agreed(case, pages)["verdict"] for name, case in cases.items()}
    assert verdicts["neither"] == "VALID"
    assert verdicts["revoked"] == verdicts["by a delta"] == verdicts["an older one after"] == "REVOKED"
    assert verdicts["superseded"] == "SUPERSEDED"
    assert verdicts["altered"] == verdicts["none"] == "INCONCLUSIVE"


MOMENTS = [None, NOW - timedelta(days=30), NOW + timedelta(days=30)]


@pytest.mark.parametrize("compromised", [None, NOW])
@pytest.mark.parametrize("retired", MOMENTS)
@pytest.mark.parametrize("active", MOMENTS)
def test_keys_in_and_out_of_their_time(active: Any, retired: Any, compromised: Any, pages: Portal) -> None:  # noqa: ANN401
    times = {"active_from": active, "retired_at": retired, "compromised_at": compromised, "bound_from": active}
    for kind in KINDS[:2]:
        key = replace(public_key(Algorithm.RSA), **times)
        assert agreed(Case(certificate(kind), [key], NOW), pages)
        assert agreed(Case(certificate(kind), [public_key(Algorithm.RSA), key], NOW), pages)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://cowin.gov.in/"},
        {"issuer": "https://cowin.gov.in"},
        {"verification_method": "did:india"},
        {"verification_method": "did:web:issuer.example#key"},
        {"issuer": "https://cowin.gov.in/", "is_foreign": True},
        {"algorithm": Algorithm.P256},
        {"pem": "no key"},
    ],
)
def test_keys_of_other_names(changes: Json, pages: Portal) -> None:
    for kind in KINDS:
        keys = [replace(key, **changes) for key in public_keys()]
        assert agreed(Case(certificate(kind), keys, NOW, Policy.STANDARD, LISTS["revoked"]), pages)


def test_every_way_to_exchange_names_of_an_old_certificate(pages: Portal) -> None:
    names = ("certificateId", "batch", "vaccine", "manufacturer", "icd11Code")
    document = json.loads(certificate(Kind(Profile.COWIN_V2, Suite.RSA_SIGNATURE_2018, bound=False)))
    values = [document["evidence"][0][name] for name in names]
    for order in permutations(values):
        document["evidence"][0] |= dict(zip(names, order, strict=True))
        assert agreed(Case(json.dumps(document), public_keys(), NOW), pages)


@pytest.mark.parametrize("kind", KINDS[:1])
def test_every_form(kind: Kind, pages: Portal) -> None:
    text = certificate(kind)
    packed = pack(text)
    forms: list[bytes | str] = [
        text.encode(),
        f"\ufeff\r\n{text} \x85".encode(),
        f"\ufeff{text}",
        packed,
        packed.decode("latin-1"),
        packed.decode("latin-1").encode(),
        "B64:" + base64.b64encode(packed).decode(),
        "B64:" + base64.urlsafe_b64encode(packed).decode().rstrip("="),
        "HC1:6BF",
        "shc:/5676",
        "a.b.c",
        "",
        "{}",
        paper(text),
    ]
    for form in forms:
        assert agreed(Case(form, public_keys(), NOW), pages)


@settings(max_examples=300)
@given(data=st.data())
def test_damaged_zips(pages: Portal, data: st.DataObject) -> None:
    packed = bytearray(pack(certificate(KINDS[0])))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(packed)) | st.integers(len(packed) - 100, len(packed)))
        packed[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    assert agreed(Case(bytes(packed), public_keys(), NOW), pages)


@settings(max_examples=300)
@given(data=st.data())
def test_damaged_text(pages: Portal, data: st.DataObject) -> None:
    text = certificate(data.draw(st.sampled_from(KINDS)))
    place = data.draw(st.integers(0, len(text)))
    piece = data.draw(
        st.sampled_from([*'{}[],:"\\ \t\x0b\ufeff-0.e', "1.0", "1e0", '"dose":1,', "\\ud800", "NaN"])
        | st.text(max_size=2)
    )
    damaged = text[:place] + piece + text[place + data.draw(st.integers(0, 2)) :]
    assert agreed(Case(damaged, public_keys(), NOW), pages)


@settings(max_examples=600)
@given(data=st.data())
def test_altered_documents(pages: Portal, data: st.DataObject) -> None:
    document = json.loads(certificate(data.draw(st.sampled_from(KINDS))))
    for _ in range(data.draw(st.integers(1, 2))):
        alter(document, data)
    policy, lists = data.draw(st.sampled_from(Policy)), data.draw(st.sampled_from([LISTS["none"], LISTS["revoked"]]))
    assert agreed(Case(json.dumps(document), public_keys(), NOW, policy, lists), pages)


def alter(document: Json, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths(document)[1:]))
    parent, last = at(document, path[:-1]), path[-1]
    kind = data.draw(st.sampled_from(["replace", "remove", "add", "wrap", "exchange", "edit", "edit"]))
    if kind == "remove":
        del parent[last]
    elif kind == "add" and isinstance(parent, dict):
        parent[data.draw(NAMES)] = data.draw(VALUES)
    elif kind == "wrap":
        parent[last] = [parent[last]]
    elif kind == "exchange" and isinstance(parent, dict):
        other = data.draw(st.sampled_from(sorted(parent)))
        parent[last], parent[other] = parent[other], parent[last]
    elif kind == "edit" and isinstance(parent[last], str):
        place, text = data.draw(st.integers(0, len(parent[last]))), parent[last]
        parent[last] = text[:place] + data.draw(st.text(max_size=2)) + text[place + data.draw(st.integers(0, 2)) :]
    else:
        parent[last] = data.draw(VALUES)


ODD_TEXTS = (
    st.text(max_size=6)
    | st.text('\n\r\t"\\\x7f\x85\xa0\ufeff\ue000\uff21\U0001f600 :/#?<>', max_size=6)
    | st.sampled_from(["", "COVAXIN", "did:Voter ID:KR 1", "did:india:x y", "urn:x:\ufeff", "_:b0", "1", "2024-05-01"])
)
SIGNED_MEMBERS = (
    ("credentialSubject", "id"),
    ("credentialSubject", "name"),
    ("credentialSubject", "refId"),
    ("credentialSubject", "uhid"),
    ("credentialSubject", "age"),
    ("evidence", 0, "batch"),
    ("evidence", 0, "vaccine"),
    ("evidence", 0, "manufacturer"),
    ("evidence", 0, "date"),
    ("evidence", 0, "effectiveStart"),
    ("evidence", 0, "dose"),
    ("evidence", 0, "facility", "address", "postalCode"),
    ("credentialSubject", "vaccination", "vaccine"),
    ("credentialSubject", "vaccination", "facility", "name"),
    ("credentialSubject", "vaccination", "dose"),
)


@settings(max_examples=400)
@given(data=st.data())
def test_odd_values_that_the_issuer_signed(pages: Portal, data: st.DataObject) -> None:
    """The signature fits in both only where both make the same canonical form of the values."""
    kind = data.draw(st.sampled_from(KINDS))
    document = copy.deepcopy(unsigned(kind))
    for path in data.draw(st.lists(st.sampled_from(SIGNED_MEMBERS), min_size=1, max_size=4)):
        with_value(document, path, data.draw(ODD_TEXTS | st.integers(0, 2**70)))
    try:
        genuine = signed(kind, marked(kind, document))
    except CanonicalisationError:
        return
    assert agreed(Case(json.dumps(genuine), public_keys(), NOW), pages)


def with_value(document: Json, path: tuple[str | int, ...], value: Any) -> None:  # noqa: ANN401
    try:
        parent = at(document, path[:-1])
    except (KeyError, IndexError):
        return
    if path[-1] in parent:
        parent[path[-1]] = value
