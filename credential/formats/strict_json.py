"""JSON without what two readers may understand differently: duplicate members, NaN, lone surrogates, deep nesting."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from credential.errors import Unreadable

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 32

_TOO_DEEP: Final = f"The JSON nests deeper than {MAX_DEPTH} levels."

# The escape of half a surrogate pair, or a whole pair, which is then looked at.
_ESCAPED: Final = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _NotStrictError(ValueError):
    """A rule of ours is broken; the message is safe to show."""


def parse(text: str, limit: int = MAX_BYTES) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value; integers stay int, other numbers are float.

    Raises Unreadable: larger than `limit` bytes, nested deeper than 32, a member twice in one object, NaN or infinity,
    a lone surrogate, or no JSON at all. The message never holds the input.
    """
    if len(text) > limit or len(text.encode("utf-8", "surrogatepass")) > limit:
        raise Unreadable(f"The JSON is larger than {limit} bytes.")
    try:
        value = _DECODER.decode(text)
    except _NotStrictError as error:
        raise Unreadable(str(error)) from None
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    except ValueError:
        raise Unreadable("The text is no JSON.") from None
    if _deeper_than(MAX_DEPTH, value):
        raise Unreadable(_TOO_DEEP)
    if (_SURROGATE.search(text) or _ESCAPED.search(text)) and any(_SURROGATE.search(found) for found in _texts(value)):
        raise Unreadable("The JSON holds half a surrogate pair, which is no character.")
    return value


def _deeper_than(depth: int, value: object) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotStrictError("A JSON object holds a member twice; readers would disagree about which one counts.")
    return members


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NotStrictError("The JSON holds a number that is too large.")
    return number


def _constant(_name: str) -> float:
    raise _NotStrictError("The JSON holds NaN or infinity, which are no JSON numbers.")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
