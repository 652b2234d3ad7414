"""What a document may not hold, because its canonical form would not show it or would show it in more than one way."""

import math
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from credential.errors import CanonicalisationError, ForbiddenCharacter, RelativeId, UndefinedTerm, UnknownContext

MAX_DEPTH: Final = 32

# URDNA2015 and RDFC-1.0 write these differently, and implementations of the first do not agree either.
FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Line feed and carriage return are written alike by all of them, and certificates that are out in the world may hold
# them.
_FORBIDDEN_IN_RECEIVED: Final = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

STRICT_IRI: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|_):[^\x00-\x20<>\"{}|\\^`\x7f-\x9f]*\Z")
# The test of jsonld.js 2.0.2 (Co-WIN specification 2.6), less what would break out of the angle brackets of N-Quads.
RECEIVED_IRI: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+-.]*|_):[^<>\x00-\x1f]*\Z")


def check_values(document: Mapping[str, Any], *, received: bool) -> None:
    """Refuse forbidden characters, nulls and empty arrays (neither is signed), and nesting beyond MAX_DEPTH.

    Raises ForbiddenCharacter, UndefinedTerm, CanonicalisationError.
    """
    _check_value(document, _FORBIDDEN_IN_RECEIVED if received else FORBIDDEN, 0)


def _check_value(value: object, forbidden: re.Pattern[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CanonicalisationError(f"The document nests deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if not value.isprintable() and forbidden.search(value):
            raise ForbiddenCharacter("A text holds a control character or half a surrogate pair; remove it.")
    elif isinstance(value, Mapping):
        for inner in (*value.keys(), *value.values()):
            _check_value(inner, forbidden, depth + 1)
    elif isinstance(value, list) and value:
        for inner in value:
            _check_value(inner, forbidden, depth + 1)
    elif value is None or value == []:
        raise UndefinedTerm("A member is null or an empty array, which is never signed; leave it out.")
    elif not isinstance(value, bool | int | float) or not -math.inf < value < math.inf:
        raise CanonicalisationError("The document holds a value that is no JSON.")


def check_contexts(document: Mapping[str, Any], known: AbstractSet[str]) -> None:
    """Refuse every context but bundled ones, named by address at the top. Raises UnknownContext.

    A context written into the document could rename or hide any member, so it is as unknown as a foreign address.
    """
    named = document.get("@context")
    addresses = named if isinstance(named, list) else [named]
    if not all(isinstance(address, str) and address in known for address in addresses):
        raise UnknownContext("The document needs @context with addresses of bundled JSON-LD contexts, and no others.")
    if any(_names_context(member) for member in document.values()):
        raise UnknownContext("A member has an @context of its own; contexts belong at the top of the document.")


def _names_context(value: object) -> bool:
    if isinstance(value, Mapping):
        return "@context" in value or any(_names_context(member) for member in value.values())
    return isinstance(value, list) and any(_names_context(item) for item in value)


def check_expanded(expanded: object, *, received: bool) -> None:
    """Refuse what RDF would leave out of an expanded document: relative ids, blank predicates, @index, @direction.

    Raises RelativeId, UndefinedTerm.
    """
    _check_node(expanded, RECEIVED_IRI if received else STRICT_IRI)


def _check_node(value: object, iri: re.Pattern[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _check_node(item, iri)
    elif isinstance(value, dict):
        for key, member in value.items():
            _check_member(key, member, iri)


def _check_member(key: str, member: object, iri: re.Pattern[str]) -> None:
    if key in ("@id", "@type"):
        for name in member if isinstance(member, list) else [member]:
            check_absolute(name, iri)
    elif key in ("@index", "@direction") or key.startswith("_:"):
        raise UndefinedTerm("A member has no place in the signed statements; remove it.")
    elif key not in ("@value", "@language"):
        if not key.startswith("@"):
            check_absolute(key, iri)
        _check_node(member, iri)


def check_absolute(name: object, iri: re.Pattern[str]) -> None:
    """Raise RelativeId unless `name` is an absolute IRI, a blank node's label or the datatype @json."""
    if not isinstance(name, str) or not (iri.match(name) or name == "@json"):
        raise RelativeId("An id or type is no absolute IRI, so its statements would not be signed; give it a scheme.")
