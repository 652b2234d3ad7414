"""Who the subject of a Co-WIN credential is: `credentialSubject.id`."""

import re
from typing import Final

from credential.record import Kind, VaccinationRecord

_DID: Final = "did:india:"
# A passport's number has at most nine characters (ICAO 9303-4), so an Aadhaar number of twelve digits never fits.
_PASSPORT: Final = re.compile(r"(?:did:)?passport[\s:]+([A-Z0-9]{5,9})", re.IGNORECASE)
_MISSING: Final = re.compile(r"NA|.?")

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_WITH_HOST: Final = frozenset({"http", "https", "ftp", "ws", "wss"})
_AUTHORITY: Final = re.compile(r"(?:.*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?", re.DOTALL)
_FORBIDDEN_HOST: Final = re.compile(r"[\x00-\x20#/<>?@\\^|%]")
_MAX_PORT: Final = 65_535


def bound_subject_id(record: VaccinationRecord, kind: Kind) -> str:
    """Return `did:india:<beneficiaryId>`, or for INTERNATIONAL `did:passport:<number>` of a named passport.

    No other identity number is ever shown (contract, Profiles).
    """
    passport = _PASSPORT.fullmatch(record.recipient.identity) if kind is Kind.INTERNATIONAL else None
    return f"did:passport:{passport[1].upper()}" if passport else _DID + record.beneficiary_id


def exact_subject_id(record: VaccinationRecord) -> str:
    """Return the subject id that the old signer derives from the identity (Co-WIN specification 2.3)."""
    identity = record.recipient.identity
    if is_url(identity):
        return _with_plain_method(identity) if identity.startswith("did:") else identity
    return _DID + (record.beneficiary_id if _MISSING.fullmatch(identity.upper()) else identity)


def _with_plain_method(did: str) -> str:
    scheme, method, *rest = did.split(":")
    return ":".join([scheme, method.replace('"', "").replace(" ", "").lower(), *rest])


def is_url(text: str) -> bool:
    """Tell whether the WHATWG URL parser accepts the text without a base; IDNA and IPv4 hosts are not looked into."""
    found = _SCHEME.fullmatch(re.sub(r"[\t\r\n]", "", text.strip(" ")))
    if not found:
        return False
    scheme, rest = found[1].lower(), found[2]
    if scheme in _WITH_HOST:
        host = re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0]
        return _is_authority(host, empty=False)
    return not rest.startswith("//") or _is_authority(re.split(r"[/?#]", rest[2:], maxsplit=1)[0], empty=True)


def _is_authority(text: str, *, empty: bool) -> bool:
    found = _AUTHORITY.fullmatch(text)
    if not found or _FORBIDDEN_HOST.search(found["host"]):
        return False
    return (empty or bool(found["host"])) and int(found["port"] or 0) <= _MAX_PORT
