"""What the records say of a genuine certificate, and the operation that asks them."""

import copy
import json
from collections.abc import Callable

import pytest

from credential.certificate import Standing, Status
from credential.errors import Unavailable
from credential.formats.qr_zip import pack
from credential.keys import Profile, PublicKey
from credential.operations.verify import verify
from credential.ports import Reading
from credential.proof import proof_facts, signature_hash
from credential.verification import CheckCode, CheckStatus, Policy, StatusAnswer, Verdict, Verification
from tests.issued import (
    CERTIFICATE_ID,
    DID,
    NOW,
    VOUCHED,
    Json,
    check,
    issued,
    public_key,
    signed,
    unsigned,
)


def answer(document: Json, status: Status = Status.ISSUED, **changes: object) -> Callable[[str], StatusAnswer]:
    hashes: tuple[str, ...] = (signature_hash(proof_facts(document).signature),)
    if "signature_hashes" in changes:
        hashes = changes["signature_hashes"]  # type: ignore[assignment]
    standing = Standing(CERTIFICATE_ID, status, None, bool(changes.get("newer_exists")), hashes)

    def lookup(certificate_id: str) -> StatusAnswer:
        return StatusAnswer(standing if certificate_id == CERTIFICATE_ID else None, NOW)

    return lookup


def statuses(result: Verification, *codes: CheckCode) -> list[CheckStatus]:
    return [result.check(code).status for code in codes]


STANDING = (CheckCode.STATUS_FRESHNESS, CheckCode.REVOCATION, CheckCode.SUPERSESSION, CheckCode.STORED_RECORD)


# --- standing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(Status.REVOKED, Verdict.REVOKED), (Status.SUPERSEDED, Verdict.SUPERSEDED), (Status.ISSUED, Verdict.VALID)],
)
def test_the_standing_decides_of_a_genuine_certificate(status: Status, verdict: Verdict) -> None:
    document = issued(Profile.COWIN_V1)
    assert check(document, standing=answer(document, status)).verdict is verdict


def test_a_newer_certificate_is_told() -> None:
    document = issued(Profile.COWIN_V1)
    assert check(document, standing=answer(document, newer_exists=True)).newer_certificate_exists
    assert not check(document, standing=answer(document)).newer_certificate_exists


def test_an_altered_revoked_certificate_is_invalid_and_not_looked_up() -> None:
    document = issued(Profile.COWIN_V1)
    document["credentialSubject"]["name"] = "Sample Person 2"

    def never(certificate_id: str) -> StatusAnswer:
        pytest.fail("looked up before the signature passed")

    assert check(document, standing=never).verdict is Verdict.INVALID


def test_another_certificate_of_a_stored_id_is_inconclusive() -> None:
    document = issued(Profile.COWIN_V1)
    result = check(document, standing=answer(document, signature_hashes=("other",)))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.check(CheckCode.STORED_RECORD).status is CheckStatus.FAILED


@pytest.mark.parametrize("policy", Policy)
def test_a_certificate_that_has_no_status_stays_valid(policy: Policy) -> None:
    result = check(issued(Profile.COWIN_V1), policy=policy, standing=lambda _: StatusAnswer(None, NOW))
    assert result.verdict is Verdict.VALID
    assert set(statuses(result, *STANDING)) == {CheckStatus.NOT_CHECKED}
    assert result.status_as_of is None


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [(Policy.STRICT, Verdict.INCONCLUSIVE), (Policy.STANDARD, Verdict.INCONCLUSIVE), (Policy.OFFLINE, Verdict.VALID)],
)
def test_a_certificate_that_names_a_status_list_needs_its_status(policy: Policy, verdict: Verdict) -> None:
    document = unsigned(Profile.COWIN_V1)
    document["evidence"][0]["id"] += ".4.77"
    assert check(signed(document), policy=policy).verdict is verdict


# --- the operation -------------------------------------------------------------------------------------------------


class Records:
    """What the operation asks of the store."""

    def __init__(self, standing: Standing | None, *, away: bool = False) -> None:
        self.standing, self.away, self.asked = standing, away, [""]

    async def standings(self, ids: list[str]) -> list[Standing | None]:
        self.asked = list(ids)
        if self.away:
            raise Unavailable
        return [self.standing]


async def verified(data: bytes | str, records: object = None, policy: Policy = Policy.STANDARD) -> Verification:
    reading: Reading | None = records  # type: ignore[assignment]
    return await verify(data, keys=[VOUCHED], policy=policy, now=NOW, reading=reading)


def text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


async def test_the_operation_looks_the_certificate_up() -> None:
    document = issued(Profile.COWIN_V1)
    revoked = Records(Standing(CERTIFICATE_ID, Status.REVOKED, NOW, newer_exists=False, signature_hashes=()))
    assert (await verified(pack(text(document)), revoked)).verdict is Verdict.REVOKED
    assert revoked.asked == [CERTIFICATE_ID]


async def test_a_revocation_looked_up_by_the_fields_of_an_unverified_body() -> None:
    forged = text(issued(Profile.COWIN_V1)).replace("Sample Person 1", "Sample Person 2")
    revoked = Records(Standing(CERTIFICATE_ID, Status.REVOKED, NOW, newer_exists=False, signature_hashes=()))
    assert (await verified(forged, revoked)).verdict is Verdict.INVALID
    assert revoked.asked == [""]


async def test_offline_asks_nobody() -> None:
    records = Records(None)
    assert (await verified(text(issued(Profile.COWIN_V1)), records, Policy.OFFLINE)).verdict is Verdict.VALID
    assert records.asked == [""]


async def test_records_that_are_away_leave_the_verdict_open() -> None:
    document = text(issued(Profile.COWIN_V1))
    assert (await verified(document, Records(None, away=True))).verdict is Verdict.INCONCLUSIVE


async def test_no_message_or_fact_of_unreadable_input_repeats_it() -> None:
    result = await verified('{"credentialSubject": {"name": "CANARY"}, "CANARY": 1}')
    assert "CANARY" not in " ".join(c.message for c in result.checks)
    assert result.verdict is Verdict.INVALID


async def test_what_cannot_be_read_is_unreadable_with_the_reason() -> None:
    result = await verified(text(issued(Profile.COWIN_V1)).replace('"dose":1', '"dose":1,"dose":2'))
    assert result.verdict is Verdict.UNREADABLE
    assert "twice" in result.check(CheckCode.DECODE).message
    assert {c.status for c in result.checks[1:]} == {CheckStatus.NOT_CHECKED}
    assert (result.document, result.facts, result.format) == (None, None, None)


def test_verifying_changes_nothing_in_the_document() -> None:
    document = issued(Profile.COWIN_V2)
    before = copy.deepcopy(document)
    check(document)
    assert document == before


def test_the_issuer_of_vc2_is_its_did() -> None:
    key: PublicKey = public_key(issuer=DID, verification_method=f"{DID}#key")
    assert check(issued(Profile.VC2), key).issuer == DID
