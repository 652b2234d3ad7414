"""Instants as certificates and their proofs write them: XML Schema dateTime with offset, in the one spelling of it."""

import re
from datetime import datetime
from typing import Final

_DATE_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


def moment(text: str) -> datetime | None:
    """Return the aware time, None where the text is none; `fromisoformat` alone would read many more spellings."""
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None
