"""JSON Canonicalization Scheme (RFC 8785): fast for what certificates hold, by the library for everything else.

For texts, integers of at most 53 bits and ASCII member names, Python's own encoder writes the very bytes that JCS asks
for: the same escapes, and the order of code points is that of UTF-16. Fractions and other names go to the library.
"""

import json
from typing import Any, Final

import rfc8785

from credential.errors import CanonicalisationError

_MAX_INTEGER: Final = 2**53 - 1
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return the canonical bytes. Raises CanonicalisationError for what has none, such as integers beyond 53 bits."""
    try:
        return _ENCODER.encode(value).encode() if _is_plain(value) else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError):
        raise CanonicalisationError("The document holds a number or text that has no canonical JSON form.") from None


def _is_plain(value: Any) -> bool:  # noqa: ANN401
    kind = type(value)
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(member) for name, member in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return kind is str or (kind is int and -_MAX_INTEGER <= value <= _MAX_INTEGER)
