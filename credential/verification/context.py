"""CONTEXT and SUBJECT_ID: two things that the signatures of Co-WIN profiles do not cover."""

import re
from collections.abc import Mapping
from typing import Any, Final

from credential import contexts
from credential.documents import vc2
from credential.documents.cowin import cowin_context
from credential.keys import Profile
from credential.verification.result import Check, CheckCode, failed, passed

# Spaces are read as jsonld.js 2.0.2 reads them: such ids were issued before 2022 (Co-WIN specification 2.3, 2.6).
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")


def check_context(document: Mapping[str, Any], profile: Profile) -> Check:
    """Check that the contexts are bundled and are those of the profile and the issuer, in order.

    RDF signatures cover what a context makes of the members, not its address: v1 could be replaced by v2.
    """
    named = document["@context"]
    if not contexts.KNOWN.issuperset(named):
        return failed(CheckCode.CONTEXT, "A context is not bundled; contexts are never downloaded.")
    expected = list(vc2.CONTEXT) if profile is Profile.VC2 else cowin_context(document["issuer"], profile)
    if named != expected:
        return failed(CheckCode.CONTEXT, f"The contexts are not those of {profile.value} and this issuer.")
    return passed(CheckCode.CONTEXT, f"The bundled contexts of {profile.value}.")


def check_subject_id(document: Mapping[str, Any]) -> Check:
    """Check that the subject's id is absolute: RDF drops a relative one with everything that it says."""
    if _ABSOLUTE.fullmatch(document["credentialSubject"]["id"]):
        return passed(CheckCode.SUBJECT_ID, "The subject's id is absolute.")
    return failed(CheckCode.SUBJECT_ID, "The subject's id is relative, so that nothing about the person is signed.")
