"""Messages to holders: in every language, in its own script, and short enough for a text message."""

import re

import pytest

from credential.notices import LONGEST, NOTICES, notice
from credential.rendering.translation import TRANSLATIONS
from tests.unit.test_translations import of_other_scripts

KINDS = ("code", "issued", "updated", "revoked", "contact_changed")
VALUES = {
    "code": "123456",
    "minutes": "5",
    "link": "https://certificates.example.gov.in/certificates",
    "helpline": "1075",
}
PLACES = {"code": ["code", "minutes"], "issued": ["link"], "updated": ["link"]}


def text_of(kind: str, code: str) -> str:
    found: str = getattr(NOTICES[code], kind).text
    return found


def test_there_are_messages_in_every_language_of_certificates() -> None:
    assert NOTICES.keys() == TRANSLATIONS.keys()


@pytest.mark.parametrize("code", NOTICES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_short_whole_and_of_its_script(kind: str, code: str) -> None:
    text = text_of(kind, code)
    assert sorted(re.findall(r"\{(\w+)\}", text)) == PLACES.get(kind, ["helpline"])
    assert len(text.format(**VALUES)) <= LONGEST
    assert list(of_other_scripts(text, TRANSLATIONS[code].script)) == []
    assert text == " ".join(text.split())


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_languages_share_a_message(kind: str) -> None:
    assert len({text_of(kind, code) for code in NOTICES}) == len(NOTICES)


def test_a_message_names_its_values_and_nothing_else() -> None:
    assert notice("issued", "TA", link="https://a.example/") == text_of("issued", "TA").replace(
        "{link}", "https://a.example/"
    )
    assert notice("revoked", "XX", helpline="1075") == text_of("revoked", "EN").replace("{helpline}", "1075")
