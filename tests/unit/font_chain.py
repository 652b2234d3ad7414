"""The fonts that a page is set in, as fontTools sees them."""

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from credential import rendering
from credential.rendering.render import FONTS
from credential.rendering.translation import Translation

FOLDER = Path(rendering.__file__).parent / "fonts"
FAMILY, SUBFAMILY = 1, 2
NOT_DRAWN = {"\n", "\u200c", "\u200d"}  # joiners steer the shaping and leave no mark


@cache
def characters(family: str, style: str) -> frozenset[int]:
    """Return the code points that a bundled font has a glyph for; none where there is no such font."""
    for path in sorted(FOLDER.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            if (font["name"].getDebugName(FAMILY), font["name"].getDebugName(SUBFAMILY)) == (family, style):
                return frozenset(font.getBestCmap())
    return frozenset()


def missing_glyphs(words: Translation, text: str) -> set[str]:
    """Return the characters of a text that no font of a language's chain has, in regular or in bold."""
    chain = (*words.fonts, *FONTS)
    return {
        character
        for style in ("Regular", "Bold")
        for character in set(text) - NOT_DRAWN
        if not any(ord(character) in characters(family, style) for family in chain)
    }
