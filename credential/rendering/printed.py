"""A record into ready-to-print text (Co-WIN specification 9.3). Days are those of India."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from credential import qr
from credential.certificate import Stage, stage_of
from credential.formats import qr_zip
from credential.record import INDIA, EarlierDose, Facility, Kind, Vaccination, VaccinationRecord, printed_age
from credential.rendering import registry
from credential.rendering.identity import identity_shown, passport_number
from credential.rendering.locale import local_date, local_number
from credential.rendering.model import Bilingual, DoseRow, PrintedCertificate
from credential.rendering.registry import DEFAULT_ISSUER, Layout, Template
from credential.rendering.translation import ENGLISH, Translation, translation
from credential.rendering.vaccines import next_dose_window, vaccine_type

NOTHING = "NA"
_LAYOUTS = {Kind.DOMESTIC: Layout.DOMESTIC, Kind.INTERNATIONAL: Layout.INTERNATIONAL}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the locale
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)
_GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"} | dict.fromkeys(
    ("transgender", "other", "others", "t", "o"), "other_gender"
)

Said = Callable[[Translation], str]
DateIn = Callable[[date, Translation], str]


def printed(
    record: VaccinationRecord,
    *,
    certificate_id: str,
    issued_at: datetime,
    credential_text: str,
    language: str,
    earlier: Sequence[EarlierDose] = (),
    layout: Layout | None = None,
    template: Template | None = None,
    verify_url: str = "",
) -> PrintedCertificate:
    """Return what the page shows.

    `credential_text` is the signed JSON as stored, which the QR carries; `earlier` are earlier doses that our store
    knows, where the record says nothing. `layout`, `template` and `verify_url` default to kind, newest and template.
    Raises BadUserInput for an unknown language, QrTooLong where the credential does not fit a QR.
    """
    kind = record.kind or Kind.DOMESTIC
    chosen = layout or _LAYOUTS[kind]
    words, date_in = _manner(chosen, language)
    given, recipient = record.vaccination, record.recipient
    stage = stage_of(given.dose, given.total_doses)
    look = template or registry.find(DEFAULT_ISSUER, kind=kind, stage=stage, language=words.code, layout=chosen)
    return PrintedCertificate(
        certificate_id=certificate_id,
        beneficiary_id=record.beneficiary_id,
        name=recipient.name,
        age=_age(record, words),
        date_of_birth=recipient.date_of_birth or NOTHING,
        gender=_gender(recipient.gender, words),
        identity=_identity(recipient.identity, kind, chosen),
        uhid=recipient.uhid,
        kind=kind,
        stage=stage,
        layout=chosen,
        status=_both(lambda spoken: _status(given, spoken), words),
        doses=_dose_rows(record, earlier, words, date_in),
        vaccinated_by=record.vaccinator.name or NOTHING,
        vaccinated_at=_place(record.facility),
        next_due=_both(lambda spoken: _next_due(given, spoken, date_in), words),
        issuer=_authority(look, words),
        issued_at=issued_at,
        issued_on=_both(lambda spoken: date_in(issued_at.astimezone(INDIA).date(), spoken), words),
        verify_url=verify_url or look.verify_url,
        helpline=look.helpline,
        qr=qr.png(qr_zip.pack(credential_text)),
        credential=credential_text,
        template=look,
    )


def _manner(layout: Layout, language: str) -> tuple[Translation, DateIn]:
    """Return the words and dates of a page: the international one is in English with ISO dates."""
    if layout is Layout.INTERNATIONAL:
        return ENGLISH, _iso_date_in
    return translation(language), _date_in


def plain_date(day: date) -> str:
    """Return a day as 02 Jan 2006."""
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}"


def _date_in(day: date, words: Translation) -> str:
    return plain_date(day) if words is ENGLISH else local_date(day, words.code)


def _iso_date_in(day: date, _: Translation) -> str:
    return day.isoformat()


def _both(said: Said, words: Translation) -> Bilingual:
    """Return a value in English and in the second language, the latter empty where it would say the same."""
    english = said(ENGLISH)
    local = "" if words is ENGLISH else said(words)
    return Bilingual(english, "" if local == english else local)


def _authority(look: Template, words: Translation) -> Bilingual:
    """Return who issues: the template's text, or the translations' where it has none at all."""
    if not look.authority:
        return _both(lambda spoken: spoken.issuer.authority, words)
    english = look.authority.get(ENGLISH.code) or next(iter(look.authority.values()))
    return Bilingual(english, "" if words is ENGLISH else look.authority.get(words.code, ""))


def _identity(identity: str, kind: Kind, layout: Layout) -> str:
    """Return the passport's number where the page has a line of that name, else the document with its number."""
    if layout is Layout.INTERNATIONAL or (kind is Kind.INTERNATIONAL and layout is Layout.CARD):
        return passport_number(identity) or NOTHING
    return identity_shown(identity)


def _age(record: VaccinationRecord, words: Translation) -> Bilingual:
    age = printed_age(record)
    if age is None:
        return Bilingual("")
    pattern: Said = (lambda _: "{n}") if age == 1 else (lambda spoken: spoken.values.years)
    return _both(lambda spoken: pattern(spoken).format(n=local_number(age, spoken.code)), words)


def _gender(gender: str, words: Translation) -> Bilingual:
    """Return the gender as the record says it; in the second language where it is one that translations have."""
    if not gender:
        return Bilingual(NOTHING, _both(lambda spoken: spoken.values.not_available, words).local)
    known = _GENDERS.get(gender.strip().casefold())
    return Bilingual(gender, "" if known is None or words is ENGLISH else str(getattr(words.values, known)))


def _status(given: Vaccination, words: Translation) -> str:
    """Return the wording of the status; a precaution dose does not undo full vaccination."""
    patterns = words.statuses
    stage = stage_of(given.dose, given.total_doses)
    counted = given.dose if stage is Stage.PROVISIONAL else given.total_doses
    number = local_number(counted, words.code)
    doses = (patterns.one_dose if counted == 1 else patterns.doses).format(n=number)
    extra = given.dose - given.total_doses
    if stage is Stage.PRECAUTION:
        pattern = patterns.full_and_precaution if extra == 1 else patterns.full_and_precautions
        return pattern.format(doses=doses, n=local_number(extra, words.code))
    return (patterns.partial if stage is Stage.PROVISIONAL else patterns.full).format(doses=doses)


def _place(facility: Facility) -> str:
    parts = (facility.name, facility.address.district, facility.address.state)
    return ", ".join(part for part in parts if part) or NOTHING


def _next_due(given: Vaccination, words: Translation, date_in: DateIn) -> str:
    if given.dose >= given.total_doses:
        return ""
    window = next_dose_window(given.name, given.date.astimezone(INDIA).date())
    first, last = (date_in(day, words) for day in window)
    pattern = words.values.due_on if first == last else words.values.due_between
    return pattern.format(first=first, last=last)


def _dose_rows(
    record: VaccinationRecord, earlier: Sequence[EarlierDose], words: Translation, date_in: DateIn
) -> tuple[DoseRow, ...]:
    known = {item.dose: item for item in (*earlier, *record.earlier_doses)}
    before = [known[dose] for dose in sorted(known) if dose < record.vaccination.dose]
    items: tuple[EarlierDose | Vaccination, ...] = (*before, record.vaccination)
    return tuple(_row(item, record, words, date_in) for item in items)


def _row(item: EarlierDose | Vaccination, record: VaccinationRecord, words: Translation, date_in: DateIn) -> DoseRow:
    day = item.date.astimezone(INDIA).date()
    total = record.vaccination.total_doses
    ordinal = date_in is _iso_date_in
    return DoseRow(
        dose=_both(lambda spoken: _dose(item.dose, total, spoken, ordinal=ordinal), words),
        date=_both(lambda spoken: date_in(day, spoken), words),
        vaccine=item.name or NOTHING,
        batch=item.batch or NOTHING,
        vaccine_type=vaccine_type(item.name) or NOTHING,
        manufacturer=item.manufacturer or NOTHING,
        current=item is record.vaccination,
    )


def _dose(dose: int, total: int, words: Translation, *, ordinal: bool) -> str:
    if dose > total:
        return words.values.precaution_dose
    if ordinal:
        return f"{dose}{'th' if dose in _TEENS else _ORDINALS.get(dose, 'th')}"
    return "/".join(local_number(number, words.code) for number in (dose, total))
