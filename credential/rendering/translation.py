"""The languages of the page, one data file each.

A data file gives each string as a table of its text, its source and whether a native reader has reviewed it. The page
needs the text alone, so that is what a Translation holds; the rest is asked for by `provenance`.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import Struct

from credential.errors import BadUserInput


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of a translation's parts: closed, so that a missing or misspelt member of a data file is an error."""


class Titles(_Words, frozen=True):
    """The page's title per stage; an international certificate, a card and a slip have one each."""

    provisional: str
    final: str
    precaution: str
    international: str
    card: str
    slip: str


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


class Values(_Words, frozen=True):
    """Values that the page words itself: `{first}` and `{last}` are days, `{n}` is a number."""

    male: str
    female: str
    other_gender: str
    precaution_dose: str
    due_on: str
    due_between: str
    years: str
    not_available: str


class Notes(_Words, frozen=True):
    """Sentences."""

    scan: str
    keep: str
    after: str
    international: str
    slip: str


class Translation(_Words, frozen=True):
    """All words of the page in one language.

    `code` is the upper-case code of the contract, `name` the English name, `lang` the BCP 47 tag that shaping goes by,
    `locale` the one that CLDR knows dates and digits under, `script` the ISO 15924 code of its letters. `fonts` come
    before the common ones.
    """

    code: str
    name: str
    lang: str
    locale: str
    script: str
    titles: Titles
    issuer: Issuer
    labels: Labels
    statuses: Statuses
    values: Values
    notes: Notes
    rtl: bool = False
    fonts: tuple[str, ...] = ()


class Provenance(Struct, frozen=True):
    """Where a string comes from, translated for this project or from CLDR, and whether a native reader read it."""

    source: Literal["project", "cldr"]
    reviewed: bool


class _Wording(Provenance, frozen=True, forbid_unknown_fields=True):
    """A string as data files give it."""

    text: str


def read_translation(toml: str | bytes) -> tuple[Translation, Mapping[str, Provenance]]:
    """Return the words of a data file, and by "section.key" where each comes from.

    Raises msgspec.ValidationError for a string that is missing, unknown or without its provenance.
    """
    document = msgspec.toml.decode(toml)
    sections = {
        name: msgspec.convert(part, dict[str, _Wording]) for name, part in document.items() if isinstance(part, dict)
    }
    texts = {name: {key: wording.text for key, wording in part.items()} for name, part in sections.items()}
    words = msgspec.convert({**document, **texts}, Translation)
    origins = {
        f"{name}.{key}": Provenance(wording.source, wording.reviewed)
        for name, part in sections.items()
        for key, wording in part.items()
    }
    return words, MappingProxyType(origins)


_FILES = sorted((Path(__file__).parent / "translations").glob("*.toml"))
_READ = {words.code: (words, origins) for words, origins in (read_translation(file.read_bytes()) for file in _FILES)}

TRANSLATIONS: Mapping[str, Translation] = MappingProxyType({code: words for code, (words, _) in _READ.items()})
LANGUAGES: Mapping[str, str] = MappingProxyType({code: words.name for code, words in TRANSLATIONS.items()})
ENGLISH = TRANSLATIONS["EN"]


def translation(language: str) -> Translation:
    """Return the words of a language by its code. Raises BadUserInput for a language that has no data file."""
    return TRANSLATIONS[_known(language)]


def provenance(language: str) -> Mapping[str, Provenance]:
    """Return by "section.key" where each string of a language comes from. Raises BadUserInput as `translation` does."""
    return _READ[_known(language)][1]


def _known(language: str) -> str:
    if language not in TRANSLATIONS:
        raise BadUserInput(f"The language must be one of {', '.join(TRANSLATIONS)}.", ("language",))
    return language
