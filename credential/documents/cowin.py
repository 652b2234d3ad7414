"""The profiles cowin-v1 and cowin-v2: the old signer's documents, member by member (Co-WIN specification 2.1 to 2.4).

Bound, they carry the mark `#b1.` and no address, uhid or identity number of the recipient (contract, Profiles); exact,
they are the old signer's own bytes.
"""

import re
from typing import Any, Final

from credential import contexts, valuesets
from credential.binding import mark
from credential.documents.item import ToIssue, timestamp
from credential.documents.subject_id import bound_subject_id, exact_subject_id
from credential.keys import Profile
from credential.policy import IssuancePolicy
from credential.record import Address, VaccinationRecord, printed_age

Json = dict[str, Any]

TYPES: Final = ("VerifiableCredential", "ProofOfVaccinationCredential")
_OF_DIVOC: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?divoc\.dev(?::[0-9]*)?(?:[/?#]|\Z)", re.ASCII | re.IGNORECASE
)
_PLAIN_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,9}")
_FIRST_YEAR: Final = 1900


def cowin_context(issuer: str, profile: Profile) -> list[str]:
    """Return the `@context` of an issuer's Co-WIN credentials: divoc.dev has its own, others use cowin.gov.in's."""
    first = profile is Profile.COWIN_V1
    if _OF_DIVOC.match(issuer):
        return [contexts.CREDENTIALS_V1, contexts.DIVOC_V1 if first else contexts.DIVOC_V2]
    return [contexts.CREDENTIALS_V1, contexts.COWIN_V1 if first else contexts.COWIN_V2]


def build_cowin(item: ToIssue, profile: Profile, policy: IssuancePolicy) -> Json:
    """Return the unsigned credential, its members in the old signer's order."""
    base = policy.issuer.rstrip("/") + "/"
    document: Json = {
        "@context": cowin_context(base, profile),
        "type": list(TYPES),
        "credentialSubject": _subject(item, profile, bound=policy.bound),
        "issuer": policy.issuer,
        "issuanceDate": timestamp(item.issued_at),
        "evidence": [_evidence(item, profile, base)],
        "nonTransferable": "true",
    }
    return mark(document, item.position if policy.status_url else None) if policy.bound else document


def _subject(item: ToIssue, profile: Profile, *, bound: bool) -> Json:
    record, recipient = item.record, item.record.recipient
    subject: Json = {
        "type": "Person",
        "id": bound_subject_id(record, item.kind) if bound else exact_subject_id(record),
        "refId": record.beneficiary_id,
        "name": recipient.name,
        "uhid": "" if bound else recipient.uhid,
        "gender": recipient.gender,
        "age": _bound_age(record) if bound else _exact_age(item),
        "nationality": recipient.nationality,
        "address": _recipient_address(recipient.address, profile, bound=bound),
    }
    if profile is Profile.COWIN_V2:
        subject["dob"] = recipient.date_of_birth or ""
    return subject


def _recipient_address(address: Address, profile: Profile, *, bound: bool) -> Json:
    return _address(Address(), "") if bound else _address(address, _country(address, profile))


def _bound_age(record: VaccinationRecord) -> str:
    age = printed_age(record)
    return "" if age is None else str(age)


def _exact_age(item: ToIssue) -> str:
    """Return the age as given, else the difference of years without a look at the month (Co-WIN specification 2.2)."""
    recipient = item.record.recipient
    if recipient.age is not None:
        return str(recipient.age)
    born = int((recipient.date_of_birth or "0")[:4])
    return str(item.issued_at.year - born) if born > _FIRST_YEAR else ""


def _evidence(item: ToIssue, profile: Profile, base: str) -> Json:
    given, facility = item.record.vaccination, item.record.facility
    evidence: Json = {
        "id": f"{base}vaccine/{item.certificate_id}",
        "feedbackUrl": f"{base}?{item.certificate_id}",
        "infoUrl": f"{base}?{item.certificate_id}",
        "certificateId": item.certificate_id,
        "type": ["Vaccination"],
        "batch": given.batch,
        "vaccine": given.name,
        "manufacturer": given.manufacturer,
        "date": timestamp(given.date),
        "effectiveStart": given.effective_start.isoformat() if given.effective_start else "",
        "effectiveUntil": given.effective_until.isoformat() if given.effective_until else "",
        "dose": given.dose,
        "totalDoses": given.total_doses,
        "verifier": {"name": item.record.vaccinator.name},
        "facility": {
            "name": facility.name,
            "address": _address(facility.address, _country(facility.address, profile)),
        },
    }
    if profile is Profile.COWIN_V2:
        code = valuesets.icd11_code(given.name)
        evidence |= {"icd11Code": code, "prophylaxis": valuesets.prophylaxis(code)}
    return evidence


def _country(address: Address, profile: Profile) -> str:
    return "IND" if profile is Profile.COWIN_V2 else address.country or "IN"


def _address(address: Address, country: str) -> Json:
    code = address.postal_code
    return {
        "streetAddress": address.line1,
        "streetAddress2": address.line2,
        "district": address.district,
        "city": address.city,
        "addressRegion": address.state,
        "addressCountry": country,
        "postalCode": int(code) if _PLAIN_DECIMAL.fullmatch(code) else code,
    }
