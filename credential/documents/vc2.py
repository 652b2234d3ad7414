"""The profile vc2: W3C Verifiable Credentials 2.0 with our own context, one IRI per member; empty ones are left out."""

from collections.abc import Mapping
from typing import Any, Final

from credential import contexts, valuesets
from credential.certificate import stage_of
from credential.documents.item import ToIssue, timestamp
from credential.policy import IssuancePolicy
from credential.record import Address, printed_age
from credential.status.positions import ListPurpose, list_url

Json = dict[str, Any]

CONTEXT: Final = (contexts.CREDENTIALS_V2, contexts.VACCINATION_V1)
TYPES: Final = ("VerifiableCredential", "VaccinationCertificate")
ENTRY_TYPE: Final = "BitstringStatusListEntry"


def build_vc2(item: ToIssue, policy: IssuancePolicy) -> Json:
    """Return the unsigned credential. Raises ValueError without `subject_uuid`."""
    if item.subject_uuid is None:
        raise ValueError("The profile vc2 needs a random subject_uuid.")
    return {
        "@context": list(CONTEXT),
        "type": list(TYPES),
        "issuer": policy.did,
        "validFrom": timestamp(item.issued_at),
        **_status(item, policy),
        "credentialSubject": _subject(item, item.subject_uuid),
    }


def _status(item: ToIssue, policy: IssuancePolicy) -> Json:
    """Return the member that names the certificate's bit in the list of either purpose, if it has one."""
    if item.position is None or policy.status_url is None:
        return {}
    index = str(item.position.index)
    lists = [(purpose, list_url(policy.status_url, purpose, item.position.number)) for purpose in ListPurpose]
    return {
        "credentialStatus": [
            {
                "id": f"{url}#{index}",
                "type": ENTRY_TYPE,
                "statusPurpose": purpose.value,
                "statusListIndex": index,
                "statusListCredential": url,
            }
            for purpose, url in lists
        ]
    }


def _subject(item: ToIssue, uuid: str) -> Json:
    recipient = item.record.recipient
    return _filled(
        {
            "id": f"urn:uuid:{uuid}",
            "type": "VaccinatedPerson",
            "beneficiaryId": item.record.beneficiary_id,
            "name": recipient.name,
            "age": printed_age(item.record),
            "birthDate": recipient.date_of_birth,
            "gender": recipient.gender,
            "nationality": recipient.nationality,
            "vaccination": _vaccination(item),
        }
    )


def _vaccination(item: ToIssue) -> Json:
    given, facility, vaccinator = item.record.vaccination, item.record.facility, item.record.vaccinator
    code = valuesets.icd11_code(given.name)
    return _filled(
        {
            "type": "VaccinationEvent",
            "certificateId": item.certificate_id,
            "programme": item.record.programme,
            "kind": item.kind.value,
            "vaccine": given.name,
            "batch": given.batch,
            "manufacturer": given.manufacturer,
            "icd11Code": code,
            "prophylaxis": valuesets.prophylaxis(code),
            "date": timestamp(given.date),
            "effectiveStart": given.effective_start and given.effective_start.isoformat(),
            "effectiveUntil": given.effective_until and given.effective_until.isoformat(),
            "dose": given.dose,
            "totalDoses": given.total_doses,
            "stage": stage_of(given.dose, given.total_doses).value,
            "vaccinator": {"type": "Vaccinator", "name": vaccinator.name} if vaccinator.name else None,
            "facility": _filled(
                {"type": "VaccinationFacility", "name": facility.name, "address": _address(facility.address)}
            ),
        }
    )


def _address(address: Address) -> Json | None:
    parts = _filled(
        {
            "streetAddress": address.line1,
            "streetAddress2": address.line2,
            "city": address.city,
            "district": address.district,
            "region": address.state,
            "postalCode": address.postal_code,
            "country": address.country,
        }
    )
    return {"type": "PostalAddress", **parts} if parts else None


def _filled(members: Mapping[str, Any]) -> Json:
    return {name: value for name, value in members.items() if value not in (None, "")}
