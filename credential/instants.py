"""Instants as clients write them: with an offset, so that they are the same everywhere."""

from datetime import UTC, datetime

from credential.errors import BadUserInput


def instant(text: str | None, *path: str) -> datetime | None:
    """Return the instant of a text. Raises BadUserInput, with its path, for one without an offset."""
    try:
        at = None if text is None else datetime.fromisoformat(text)
        if at is None or at.tzinfo is not None:
            return at and at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadUserInput("Give an instant with its offset, such as 2021-12-15T11:30:00+05:30.", path)
