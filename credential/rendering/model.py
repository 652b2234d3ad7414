"""What a certificate's page shows: ready-to-print text and pictures, no rules."""

from dataclasses import dataclass
from datetime import datetime

from credential.certificate import Stage
from credential.record import Kind
from credential.rendering.registry import Layout, Template


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A value in English and in the page's second language, which is empty where there is none."""

    english: str
    local: str = ""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One row of the table of doses. `current` marks the dose that the certificate is for."""

    dose: Bilingual
    date: Bilingual
    vaccine: str
    batch: str
    vaccine_type: str
    manufacturer: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PrintedCertificate:
    """A certificate in ready-to-print text. An empty value leaves its line out.

    `doses` runs from the first dose to the certificate's own. `issued_at` is aware and becomes the document's date.
    `qr` is a PNG, `credential` the signed JSON that a PDF carries as its attachment.
    """

    certificate_id: str
    beneficiary_id: str
    name: str
    age: Bilingual
    date_of_birth: str
    gender: Bilingual
    identity: str
    uhid: str
    kind: Kind
    stage: Stage
    layout: Layout
    status: Bilingual
    doses: tuple[DoseRow, ...]
    vaccinated_by: str
    vaccinated_at: str
    next_due: Bilingual
    issuer: Bilingual
    issued_at: datetime
    issued_on: Bilingual
    verify_url: str
    helpline: str
    qr: bytes
    credential: str
    template: Template
