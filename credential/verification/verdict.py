"""From checks to the verdict: the first that applies (contract, verify)."""

from collections.abc import Mapping, Sequence
from typing import Final

from credential.verification.result import Check, CheckCode, CheckStatus, Policy, Verdict

_GENUINE: Final = (
    CheckCode.STRUCTURE,
    CheckCode.CONTEXT,
    CheckCode.SUBJECT_ID,
    CheckCode.ISSUER,
    CheckCode.KEY,
    CheckCode.SIGNATURE,
    CheckCode.FIELD_BINDING,
    CheckCode.PLAUSIBILITY,
)
# In the contract's order of verdicts.
_IN_FORCE: Final[Mapping[CheckCode, Verdict]] = {
    CheckCode.REVOCATION: Verdict.REVOKED,
    CheckCode.SUPERSESSION: Verdict.SUPERSEDED,
    CheckCode.NOT_BEFORE: Verdict.NOT_YET_VALID,
    CheckCode.EXPIRY: Verdict.EXPIRED,
}


def verdict_of(checks: Sequence[Check], policy: Policy, *, has_status: bool) -> Verdict:
    """Return the verdict. `has_status`: the issuer keeps, or may keep, a status of this certificate."""
    status = {check.code: check.status for check in checks}
    if status[CheckCode.DECODE] is not CheckStatus.PASSED:
        return Verdict.UNREADABLE
    if status[CheckCode.ISSUER] is CheckStatus.FAILED:
        return Verdict.UNKNOWN_ISSUER
    if not _genuine(status):
        return Verdict.INVALID
    for code, verdict in _IN_FORCE.items():
        if status[code] is CheckStatus.FAILED:
            return verdict
    return Verdict.INCONCLUSIVE if _open(status, policy, has_status=has_status) else Verdict.VALID


def _genuine(status: Mapping[CheckCode, CheckStatus]) -> bool:
    """Everything up to PLAUSIBILITY must have passed; only FIELD_BINDING may be left open."""
    return all(
        status[code] is CheckStatus.PASSED
        or (code is CheckCode.FIELD_BINDING and status[code] is CheckStatus.NOT_CHECKED)
        for code in _GENUINE
    )


def _open(status: Mapping[CheckCode, CheckStatus], policy: Policy, *, has_status: bool) -> bool:
    if policy is Policy.STRICT and status[CheckCode.FIELD_BINDING] is not CheckStatus.PASSED:
        return True
    if policy is Policy.OFFLINE or not has_status:
        return False
    unknown = status[CheckCode.STATUS_FRESHNESS] is not CheckStatus.PASSED
    return unknown or status[CheckCode.STORED_RECORD] is CheckStatus.FAILED
