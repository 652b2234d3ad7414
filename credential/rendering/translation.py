"""The languages of the page, one data file each."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec
from msgspec import Struct

from credential.errors import BadUserInput


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of a translation's parts: closed, so that a missing or misspelt member of a data file is an error."""


class Titles(_Words, frozen=True):
    """The page's title per stage; an international certificate has one of its own."""

    provisional: str
    final: str
    precaution: str
    international: str


class Issuer(_Words, frozen=True):
    """Who issues; lines are separated by a line feed."""

    authority: str


class Labels(_Words, frozen=True):
    """What stands before a value, over a column or over a section."""

    certificate_id: str
    beneficiary_details: str
    name: str
    age: str
    date_of_birth: str
    gender: str
    identity: str
    passport: str
    uhid: str
    beneficiary_id: str
    status: str
    vaccination_details: str
    vaccinated_by: str
    vaccinated_at: str
    next_due: str
    dose: str
    date: str
    vaccine: str
    batch: str
    vaccine_type: str
    manufacturer: str
    verify: str
    issued_on: str
    helpline: str


class Statuses(_Words, frozen=True):
    """Patterns of the vaccination status: `{n}` is a number, `{doses}` one of the first two patterns."""

    one_dose: str
    doses: str
    partial: str
    full: str
    full_and_precaution: str
    full_and_precautions: str


class Notes(_Words, frozen=True):
    """Sentences."""

    scan: str
    keep: str
    after: str
    international: str


class Translation(_Words, frozen=True):
    """All words of the page in one language.

    `code` is the upper-case ISO 639 code of the contract, `lang` the tag that shaping goes by. `fonts` come before the
    common ones.
    """

    code: str
    name: str
    lang: str
    titles: Titles
    issuer: Issuer
    labels: Labels
    statuses: Statuses
    notes: Notes
    rtl: bool = False
    fonts: tuple[str, ...] = ()


def _load() -> Mapping[str, Translation]:
    folder = Path(__file__).parent / "translations"
    found = (msgspec.toml.decode(file.read_bytes(), type=Translation) for file in sorted(folder.glob("*.toml")))
    return MappingProxyType({words.code: words for words in found})


TRANSLATIONS = _load()
LANGUAGES: Mapping[str, str] = MappingProxyType({code: words.name for code, words in TRANSLATIONS.items()})
ENGLISH = TRANSLATIONS["EN"]


def translation(language: str) -> Translation:
    """Return the words of a language by its code. Raises BadUserInput for a language that has no data file."""
    try:
        return TRANSLATIONS[language]
    except KeyError:
        raise BadUserInput(f"The language must be one of {', '.join(TRANSLATIONS)}.", ("language",)) from None
