"""Status lists in a verifier's hands: what is believed, and what certificates then are."""

import copy
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from credential.errors import StatusListRefused
from credential.formats.received import Format, Received
from credential.keys import Profile
from credential.status.bitstring import digest, encode
from credential.status.documents import VALIDITY
from credential.status.positions import StatusPosition
from credential.verification import CheckCode, CheckStatus, Policy, Seen, StatusLists, Verdict, Verification, judge
from tests.issued import COWIN, DID, NOW, OTHER_PRIVATE, VOUCHED, Json, issued, public_key
from tests.status_samples import (
    POSITION,
    REFRESH,
    REVOCATION,
    STATUS_URL,
    content,
    delta,
    listed,
    sign,
    status_list,
)

INDEX = POSITION.index
NAME = (DID, f"{STATUS_URL}/revocation/3")
EVERY = (*COWIN, Profile.VC2)
SECOND = timedelta(seconds=1)


def holding(*documents: Json, seen: dict[tuple[str, str], Seen] | None = None) -> StatusLists:
    lists = StatusLists([VOUCHED], seen)
    for document in documents:
        lists.accept(document, now=NOW)
    return lists


def verified(
    document: Json, lists: StatusLists | None, policy: Policy = Policy.STANDARD, later: timedelta = timedelta()
) -> Verification:
    received = Received(Format.JSON, json.dumps(document), document)
    return judge(received, keys=[VOUCHED], policy=policy, now=NOW + later, lists=lists)


def standing(answer: Verification) -> list[CheckStatus]:
    codes = (CheckCode.STATUS_FRESHNESS, CheckCode.REVOCATION, CheckCode.SUPERSESSION)
    return [answer.check(code).status for code in codes]


PASSED, FAILED, OPEN = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.NOT_CHECKED


@pytest.mark.parametrize("profile", EVERY)
def test_a_certificate_whose_bit_is_not_set_is_valid_as_of_the_list(profile: Profile) -> None:
    answer = verified(listed(profile), holding(status_list(content(REVOCATION, 78)), status_list(content(REFRESH))))
    assert (answer.verdict, standing(answer)) == (Verdict.VALID, [PASSED] * 3)
    assert answer.status_as_of == NOW.replace(microsecond=0)
    assert not answer.newer_certificate_exists


@pytest.mark.parametrize("profile", EVERY)
def test_a_revoked_certificate_is_revoked(profile: Profile) -> None:
    answer = verified(listed(profile), holding(status_list(content(REVOCATION, INDEX)), status_list(content(REFRESH))))
    assert (answer.verdict, standing(answer)) == (Verdict.REVOKED, [PASSED, FAILED, PASSED])


@pytest.mark.parametrize("profile", EVERY)
def test_a_superseded_certificate_has_both_bits_and_a_newer_one(profile: Profile) -> None:
    both = holding(status_list(content(REVOCATION, INDEX)), status_list(content(REFRESH, INDEX)))
    answer = verified(listed(profile), both)
    assert (answer.verdict, standing(answer)) == (Verdict.SUPERSEDED, [PASSED, PASSED, FAILED])
    assert answer.newer_certificate_exists


def test_without_the_list_of_refreshes_a_set_bit_is_a_revocation() -> None:
    answer = verified(listed(Profile.VC2), holding(status_list(content(REVOCATION, INDEX))))
    assert answer.verdict is Verdict.REVOKED


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        (Policy.STRICT, Verdict.INCONCLUSIVE),
        (Policy.STANDARD, Verdict.INCONCLUSIVE),
        (Policy.OFFLINE, Verdict.VALID),
    ],
)
def test_an_expired_list_is_not_fresh(policy: Policy, verdict: Verdict) -> None:
    lists = holding(status_list(content(REVOCATION)), status_list(content(REFRESH)))
    answer = verified(listed(Profile.VC2), lists, policy, VALIDITY + SECOND)
    assert (answer.verdict, standing(answer)) == (verdict, [FAILED, OPEN, OPEN])
    assert verified(listed(Profile.VC2), lists, policy, VALIDITY - SECOND).verdict is Verdict.VALID


def test_an_expired_list_still_revokes() -> None:
    lists = holding(status_list(content(REVOCATION, INDEX)), status_list(content(REFRESH)))
    assert verified(listed(Profile.VC2), lists, later=VALIDITY + SECOND).verdict is Verdict.REVOKED


@pytest.mark.parametrize("profile", EVERY)
def test_a_list_that_is_not_at_hand_leaves_the_status_open(profile: Profile) -> None:
    other = status_list(content(REVOCATION, number=4))
    answer = verified(listed(profile), holding(other))
    assert (answer.verdict, standing(answer)) == (Verdict.INCONCLUSIVE, [OPEN] * 3)
    assert verified(listed(profile), None, Policy.OFFLINE).verdict is Verdict.VALID


@pytest.mark.parametrize("profile", EVERY)
def test_a_certificate_from_before_the_lists_has_no_status(profile: Profile) -> None:
    answer = verified(issued(profile), holding(status_list(content(REVOCATION))), Policy.STRICT)
    assert (answer.verdict, standing(answer)) == (Verdict.VALID, [OPEN] * 3)


@pytest.mark.parametrize("profile", COWIN)
def test_an_altered_position_breaks_the_signature(profile: Profile) -> None:
    altered = copy.deepcopy(listed(profile))
    altered["evidence"][0]["id"] = altered["evidence"][0]["id"].replace(".3.77", ".3.78")
    assert verified(altered, None, Policy.OFFLINE).verdict is Verdict.INVALID


def test_an_index_beyond_the_list_tells_nothing() -> None:
    document = listed(Profile.COWIN_V1, StatusPosition(3, 131_072))
    answer = verified(document, holding(status_list(content(REVOCATION))))
    assert answer.verdict is Verdict.INCONCLUSIVE


def test_entries_of_another_purpose_or_number_are_not_the_profile() -> None:
    document = listed(Profile.VC2)
    entries: list[Json] = document["credentialStatus"]
    nothing: list[Json] = []
    for altered in (entries[::-1], entries[:1], nothing):
        answer = verified({**document, "credentialStatus": altered}, None, Policy.OFFLINE)
        assert answer.check(CheckCode.STRUCTURE).status is FAILED


def test_a_tampered_list_is_refused() -> None:
    for name, value in (("encodedList", encode(content(REVOCATION).bits)), ("sequence", 6), ("ttl", 1)):
        document = copy.deepcopy(status_list(content(REVOCATION, INDEX)))
        document["credentialSubject"][name] = value
        with pytest.raises(StatusListRefused, match="does not fit"):
            holding(document)


def test_a_list_of_another_key_is_refused() -> None:
    with pytest.raises(StatusListRefused, match="No trusted key of its issuer"):
        StatusLists([public_key(OTHER_PRIVATE)]).accept(status_list(content(REVOCATION)), now=NOW)


def test_a_list_of_a_compromised_key_is_refused() -> None:
    with pytest.raises(StatusListRefused, match="compromised"):
        StatusLists([replace(VOUCHED, compromised_at=NOW)]).accept(status_list(content(REVOCATION)), now=NOW)


def test_a_list_of_another_issuer_does_not_speak_for_vc2() -> None:
    other = status_list(content(REVOCATION, INDEX), issuer="did:web:other.example")
    assert verified(listed(Profile.VC2), holding(other)).verdict is Verdict.INCONCLUSIVE


def test_two_lists_of_one_number_do_not_speak_for_a_mark_that_has_only_the_number() -> None:
    other = status_list(content(REVOCATION, INDEX), issuer="did:web:other.example")
    lists = holding(other, status_list(content(REVOCATION)))
    assert verified(listed(Profile.COWIN_V1), lists).verdict is Verdict.INCONCLUSIVE
    assert verified(listed(Profile.VC2), lists).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "changes",
    [
        {"id": f"{STATUS_URL}/refresh/3"},
        {"id": f"{STATUS_URL}/revocation/4"},
        {"id": f"{STATUS_URL}/revocation/03"},
        {"type": ["VerifiableCredential", "StatusListDelta"]},
        {"validFrom": "2030-01-01T00:00:00.000Z"},
        {"validUntil": "never"},
        {"issuer": {"id": DID}},
    ],
)
def test_a_list_that_contradicts_itself_is_refused(changes: Json) -> None:
    with pytest.raises(StatusListRefused):
        holding(sign({**{k: v for k, v in status_list(content(REVOCATION)).items() if k != "proof"}, **changes}))


NO_LISTS: list[Json] = [{}, {"type": None}, {"credentialSubject": []}, {"proof": {}}, listed(Profile.VC2)]


@pytest.mark.parametrize("document", NO_LISTS)
def test_what_is_no_list_is_refused(document: Json) -> None:
    with pytest.raises(StatusListRefused):
        holding(document)


def test_a_lower_sequence_than_one_seen_is_refused() -> None:
    lists = holding(status_list(content(REVOCATION, INDEX, sequence=6)))
    with pytest.raises(StatusListRefused, match="older than 6"):
        lists.accept(status_list(content(REVOCATION, sequence=5)), now=NOW)
    assert verified(listed(Profile.VC2), lists).verdict is Verdict.REVOKED
    with pytest.raises(StatusListRefused, match="older than 6"):
        holding(status_list(content(REVOCATION, sequence=5)), seen=dict(lists.seen))


def test_another_list_of_the_same_sequence_is_refused() -> None:
    lists = holding(status_list(content(REVOCATION, INDEX)))
    with pytest.raises(StatusListRefused, match="one of them is not genuine"):
        lists.accept(status_list(content(REVOCATION)), now=NOW)


def test_the_same_list_signed_again_lasts_longer() -> None:
    again = status_list(content(REVOCATION), NOW + timedelta(seconds=200))
    for order in ([again, status_list(content(REVOCATION))], [status_list(content(REVOCATION)), again]):
        answer = verified(listed(Profile.VC2), holding(*order), later=VALIDITY + timedelta(seconds=100))
        assert answer.verdict is Verdict.VALID


def test_deltas_lead_to_the_list_whose_digest_they_name() -> None:
    first, second = content(REVOCATION), content(REVOCATION, 1, INDEX, sequence=6)
    third = content(REVOCATION, 1, sequence=9)
    lists = holding(status_list(first), status_list(content(REFRESH)), delta(first, second))
    assert verified(listed(Profile.VC2), lists).verdict is Verdict.REVOKED
    lists.accept(delta(second, third), now=NOW)
    whole = holding(status_list(third))
    assert lists.seen[NAME] == whole.seen[NAME]
    assert lists.seen[NAME].sequence == 9


def test_a_delta_that_does_not_lead_on_is_refused() -> None:
    first, second, third = (content(REVOCATION, sequence=number) for number in (5, 6, 7))
    alone, gap = [delta(first, second)], [status_list(first), delta(second, third)]
    for documents in (alone, gap, [status_list(second), delta(first, third)]):
        with pytest.raises(StatusListRefused, match=r"not at hand|does not lead on"):
            holding(*documents)


def test_a_delta_to_another_list_than_it_names_is_refused() -> None:
    first, second = content(REVOCATION), content(REVOCATION, INDEX, sequence=6)
    made = delta(first, second)
    made["credentialSubject"]["digestMultibase"] = digest(first.bits)
    unsigned = {name: member for name, member in made.items() if name != "proof"}
    with pytest.raises(StatusListRefused, match="whose digest"):
        holding(status_list(first), sign(unsigned))
    with pytest.raises(StatusListRefused, match="does not fit"):
        holding(status_list(first), made)
