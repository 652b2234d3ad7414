"""Names of artifacts."""

import re

_NAME = re.compile(r"[0-9a-f]{64}")


def checked(name: str) -> str:
    """Return the name when it is a keyed hash in hexadecimal, 64 digits: nothing else may choose a path.

    Raises ValueError.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("An artifact's name is a keyed hash: 64 hexadecimal digits.")
    return name
