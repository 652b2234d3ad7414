"""What the page says: status, doses, dates, next dose, identity."""

import json
import random
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.certificate import Stage
from credential.errors import BadUserInput
from credential.formats.pictures import read_codes
from credential.formats.qr_zip import unpack
from credential.qr import QrTooLong
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
from credential.rendering import Bilingual, Layout, PrintedCertificate, printed
from credential.rendering.identity import identity_shown, passport_number
from credential.rendering.vaccines import next_dose_window, vaccine_type

GIVEN = datetime(2021, 12, 15, 20, 0, tzinfo=UTC)  # already the 16th in India
ISSUED = datetime(2021, 12, 31, 18, 30, tzinfo=UTC)  # the first moment of 2022 in India
TEXT = json.dumps({"type": "VerifiableCredential"})

RECORD = VaccinationRecord(
    beneficiary_id="90000000000001",
    recipient=Recipient(name="Sample Person 1", age=34, gender="Female", identity="did:Aadhaar:999999999999"),
    vaccination=Vaccination(
        name="COVAXIN", batch="B1", manufacturer="Bharat Biotech", date=GIVEN, dose=1, total_doses=2
    ),
    vaccinator=Vaccinator(name="Sample Nurse 1"),
    facility=Facility(name="Sample Centre 1", address=Address(district="Sample District", state="Karnataka")),
    kind=Kind.DOMESTIC,
)


def page(
    record: VaccinationRecord,
    *,
    language: str = "EN",
    earlier: tuple[EarlierDose, ...] = (),
    layout: Layout | None = None,
) -> PrintedCertificate:
    return printed(
        record,
        certificate_id="1SAMPLE",
        issued_at=ISSUED,
        credential_text=TEXT,
        language=language,
        earlier=earlier,
        layout=layout,
    )


def with_dose(dose: int, total: int = 2, name: str = "COVAXIN", kind: Kind = Kind.DOMESTIC) -> VaccinationRecord:
    vaccination = msgspec.structs.replace(RECORD.vaccination, dose=dose, total_doses=total, name=name)
    return msgspec.structs.replace(RECORD, vaccination=vaccination, kind=kind)


@pytest.mark.parametrize(
    ("dose", "total", "stage", "status"),
    [
        (1, 2, Stage.PROVISIONAL, "Partially Vaccinated (1 Dose)"),
        (2, 3, Stage.PROVISIONAL, "Partially Vaccinated (2 Doses)"),
        (1, 1, Stage.FINAL, "Fully Vaccinated (1 Dose)"),
        (2, 2, Stage.FINAL, "Fully Vaccinated (2 Doses)"),
        (3, 2, Stage.PRECAUTION, "Fully Vaccinated (2 Doses) and a Precaution Dose"),
        (4, 2, Stage.PRECAUTION, "Fully Vaccinated (2 Doses) and 2 Precaution Doses"),
    ],
)
def test_status_wording(dose: int, total: int, stage: Stage, status: str) -> None:
    certificate = page(with_dose(dose, total))
    assert (certificate.stage, certificate.status) == (stage, Bilingual(status))


def test_a_second_language_adds_its_own_wording() -> None:
    certificate = page(with_dose(2), language="HI")
    assert certificate.status == Bilingual("Fully Vaccinated (2 Doses)", "पूर्ण टीकाकरण (2 खुराकें)")
    assert "भारत सरकार" in certificate.issuer.local
    assert certificate.issued_on == Bilingual("01 Jan 2022", "1 जनवरी 2022")
    assert certificate.age == Bilingual("34 years", "34 वर्ष")
    assert certificate.gender == Bilingual("Female", "महिला")
    assert certificate.doses[0].dose == Bilingual("2/2")  # the same in both, so said once


def test_days_are_those_of_india() -> None:
    certificate = page(RECORD)
    assert certificate.doses[0].date.english == "16 Dec 2021"
    assert certificate.issued_on == Bilingual("01 Jan 2022")


def test_international_is_english_with_iso_dates_birth_and_passport() -> None:
    recipient = msgspec.structs.replace(
        RECORD.recipient, date_of_birth="1987-06-15", identity="did:Passport:Z1234567", age=None
    )
    record = msgspec.structs.replace(with_dose(2, kind=Kind.INTERNATIONAL), recipient=recipient)
    certificate = page(record, language="HI")
    assert certificate.date_of_birth == "1987-06-15"
    assert certificate.identity == "Z1234567"
    assert certificate.issued_on == Bilingual("2022-01-01")
    assert (certificate.doses[0].dose.english, certificate.doses[0].date.english) == ("2nd", "2021-12-16")
    assert certificate.status.local == certificate.issuer.local == certificate.gender.local == ""


def test_international_without_a_passport_prints_no_other_document() -> None:
    assert page(with_dose(2, kind=Kind.INTERNATIONAL)).identity == "NA"


def test_age_is_counted_from_the_date_of_birth_where_none_is_given() -> None:
    recipient = msgspec.structs.replace(RECORD.recipient, age=None, date_of_birth="1987-12-16")
    assert page(msgspec.structs.replace(RECORD, recipient=recipient)).age == Bilingual("34 years")


def test_earlier_doses_of_the_store_are_listed_and_the_records_own_word_wins() -> None:
    def dose(number: int, batch: str) -> EarlierDose:
        return EarlierDose(dose=number, date=GIVEN - timedelta(days=90), name="COVISHIELD", batch=batch)

    record = msgspec.structs.replace(with_dose(3), earlier_doses=(dose(2, "record"),))
    rows = page(record, earlier=(dose(2, "store"), dose(1, "store"), dose(3, "itself"), dose(4, "later"))).doses
    assert [(row.dose.english, row.batch, row.current) for row in rows] == [
        ("1/2", "store", False),
        ("2/2", "record", False),
        ("Precaution dose", "B1", True),
    ]
    assert rows[0].vaccine_type == "COVID-19 vaccine, non-replicating viral vector"
    assert rows[0].manufacturer == "NA"


def test_empty_parts_of_a_place_are_left_out() -> None:
    assert page(RECORD).vaccinated_at == "Sample Centre 1, Sample District, Karnataka"
    alone = msgspec.structs.replace(RECORD, facility=Facility(name="Sample Centre 1"))
    assert page(alone).vaccinated_at == "Sample Centre 1"


@pytest.mark.parametrize(
    ("vaccine", "due"),
    [
        ("COVAXIN", "Between 13 Jan 2022 and 27 Jan 2022"),
        ("Covishield (Recombinant)", "Between 10 Mar 2022 and 07 Apr 2022"),
        ("Sputnik V", "Between 06 Jan 2022 and 16 Mar 2022"),
        ("ZyCoV-D", "Due on 13 Jan 2022"),
        ("Covovax", "Due on 06 Jan 2022"),
        ("Another", "Due on 05 Jan 2022"),
    ],
)
def test_next_dose(vaccine: str, due: str) -> None:
    assert page(with_dose(1, name=vaccine)).next_due == Bilingual(due)
    assert page(with_dose(2, name=vaccine)).next_due == Bilingual("")


def test_vaccine_types() -> None:
    assert vaccine_type("Comirnaty (Pfizer)") == "COVID-19 vaccine, mRNA based vaccine"
    assert vaccine_type("unheard of") == ""
    assert next_dose_window("covaxin", date(2021, 1, 31)) == (date(2021, 2, 28), date(2021, 3, 14))


def test_the_qr_holds_the_stored_text_byte_for_byte() -> None:
    (payload,) = read_codes(page(RECORD).qr)
    assert unpack(payload) == TEXT


def test_a_credential_that_fits_no_qr_is_refused() -> None:
    with pytest.raises(QrTooLong):
        printed(
            RECORD,
            certificate_id="1",
            issued_at=ISSUED,
            credential_text="".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789ABCD", k=4000)),
            language="EN",
        )


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(BadUserInput, match="language must be one of") as caught:
        page(RECORD, language="XX")
    assert caught.value.path == ("language",)


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        ("did:Aadhaar:999999999999", "Aadhaar # XXXXXXXX9999"),
        ("did:Aadhaar Card:9999 9999 9999", "Aadhaar # XXXXXXXXX 9999"),
        ("did:Passport:Z1234567", "Passport # Z1234567"),
        ("did:Passport Number:Z1234567", "Passport # Z1234567"),
        ("did:Driving License:KA0120200001234", "Driver's License # KA0120200001234"),
        ("did:Voter ID:KRA1234567", "Voter ID # KRA1234567"),
        ("did:PAN Card:ABCDE1234F", "PAN Card # ABCDE1234F"),
        ("did:NPR Smart Card:12", "NPR Smart Card # 12"),
        ("did:Unique Disability ID:UD12", "Unique Disability # UD12"),
        ("did:Service Identity Card:S1", "Service Identity Card # S1"),
        ("did:pension:P1", "Pension Document # P1"),
        ("did:unknown:abc", "abc"),
        ("", "NA"),
        ("NA", "NA"),
        ("_", "NA"),
    ],
)
def test_identity_documents(identity: str, shown: str) -> None:
    assert identity_shown(identity) == shown


@pytest.mark.parametrize(
    "kind",
    [
        "Aadhaar",
        "aadhar",
        "Adhaar",
        "adhar",
        "AADHAR CARD",
        "Aadhaar%20Card",
        "Aadaar",
        "in.gov.uidai.aadhaar",
        "UIDAI",
        "आधार",
        "aa dhar",
    ],
)
def test_every_spelling_of_aadhaar_is_masked(kind: str) -> None:
    assert identity_shown(f"did:{kind}:123456789012") == "Aadhaar # XXXXXXXX9012"


@pytest.mark.parametrize(
    "identity",
    [
        "did:india:123456789012",
        "123456789012",
        "1234 5678 9012",
        "१२३४५६७८९०१२",
        "did:Voter ID:123456789012",
        "did:Passport:1234-5678-9012",
        "https://example.org/id/123456789012",
        "did:unknown:123456789012/",
        "Aadhaar 1234 5678 9012",
        "1234 5678 9012 of the beneficiary",
        "did:Voter ID:1234.5678.9012",
        "did:Voter ID:Aadhaar 123456789012",
        "did:Passport:No. 1234 5678 9012",
        "did:aadhaar:1234567890123456",
    ],
)
def test_a_number_that_may_be_an_aadhaar_is_masked_whatever_stands_before_it(identity: str) -> None:
    shown = identity_shown(identity)
    assert "XXXXXXXX" in shown
    assert sum(character.isdigit() for character in shown) <= 4


@given(st.sampled_from(["", "did:india:", "did:aadhar:", "did:voter:", "urn:x:"]), st.integers(10**11, 10**12 - 1))
def test_no_twelve_digits_are_ever_printed(prefix: str, number: int) -> None:
    assert str(number) not in identity_shown(f"{prefix}{number}")


def test_only_a_passport_gives_a_passport_number() -> None:
    assert passport_number("did:Passport:Z1234567") == "Z1234567"
    assert passport_number("did:Voter ID:KRA1234567") == ""
    assert passport_number("") == ""


def test_no_aadhaar_is_printed_as_a_passport() -> None:
    assert passport_number("did:Passport:123456789012") == "XXXXXXXX9012"
