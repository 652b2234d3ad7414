"""Record to unsigned credential, one builder per profile (contract, Profiles)."""

from collections.abc import Sequence
from typing import Any

from credential.documents.cowin import build_cowin
from credential.documents.item import ToIssue
from credential.documents.vc2 import build_vc2
from credential.keys import Profile
from credential.policy import IssuancePolicy

__all__ = ["ToIssue", "build"]


def build(items: Sequence[ToIssue], *, profile: Profile, policy: IssuancePolicy) -> list[dict[str, Any]]:
    """Return one unsigned credential per item, in order.

    Co-WIN profiles are bound by the mark `#b1.` or, with `policy.bound` False, are the old signer's bytes (Co-WIN
    specification 2.1 to 2.4). Raises ValueError where the profile vc2 finds no `subject_uuid`.
    """
    if profile is Profile.VC2:
        return [build_vc2(item, policy) for item in items]
    return [build_cowin(item, profile, policy) for item in items]
