"""NOT_BEFORE and EXPIRY."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from credential.keys import Profile
from credential.moments import moment
from credential.verification.result import Check, CheckCode, failed, not_checked, passed

SKEW: Final = timedelta(seconds=300)


def check_not_before(document: Mapping[str, Any], profile: Profile, now: datetime) -> Check:
    """Check that the certificate was issued by now; clocks may differ by 300 s."""
    start = moment(document["validFrom" if profile is Profile.VC2 else "issuanceDate"])
    if start is None:
        return not_checked(CheckCode.NOT_BEFORE, "The date of issue cannot be read.")
    if start > now + SKEW:
        return failed(CheckCode.NOT_BEFORE, "The date of issue is in the future.")
    return passed(CheckCode.NOT_BEFORE, "The certificate is in force since its issue.")


def check_expiry(document: Mapping[str, Any], profile: Profile, now: datetime) -> Check:
    """Check the end that the issuer set, if any; effectiveUntil is about the vaccine and ends no certificate."""
    text = document.get("validUntil" if profile is Profile.VC2 else "expirationDate")
    if text is None:
        return passed(CheckCode.EXPIRY, "The certificate does not expire.")
    end = moment(text)
    if end is None:
        return not_checked(CheckCode.EXPIRY, "The date of expiry cannot be read.")
    if end < now:
        return failed(CheckCode.EXPIRY, "The certificate has expired.")
    return passed(CheckCode.EXPIRY, "The certificate has not expired.")
