"""The languages' data files: complete, translated, in their own script, and printable with the bundled fonts."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import msgspec
import pytest
from fontTools import unicodedata as scripts

from credential.errors import BadUserInput
from credential.rendering.translation import (
    ENGLISH,
    TRANSLATIONS,
    Translation,
    provenance,
    read_translation,
    translation,
)
from tests.unit.font_chain import missing_glyphs

CODES = "AS BN BRX DOI EN GU HI KN KOK KS MAI ML MNI MR NE OR PA SA SAT SD TA TE UR"  # English and the Eighth Schedule
LOCAL = sorted(set(TRANSLATIONS) - {"EN"})
LATIN_WORDS = re.compile(r"WHO-DDCC:VS|WHO|QR|UHID")  # names of a standard, a body, a code and a number
ANY_SCRIPT = {"Zyyy", "Zinh"}
COMMON_WORD = "the same word in both languages"
HINDI_TOO: Mapping[str, Mapping[str, str]] = {
    "BRX": {},
    "DOI": {
        "titles.card": COMMON_WORD,
        "labels.gender": COMMON_WORD,
    },
    "KOK": {"labels.gender": COMMON_WORD},
    "MAI": {
        "titles.card": COMMON_WORD,
        "labels.gender": COMMON_WORD,
        "labels.passport": COMMON_WORD,
        "labels.batch": COMMON_WORD,
        "labels.manufacturer": COMMON_WORD,
        "labels.helpline": COMMON_WORD,
        "values.male": COMMON_WORD,
        "values.female": COMMON_WORD,
        "values.years": COMMON_WORD,
    },
    "MR": {"labels.gender": COMMON_WORD, "values.male": COMMON_WORD},
    "NE": {"values.male": COMMON_WORD, "values.female": COMMON_WORD, "values.years": COMMON_WORD},
    "SA": {},
}
FILE = """code = "XX"\nname = "X"\nlang = "x"\nlocale = "en_IN"\nscript = "Latn"\n"""


def texts(words: Translation) -> dict[str, str]:
    sections = msgspec.to_builtins(words)
    return {
        f"{section}.{key}": text
        for section, part in sections.items()
        if isinstance(part, dict)
        for key, text in part.items()
    }


def places(pattern: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", pattern))


def of_other_scripts(text: str, script: str) -> Iterator[str]:
    for character in LATIN_WORDS.sub("", re.sub(r"\{\w+\}", "", text)):
        if not scripts.script_extension(character) & {script, *ANY_SCRIPT}:
            yield character


def written_with(words: Translation, changed: str = "", changes: str | None = None) -> str:
    """Return a data file with those words, one line of which may be changed, left out or added to."""
    lines = {
        key: f'{key.partition(".")[2]} = {{ text = "x", source = "project", reviewed = false }}' for key in texts(words)
    }
    if changes is not None:
        lines[changed] = changes
    sections = dict.fromkeys(key.partition(".")[0] for key in lines)
    parts = [
        "\n".join([f"[{name}]", *(lines[key] for key in lines if key.startswith(f"{name}."))]) for name in sections
    ]
    return FILE + "\n".join(parts)


def test_every_language_of_the_contract_has_a_file() -> None:
    assert sorted(TRANSLATIONS) == CODES.split()


@pytest.mark.parametrize("code", LOCAL)
def test_every_text_is_translated(code: str) -> None:
    english = texts(ENGLISH)
    assert [key for key, text in texts(TRANSLATIONS[code]).items() if text == english[key]] == []


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_texts_are_tidy(code: str) -> None:
    for text in texts(TRANSLATIONS[code]).values():
        assert text
        assert text == text.strip()
        assert "  " not in text
        assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_letter_is_of_the_languages_script(code: str) -> None:
    words = TRANSLATIONS[code]
    found = {key: "".join(of_other_scripts(text, words.script)) for key, text in texts(words).items()}
    assert {key: letters for key, letters in found.items() if letters} == {}


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_place_is_kept(code: str) -> None:
    english = texts(ENGLISH)
    changed = {key for key, text in texts(TRANSLATIONS[code]).items() if places(text) != places(english[key])}
    assert changed == set()


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_the_fonts_have_every_letter(code: str) -> None:
    words = TRANSLATIONS[code]
    assert missing_glyphs(words, "".join(texts(words).values())) == set()


@pytest.mark.parametrize("code", HINDI_TOO)
def test_no_text_is_hindi_but_for_common_words(code: str) -> None:
    hindi = texts(TRANSLATIONS["HI"])
    same = {key for key, text in texts(TRANSLATIONS[code]).items() if text == hindi[key]}
    assert same == set(HINDI_TOO[code])


def test_every_language_in_devanagari_is_compared_with_hindi() -> None:
    assert {code for code, words in TRANSLATIONS.items() if words.script == "Deva"} == {"HI", *HINDI_TOO}


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_text_says_where_it_comes_from(code: str) -> None:
    origins = provenance(code)
    assert set(origins) == set(texts(TRANSLATIONS[code]))
    assert {origin.source for origin in origins.values()} <= {"project", "cldr"}


def test_a_complete_file_is_read() -> None:
    words, origins = read_translation(written_with(ENGLISH))
    assert words.values.years == "x"
    assert origins["values.years"].source == "project"
    assert not origins["values.years"].reviewed


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("", "missing required field `years`"),
        ('years = "plain"', r"Expected `object`, got `str` - at `\$\[\.\.\.\]`"),
        ('years = { text = "x", source = "project" }', "missing required field `reviewed`"),
        ('years = { text = "x", source = "elsewhere", reviewed = false }', "Invalid enum value"),
        ('years = { text = "x", source = "project", reviewed = false, by = "y" }', "unknown field `by`"),
    ],
)
def test_a_text_that_is_missing_or_without_provenance_is_refused(line: str, named: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=named):
        read_translation(written_with(ENGLISH, "values.years", line))


def test_an_unknown_text_is_refused() -> None:
    line = 'year = { text = "x", source = "project", reviewed = false }'
    with pytest.raises(msgspec.ValidationError, match="unknown field `year`"):
        read_translation(written_with(ENGLISH, "values.year", line))


@pytest.mark.parametrize("asked", [translation, provenance])
def test_an_unknown_language_is_refused(asked: Callable[[str], object]) -> None:
    with pytest.raises(BadUserInput, match="must be one of"):
        asked("XX")


@pytest.mark.parametrize("section", ["notes", "issuer"])
def test_no_two_languages_share_a_sentence(section: str) -> None:
    said = [text for words in TRANSLATIONS.values() for key, text in texts(words).items() if key.startswith(section)]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(("one", "other"), list(combinations(TRANSLATIONS, 2)))
def test_related_languages_share_few_words(one: str, other: str) -> None:
    ours, theirs = texts(TRANSLATIONS[one]), texts(TRANSLATIONS[other])
    assert sum(ours[key] == theirs[key] for key in ours) < len(ours) / 5
