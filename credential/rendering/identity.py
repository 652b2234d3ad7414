"""How an identity document is shown on paper (Co-WIN specification 9.4, with its two faults repaired).

The source system gives one string, such as `did:Passport:Z1234567`. The kind of document is found by a word in it, the
number is its last part. Aadhaar numbers are masked under every spelling, and so is a number whose kind is unknown: it
may be one.
"""

import math
import re
from typing import NamedTuple
from urllib.parse import unquote

NONE = "NA"
_MASKED_SHARE = 60  # percent of the characters, from the front
_AADHAAR = re.compile(r"a+d+h?a+a*r|uidai|आधार")
_AADHAAR_NUMBER = re.compile(r"(?<!\w)\d(?:\W?\d){11}(?:(?:\W?\d){4})?(?!\w)")  # 12 digits, or a virtual id of 16
_SHOWN_DIGITS = 4
_NOTHING = re.compile(r"na|.?", re.IGNORECASE | re.DOTALL)
_KINDS = (
    ("driving", "Driver's License"),
    ("mnrega", "MNREGA Job Card"),
    ("passbook", "Passbook"),
    ("passport", "Passport"),
    ("pension", "Pension Document"),
    ("voter", "Voter ID"),
    ("npr", "NPR Smart Card"),
    ("disability", "Unique Disability"),
    ("service", "Service Identity Card"),
    ("identity", "Service Identity Card"),
    ("ration", "Ration Card"),
    ("student", "Student Photo ID Card"),
    ("pan", "PAN Card"),
)


class _Document(NamedTuple):
    kind: str
    number: str


def identity_shown(identity: str) -> str:
    """Return the printed form, such as `Passport # Z1234567` or `Aadhaar # XXXXXXXX9012`; "NA" where there is none."""
    document = _document(identity)
    if _NOTHING.fullmatch(document.number):
        return NONE
    if _AADHAAR.search(document.kind) or _AADHAAR.search(document.number.casefold()):
        return f"Aadhaar # {_masked(document.number)}"
    label = next((label for word, label in _KINDS if word in document.kind), None)
    if label is None:
        return _masked(document.number) if re.search(r"\d", document.number) else document.number
    if _AADHAAR_NUMBER.search(document.number):
        return f"{label} # {_masked(document.number)}"
    return f"{label} # {document.number}"


def passport_number(identity: str) -> str:
    """Return the number of a passport, or "" where the identity is another document; masked where it may be Aadhaar."""
    document = _document(identity)
    if "passport" not in document.kind:
        return ""
    return _masked(document.number) if _AADHAAR_NUMBER.search(document.number) else document.number


def _document(identity: str) -> _Document:
    """Split into what tells the kind, in lower case without separators, and the number."""
    head, _, number = re.sub(r"/+$", "", unquote(identity).strip()).replace("/", ":").rpartition(":")
    return _Document(re.sub(r"[\s_.\"-]", "", head.casefold()), number.strip().strip('"'))


def _masked(number: str) -> str:
    """Return a number with its front hidden: three fifths of it, and all but the last four digits."""
    digits = [place for place, character in enumerate(number) if character.isdigit()]
    enough = digits[-_SHOWN_DIGITS - 1] + 1 if len(digits) > _SHOWN_DIGITS else 0
    hidden = max(math.ceil(len(number) * _MASKED_SHARE / 100), enough)
    return "X" * hidden + number[hidden:]
