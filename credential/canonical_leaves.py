"""Documents taken apart into shape and values, and put together again with a sentinel for each value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ShapeKey = tuple[Any, ...]

# Members whose texts choose terms or contexts: they belong to the shape, not to the values.
_CONSTANT_MEMBERS: Final = frozenset({"@context", "type", "@type", "@language", "proofPurpose", "cryptosuite"})
# Far below 10^21, from where JSON-LD writes integers as doubles.
_ORDINARY: Final = 10**15
_MAX_KEY_ITEMS: Final = 512
_TEXT, _INTEGER, _OBJECT, _ARRAY, _END = range(5)

_SENTINEL_IRIS: Final = ("urn:sentinel:", "did:sentinel:")
_SENTINEL_INTEGERS: Final = (7 * 10**14, 8 * 10**14)


@dataclass(slots=True)
class Leaves:
    """A document taken apart: the key of its shape, and the values in the order of the document."""

    key: ShapeKey
    texts: list[str]
    integers: list[int]


class _NotFlatError(Exception):
    """The document holds what is no plain JSON, or more members than a shape is worth."""


def leaves(document: Mapping[str, Any]) -> Leaves | None:
    """Take `document` apart; None when it is not plain JSON of ordinary size."""
    key: list[Any] = []
    texts: list[str] = []
    integers: list[int] = []
    try:
        _object(document, key, texts, integers)
    except (_NotFlatError, RecursionError, ValueError):  # ValueError: an integer of thousands of digits
        return None
    return Leaves(tuple(key), texts, integers) if len(key) <= _MAX_KEY_ITEMS else None


def _object(members: Mapping[str, Any], key: list[Any], texts: list[str], integers: list[int]) -> None:
    # A name followed by another name means a text in between; everything else leaves a mark, so keys are unambiguous.
    if type(members) is not dict or len(key) > _MAX_KEY_ITEMS:
        raise _NotFlatError
    for name, value in members.items():
        key.append(name)
        if name in _CONSTANT_MEMBERS:
            key.append(_frozen(value))
        elif type(value) is str:
            texts.append(value)
        else:
            _value(value, key, texts, integers)
    key.append(_END)


def _value(value: object, key: list[Any], texts: list[str], integers: list[int]) -> None:
    if type(value) is str:
        key.append(_TEXT)
        texts.append(value)
    elif type(value) is int and -_ORDINARY < value < _ORDINARY:
        key.append(_INTEGER)
        integers.append(value)
    elif type(value) is dict:
        key.append(_OBJECT)
        _object(value, key, texts, integers)
    elif type(value) is list:
        key.append(_ARRAY)
        for item in value:
            _value(item, key, texts, integers)
        key.append(_END)
    else:
        key.append(_frozen(value))


def _frozen(value: object) -> object:
    """Return a value as a part of the key: its type tells 1 from true and 1.0, its spelling 0.0 from -0.0."""
    if type(value) is list:
        return ("list", *map(_frozen, value))
    if type(value) in (str, int, float, bool, type(None)):
        return (type(value).__name__, value if type(value) is str else repr(value))
    raise _NotFlatError


class Sentinels:
    """A value of its own for each text and integer of a document."""

    def __init__(self, kind: int) -> None:
        """Take which of the two kinds of sentinel to make."""
        self._iri, self._integer = _SENTINEL_IRIS[kind], _SENTINEL_INTEGERS[kind]
        self._made: list[str] = []
        self._made_integers: list[str] = []

    def slots(self) -> dict[str, int]:
        """Return the slot of each sentinel as it will stand in an RDF term: texts first, then integers."""
        return {sentinel: slot for slot, sentinel in enumerate([*self._made, *self._made_integers])}

    def replace(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return `value` with sentinels in the order in which `leaves` takes it apart."""
        if type(value) is dict:
            return {
                name: member if name in _CONSTANT_MEMBERS else self.replace(member) for name, member in value.items()
            }
        if type(value) is list:
            return [self.replace(item) for item in value]
        if type(value) is str:
            self._made.append(f"{self._iri}{len(self._made)}")
            return self._made[-1]
        if type(value) is int and -_ORDINARY < value < _ORDINARY:
            self._made_integers.append(str(self._integer + len(self._made_integers)))
            return int(self._made_integers[-1])
        return value
