"""A record into ready-to-print text (Co-WIN specification 9.3). Days are those of India; values are not translated."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from credential import qr
from credential.certificate import Stage, stage_of
from credential.formats import qr_zip
from credential.record import INDIA, EarlierDose, Facility, Kind, Vaccination, VaccinationRecord, printed_age
from credential.rendering.identity import identity_shown, passport_number
from credential.rendering.model import DoseRow, PrintedCertificate
from credential.rendering.translation import ENGLISH, Translation, translation
from credential.rendering.vaccines import next_dose_window, vaccine_type

VERIFY_URL = "https://verify.cowin.gov.in"
HELPLINE = "1075"
NOTHING = "NA"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the locale
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)

Dated = Callable[[date], str]


def printed(
    record: VaccinationRecord,
    *,
    certificate_id: str,
    issued_at: datetime,
    credential_text: str,
    language: str,
    earlier: Sequence[EarlierDose] = (),
    issuer: str | None = None,
    verify_url: str = VERIFY_URL,
) -> PrintedCertificate:
    """Return what the page shows.

    `credential_text` is the signed JSON as stored, which the QR carries. `earlier` are earlier doses that our store
    knows; the record's own word on a dose comes first. `issuer` defaults to the translations' authority.
    Raises BadUserInput for an unknown language, QrTooLong where the credential does not fit a QR.
    """
    international = record.kind is Kind.INTERNATIONAL
    words = ENGLISH if international else translation(language)
    dated = iso_date if international else plain_date
    given, recipient = record.vaccination, record.recipient
    age = printed_age(record)
    return PrintedCertificate(
        certificate_id=certificate_id,
        beneficiary_id=record.beneficiary_id,
        name=recipient.name,
        age="" if age is None else str(age),
        date_of_birth=recipient.date_of_birth or NOTHING,
        gender=recipient.gender or NOTHING,
        identity=(passport_number(recipient.identity) or NOTHING)
        if international
        else identity_shown(recipient.identity),
        uhid=recipient.uhid,
        kind=record.kind or Kind.DOMESTIC,
        stage=stage_of(given.dose, given.total_doses),
        status=_status(given, ENGLISH),
        status_local="" if words is ENGLISH else _status(given, words),
        doses=_dose_rows(record, earlier, dated),
        vaccinated_by=record.vaccinator.name or NOTHING,
        vaccinated_at=_place(record.facility),
        next_due=_next_due(given, dated),
        issuer=issuer or ENGLISH.issuer.authority,
        issuer_local="" if issuer or words is ENGLISH else words.issuer.authority,
        issued_at=issued_at,
        issued_on=dated(issued_at.astimezone(INDIA).date()),
        verify_url=verify_url,
        helpline=HELPLINE,
        qr=qr.png(qr_zip.pack(credential_text)),
    )


def plain_date(day: date) -> str:
    """Return a day as 02 Jan 2006."""
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"


def iso_date(day: date) -> str:
    """Return a day as 2006-01-02."""
    return day.isoformat()


def _status(given: Vaccination, words: Translation) -> str:
    """Return the wording of the status; a precaution dose does not undo full vaccination."""
    patterns = words.statuses
    stage = stage_of(given.dose, given.total_doses)
    counted = given.dose if stage is Stage.PROVISIONAL else given.total_doses
    doses = (patterns.one_dose if counted == 1 else patterns.doses).format(n=counted)
    extra = given.dose - given.total_doses
    if stage is Stage.PRECAUTION:
        pattern = patterns.full_and_precaution if extra == 1 else patterns.full_and_precautions
        return pattern.format(doses=doses, n=extra)
    return (patterns.partial if stage is Stage.PROVISIONAL else patterns.full).format(doses=doses)


def _place(facility: Facility) -> str:
    parts = (facility.name, facility.address.district, facility.address.state)
    return ", ".join(part for part in parts if part) or NOTHING


def _next_due(given: Vaccination, dated: Dated) -> str:
    if given.dose >= given.total_doses:
        return ""
    first, last = next_dose_window(given.name, given.date.astimezone(INDIA).date())
    return f"Due on {dated(first)}" if first == last else f"Between {dated(first)} and {dated(last)}"


def _dose_rows(record: VaccinationRecord, earlier: Sequence[EarlierDose], dated: Dated) -> tuple[DoseRow, ...]:
    known = {item.dose: item for item in (*earlier, *record.earlier_doses)}
    before = [known[dose] for dose in sorted(known) if dose < record.vaccination.dose]
    return (*(_row(item, record, dated) for item in before), _row(record.vaccination, record, dated))


def _row(item: EarlierDose | Vaccination, record: VaccinationRecord, dated: Dated) -> DoseRow:
    return DoseRow(
        dose=_dose(item.dose, record),
        date=dated(item.date.astimezone(INDIA).date()),
        vaccine=item.name or NOTHING,
        batch=item.batch or NOTHING,
        vaccine_type=vaccine_type(item.name) or NOTHING,
        manufacturer=item.manufacturer or NOTHING,
        current=item is record.vaccination,
    )


def _dose(dose: int, record: VaccinationRecord) -> str:
    total = record.vaccination.total_doses
    if dose > total:
        return "Precaution dose"
    if record.kind is Kind.INTERNATIONAL:
        return f"{dose}{'th' if dose in _TEENS else _ORDINALS.get(dose, 'th')}"
    return f"{dose}/{total}"
