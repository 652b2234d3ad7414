"""What typst prints is what HarfBuzz shapes: the same glyphs of the same font at the same places."""

import re
from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from credential.rendering import LANGUAGES
from credential.rendering.translation import TRANSLATIONS, Translation
from tests.interop.hard_words import HARD
from tests.interop.shaping import Face, Glyph, by_harfbuzz, by_typst, characters, floating_marks

TOLERANCE = 2.0  # thousandths of an em
NEVER_BOLD = ("Noto Nastaliq Urdu", "Bold")  # its file says weight 400, so that typst does not take it for bold
LABELS_OF_NASTALIQ = "Noto Naskh Arabic"  # base.typ: small Nastaliq is hard to read


@cache
def words_of(language: str, family: str) -> list[str]:
    """Return every word of a language's strings, and its script's hard ones, that a font has all letters of."""
    words = TRANSLATIONS[language]
    texts = [text for part in _sections(words) for text in part.values()]
    found = {word for text in texts for word in re.split(r"[\s\d{}()/.,;:–-]+", text)} | set(HARD[words.script].split())
    known = characters(family)
    return sorted(word for word in found if not word.isascii() and set(word) <= known)


def _sections(words: Translation) -> Iterator[dict[str, str]]:
    for part in msgspec.structs.asdict(words).values():
        if isinstance(part, msgspec.Struct):
            yield msgspec.structs.asdict(part)


def families_of(language: str) -> list[str]:
    own = list(TRANSLATIONS[language].fonts) or ["Noto Sans"]
    return [*own, *([LABELS_OF_NASTALIQ] if any("Nastaliq" in family for family in own) else [])]


CASES = [
    pytest.param(language, family, style, id=f"{language}-{family.removeprefix('Noto ').replace(' ', '')}-{style}")
    for language in LANGUAGES
    for family in families_of(language)
    for style in ("Regular", "Bold")
    if (family, style) != NEVER_BOLD
]


def faults(word: str, printed: list[Glyph], shaped: list[Glyph]) -> list[str]:
    if [one.outline for one in printed] != [one.outline for one in shaped]:
        return [f"{word}: other glyphs ({len(printed)}, {len(shaped)})"]
    apart = [max(abs(one.x - other.x), abs(one.y - other.y)) for one, other in zip(printed, shaped, strict=True)]
    return [f"{word}: {max(apart):.0f} thousandths of an em apart"] if max(apart) > TOLERANCE else []


@pytest.mark.parametrize(("language", "family", "style"), CASES)
def test_typst_and_harfbuzz_agree(language: str, family: str, style: str) -> None:
    face, lang, words = Face.of(family, style), tag(language), words_of(language, family)
    assert len(words) >= (8 if language == "EN" else 60)
    printed = by_typst(face, lang, words, rtl=TRANSLATIONS[language].rtl)
    found = [
        fault
        for word, glyphs in zip(words, printed, strict=True)
        for fault in faults(word, glyphs, by_harfbuzz(face, lang, word))
    ]
    assert found == []


@pytest.mark.parametrize("language", ["OR", "TA", "KN", "SAT"])
@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_every_mark_has_its_anchor(language: str, style: str) -> None:
    """These fonts place marks by anchors alone; in the others some are drawn where they stand."""
    (family,) = families_of(language)
    face, lang = Face.of(family, style), tag(language)
    floating = {word: marks for word in words_of(language, family) if (marks := floating_marks(face, lang, word))}
    assert floating == {}


def test_a_feature_left_out_is_seen() -> None:
    face = Face.of("Noto Sans Devanagari", "Regular")
    (printed,) = by_typst(face, "hi", ["क्षत्रिय"], rtl=False)
    assert faults("क्षत्रिय", printed, by_harfbuzz(face, "hi", "क्षत्रिय")) == []
    assert faults("क्षत्रिय", printed, by_harfbuzz(face, "hi", "क्षत्रिय", {"akhn": False})) != []


def tag(language: str) -> str:
    """Return the language as the design gives it to typst."""
    return TRANSLATIONS[language].lang.split("-")[0]


@pytest.mark.parametrize("script", HARD)
def test_each_script_has_hard_words(script: str) -> None:
    assert len(HARD[script].split()) >= 8
    assert script in {words.script for words in TRANSLATIONS.values()}
