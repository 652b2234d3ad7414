"""What holders are told in a message, in their language: one data file each, with source and review of every text.

A message names nobody: whoever reads another's telephone learns no more than that there is a certificate. With its link
it fits three parts of a text message in UCS-2, 67 characters each (3GPP TS 23.040).
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import Struct

Kind = Literal["code", "issued", "updated", "revoked", "contact_changed"]
LONGEST = 3 * 67
HELPLINE = "1075"
"""The programme's helpline (Co-WIN specification 9.3)."""


class Wording(Struct, frozen=True, forbid_unknown_fields=True):
    """A text, where it comes from, and whether a native reader has reviewed it; `{...}` are places for values."""

    text: str
    source: Literal["project"]
    reviewed: bool


class Notices(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language."""

    code: Wording
    issued: Wording
    updated: Wording
    revoked: Wording
    contact_changed: Wording


NOTICES: Mapping[str, Notices] = MappingProxyType(
    {
        file.stem.upper(): msgspec.toml.decode(file.read_bytes(), type=Notices)
        for file in sorted(Path(__file__).parent.glob("*.toml"))
    }
)


def notice(kind: Kind, language: str, **values: str) -> str:
    """Return a text in a language of certificates, English where there is none, with its values put in."""
    notices = NOTICES.get(language, NOTICES["EN"])
    wording: Wording = getattr(notices, kind)
    return wording.text.format(**values)
