"""A certificate that is plainly none: what previews, checks and the gallery show, in every language's own script."""

import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import shake_256

from credential.certificate import Certificate, Stage, Status
from credential.keys import Profile
from credential.record import (
    Address,
    EarlierDose,
    Facility,
    Kind,
    Recipient,
    Vaccination,
    VaccinationRecord,
    Vaccinator,
)
from credential.rendering import Layout, PrintedCertificate, Template, printed
from credential.rendering.translation import LANGUAGES

GIVEN = datetime(2022, 1, 15, 5, 30, tzinfo=UTC)
BETWEEN_DOSES = timedelta(days=90)
TOTAL_DOSES = 2
_DOSES = {Stage.PROVISIONAL: 1, Stage.FINAL: 2, Stage.PRECAUTION: 3}
_IDENTITIES = {Kind.DOMESTIC: "did:Aadhaar:999999999999", Kind.INTERNATIONAL: "did:Passport:Z0000000"}
_SIGNATURE_BYTES = 620  # makes the code as dense as that of a signed certificate
_PREFIX = "SAMPLE-"
_ENGLISH_NAME = "Sample Person 1"
_NAMES = {
    "AS": "নমুনা ব্যক্তি 1",
    "BN": "নমুনা ব্যক্তি 1",
    "BRX": "नमुना मानसि 1",
    "DOI": "नमूना व्यक्ति 1",
    "GU": "નમૂના વ્યક્તિ 1",
    "HI": "नमूना व्यक्ति 1",
    "KN": "ಮಾದರಿ ವ್ಯಕ್ತಿ 1",
    "KOK": "नमुनो व्यक्ती 1",
    "KS": "نموٗنہٕ شخص 1",
    "MAI": "नमूना व्यक्ति 1",
    "ML": "മാതൃകാ വ്യക്തി 1",
    "MNI": "ꯁꯦꯝꯄꯜ ꯃꯤ 1",
    "MR": "नमुना व्यक्ती 1",
    "NE": "नमुना व्यक्ति 1",
    "OR": "ନମୁନା ବ୍ୟକ୍ତି 1",
    "PA": "ਨਮੂਨਾ ਵਿਅਕਤੀ 1",
    "SA": "निदर्शनव्यक्तिः 1",
    "SAT": "ᱱᱢᱩᱱᱟ ᱦᱚᱲ 1",
    "SD": "نمونو شخص 1",
    "TA": "மாதிரி நபர் 1",
    "TE": "నమూనా వ్యక్తి 1",
    "UR": "نمونہ شخص 1",
}


def kind_of(layout: Layout) -> Kind:
    """Return the kind of certificate that a layout's sample is."""
    return Kind.INTERNATIONAL if layout is Layout.INTERNATIONAL else Kind.DOMESTIC


def sample(template: Template, *, language: str, layout: Layout, stage: Stage) -> PrintedCertificate:
    """Return a sample page. Raises BadUserInput for an unknown language."""
    return printed(
        _record(kind_of(layout), stage, _NAMES.get(language, _ENGLISH_NAME)),
        certificate_id="1SAMPLE0000000000000000000000",
        issued_at=GIVEN,
        credential_text=_unsigned(language),
        language=language,
        layout=layout,
        template=template,
    )


def sample_id(stage: Stage) -> str:
    """Return the id under which the sample of a stage is asked for, which is none of ours."""
    return f"{_PREFIX}{stage}"


def is_sample(certificate_id: str) -> bool:
    """Tell whether an id is a sample's."""
    return certificate_id in {sample_id(stage) for stage in Stage}


def sample_certificate(certificate_id: str, *, language: str, layout: Layout) -> Certificate:
    """Return the sample of an id, as an issued certificate that nobody signed. Raises ValueError for another id."""
    stage = Stage(certificate_id.removeprefix(_PREFIX))
    kind = kind_of(layout)
    return Certificate(
        id=certificate_id,
        record=_record(kind, stage, _NAMES.get(language, _ENGLISH_NAME)),
        kind=kind,
        status=Status.ISSUED,
        version=1,
        live=True,
        created_at=GIVEN,
        client_id="",
        issued_at=GIVEN,
        credentials={Profile.COWIN_V1: _unsigned(language)},
    )


def languages_of(layout: Layout) -> list[str]:
    """Return the languages in which pages of a layout differ: the international one is English everywhere."""
    return ["EN"] if layout is Layout.INTERNATIONAL else list(LANGUAGES)


def _record(kind: Kind, stage: Stage, name: str) -> VaccinationRecord:
    dose = _DOSES[stage]
    maker = "Sample Maker Limited"
    earlier = tuple(
        EarlierDose(number, GIVEN - BETWEEN_DOSES * (dose - number), "COVAXIN", f"SAMPLE-{number}", maker)
        for number in range(1, dose)
    )
    return VaccinationRecord(
        beneficiary_id="90000000000001",
        recipient=Recipient(
            name=name, age=34, date_of_birth="1987-06-15", gender="Female", identity=_IDENTITIES[kind], uhid=""
        ),
        vaccination=Vaccination(
            name="COVAXIN",
            batch=f"SAMPLE-{dose}",
            manufacturer=maker,
            date=GIVEN,
            dose=dose,
            total_doses=TOTAL_DOSES,
        ),
        vaccinator=Vaccinator(name="Sample Nurse 1"),
        facility=Facility(
            name="Sample Health Centre 1", address=Address(district="Sample District", state="Sample State")
        ),
        kind=kind,
        earlier_doses=earlier,
    )


def _unsigned(language: str) -> str:
    """Return text as long as a credential, which says that it is none."""
    noise = base64.urlsafe_b64encode(shake_256(language.encode()).digest(_SIGNATURE_BYTES)).decode()
    return json.dumps({"sample": "This is no certificate.", "language": language, "noise": noise})
