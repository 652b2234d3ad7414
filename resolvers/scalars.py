"""Scalars.

Dates and telephone numbers arrive as any text: the domain judges them, so that a bad one spoils only its own record.
"""

import base64
import binascii
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
PartialDate = NewType("PartialDate", str)
MobileNumber = NewType("MobileNumber", str)
RecordList = NewType("RecordList", list[Any])
Base64 = NewType("Base64", bytes)
Json = NewType("Json", object)
ByteCount = NewType("ByteCount", int)

RECORD_LIST_SCHEMA = "/schemas/record-list.json"


def moment(at: datetime) -> DateTime:
    """Return an instant as text in UTC with milliseconds, such as 2021-12-15T06:00:00.000Z."""
    return DateTime(at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def day(on: date) -> Date:
    """Return a day as text, such as 2021-12-15."""
    return Date(on.isoformat())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def _records(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list of records is expected")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 53:
        raise TypeError("a whole number is expected")
    return value


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except binascii.Error:
        raise ValueError("base64 is expected") from None


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _scalar(name: str, description: str, specified_by_url: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, parse_value=_text, serialize=str, specified_by_url=specified_by_url
    )


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: _scalar(
        "DateTime",
        "An instant with its offset, such as 2021-12-15T11:30:00+05:30. Answers are in UTC with milliseconds.",
        "https://www.rfc-editor.org/rfc/rfc3339",
    ),
    Date: _scalar("Date", "A day, such as 2021-12-15.", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"),
    PartialDate: _scalar("PartialDate", "A year, month or day: 1990, 1990-06 or 1990-06-15."),
    MobileNumber: _scalar(
        "MobileNumber",
        "A telephone number in E.164 form such as +919999999999; read as Indian where it names no country.",
        "https://www.itu.int/rec/T-REC-E.164",
    ),
    Base64: strawberry.scalar(
        name="Base64",
        description="Bytes in base64 with padding.",
        parse_value=_bytes,
        serialize=_base64,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc4648#section-4",
    ),
    ByteCount: strawberry.scalar(
        name="ByteCount",
        description="How many bytes: a whole number that may exceed Int, to 2^53 - 1.",
        parse_value=_count,
        serialize=int,
    ),
    RecordList: strawberry.scalar(
        name="RecordList",
        description="A list of vaccination records as JSON objects, with the members of VaccinationRecordInput. "
        "Each record is checked by itself against the JSON Schema at the address, which is relative to this server.",
        parse_value=_records,
        specified_by_url=RECORD_LIST_SCHEMA,
    ),
    Json: strawberry.scalar(
        name="JSON", description="Any JSON value.", specified_by_url="https://www.rfc-editor.org/rfc/rfc8259"
    ),
}
