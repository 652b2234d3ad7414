import copy
import hashlib
import json
from base64 import urlsafe_b64encode

import pytest

from credential.binding import digest, mark, marked_digest
from credential.errors import CanonicalisationError
from credential.keys import Profile
from tests.issued import issued, unsigned


def test_the_digest_is_over_the_sorted_json_without_proof_and_fragment() -> None:
    document = issued(Profile.COWIN_V1)
    bare = copy.deepcopy(document)
    del bare["proof"]
    bare["evidence"][0]["id"] = bare["evidence"][0]["id"].split("#")[0]
    # for ASCII members and integers, sorted compact JSON is the JCS form
    canonical = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    raw = hashlib.sha256(b"pramaan-binding-v1\x00" + canonical).digest()[:16]
    assert digest(document) == urlsafe_b64encode(raw).decode().rstrip("=")


def test_marking_changes_only_the_evidence_id_and_never_the_argument() -> None:
    plain = unsigned(Profile.COWIN_V1, bound=False)
    before = copy.deepcopy(plain)
    marked = mark(plain)
    assert plain == before
    marked["evidence"][0]["id"] = marked["evidence"][0]["id"].split("#")[0]
    assert marked == plain


def test_marking_twice_gives_the_same() -> None:
    marked = unsigned(Profile.COWIN_V2)
    assert mark(marked) == marked


@pytest.mark.parametrize("suffix", ["", ".0.0", ".3.131071"])
def test_a_status_list_and_index_may_follow_the_digest(suffix: str) -> None:
    assert marked_digest(f"https://cowin.gov.in/vaccine/1#b1.{'A' * 22}{suffix}") == "A" * 22


@pytest.mark.parametrize(
    "fragment",
    [
        "",
        "b1.",
        "b1." + "A" * 21,
        "b1." + "A" * 23,
        "b2." + "A" * 22,
        "b1." + "A" * 22 + ".1",
        "b1." + "A" * 22 + ".01.1",
    ],
)
def test_other_fragments_are_no_mark(fragment: str) -> None:
    assert marked_digest(f"https://cowin.gov.in/vaccine/1#{fragment}") is None


def test_a_number_that_has_no_canonical_form_is_refused() -> None:
    document = unsigned(Profile.COWIN_V1, bound=False)
    document["evidence"][0]["dose"] = 2**60
    with pytest.raises(CanonicalisationError):
        digest(document)
