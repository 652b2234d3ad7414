"""What a certificate's page shows: ready-to-print text and a picture, no rules."""

from dataclasses import dataclass
from datetime import datetime

from credential.certificate import Stage
from credential.record import Kind


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One row of the table of doses. `current` marks the dose that the certificate is for."""

    dose: str
    date: str
    vaccine: str
    batch: str
    vaccine_type: str
    manufacturer: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PrintedCertificate:
    """A certificate in ready-to-print text. An empty value leaves its line out.

    `status_local` and `issuer_local` are in the page's second language, empty where there is none. `doses` runs from
    the first dose to the certificate's own. `issued_at` is aware and becomes the document's date. `qr` is a PNG.
    """

    certificate_id: str
    beneficiary_id: str
    name: str
    age: str
    date_of_birth: str
    gender: str
    identity: str
    uhid: str
    kind: Kind
    stage: Stage
    status: str
    status_local: str
    doses: tuple[DoseRow, ...]
    vaccinated_by: str
    vaccinated_at: str
    next_due: str
    issuer: str
    issuer_local: str
    issued_at: datetime
    issued_on: str
    verify_url: str
    helpline: str
    qr: bytes
