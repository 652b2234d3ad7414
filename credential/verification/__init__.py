"""Is this certificate genuine and in force? The contract's list of checks, one small function each."""

from credential.verification.judge import Examination, conclude, examine, judge, unreadable
from credential.verification.result import Check, CheckCode, CheckStatus, Facts, Policy, Verdict, Verification
from credential.verification.standing import StandingLookup, StatusAnswer
from credential.verification.status_lists import ListAnswer, Seen, StatusLists

__all__ = [
    "Check",
    "CheckCode",
    "CheckStatus",
    "Examination",
    "Facts",
    "ListAnswer",
    "Policy",
    "Seen",
    "StandingLookup",
    "StatusAnswer",
    "StatusLists",
    "Verdict",
    "Verification",
    "conclude",
    "examine",
    "judge",
    "unreadable",
]
