"""ISSUER, KEY and SIGNATURE: who is said to have signed, and whether that is so.

Several keys may bear one name (old verifiers hold one key under did:india), so every key that fits by issuer, name and
algorithm is tried, those whose period covers the proof's time first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from credential.errors import CanonicalisationError, ConfigurationError, DocumentError, SignatureMismatch
from credential.keys import PublicKey
from credential.proof import ALGORITHMS, ProofFacts, verify
from credential.sandbox import names_sandbox
from credential.verification.result import Check, CheckCode, failed, not_checked, passed

PURPOSE: Final = "assertionMethod"
COMPROMISED: Final = "The key was compromised, so only a certificate that the issuer's records hold counts."


def check_issuer(document: Mapping[str, Any], keys: Iterable[PublicKey]) -> Check:
    """Check that a key is known for the issuer; a key without an issuer is vouched for by the caller."""
    issuer = document.get("issuer")
    if not isinstance(issuer, str):
        return not_checked(CheckCode.ISSUER, "The issuer cannot be read.")
    if any(key.issuer in (None, issuer) for key in keys):
        return passed(CheckCode.ISSUER, "The issuer is known.")
    if names_sandbox(issuer):
        return failed(CheckCode.ISSUER, "A sample of a sandbox, whose keys everybody has: it proves nothing.")
    return failed(CheckCode.ISSUER, "No key of this issuer is known; a genuine certificate may still be meant.")


def find_signer(
    document: Mapping[str, Any], proof: ProofFacts, keys: Iterable[PublicKey]
) -> tuple[PublicKey | None, tuple[Check, Check]]:
    """Return the key that made the signature, None where none did, and the checks KEY and SIGNATURE."""
    candidates = _candidates(document, proof, keys)
    if proof.purpose != PURPOSE or not candidates:
        reason = "The proof's purpose is not assertionMethod." if candidates else "No known key bears the proof's name."
        return None, (failed(CheckCode.KEY, reason), not_checked(CheckCode.SIGNATURE, "There is no key to check with."))
    fault: DocumentError | ConfigurationError | None = None
    for key in candidates:
        try:
            verify(document, key)
        except (DocumentError, ConfigurationError) as error:
            fault = error
            if isinstance(error, CanonicalisationError):
                break
        else:
            return key, (check_key(key, proof.created), passed(CheckCode.SIGNATURE, "The signature fits."))
    return None, (check_key(candidates[0], proof.created), failed(CheckCode.SIGNATURE, _reason(fault)))


def _reason(fault: Exception | None) -> str:
    if isinstance(fault, SignatureMismatch):
        return "The signature does not fit: the certificate was altered, or another key made it."
    return str(fault)


def _candidates(document: Mapping[str, Any], proof: ProofFacts, keys: Iterable[PublicKey]) -> Sequence[PublicKey]:
    fitting = (
        key
        for key in keys
        if key.issuer in (None, document["issuer"])
        and key.verification_method in (None, proof.verification_method)
        and key.algorithm is ALGORITHMS[proof.suite]
    )
    return sorted(fitting, key=lambda key: not in_period(key, proof.created) or key.compromised_at is not None)


def in_period(key: PublicKey, created: datetime | None) -> bool:
    """Tell whether the key was active at a time; a key without a period always was."""
    if created is None:
        return key.active_from is None and key.retired_at is None
    return (key.active_from is None or key.active_from <= created) and (
        key.retired_at is None or created <= key.retired_at
    )


def check_key(key: PublicKey, created: datetime | None) -> Check:
    """Check the key's period. A compromised key fails until the issuer's records speak for the certificate."""
    if key.compromised_at is not None:
        return failed(CheckCode.KEY, COMPROMISED)
    if not in_period(key, created):
        return failed(CheckCode.KEY, "The proof was made outside of the key's period.")
    return passed(CheckCode.KEY, "A key of the issuer, for assertions, in its period.")
