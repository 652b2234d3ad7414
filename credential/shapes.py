"""Compiled shapes: the canonical form of a document learnt once per shape, then filled with values.

Two documents have the same shape when they differ in nothing but texts and ordinary integers. Their statements then
differ in those values only, so PyLD is asked once, with a sentinel in place of each value, where every value goes.
What depends on the values stays live: the first-degree hashes of the blank nodes, hence their labels, the order of
lines, and the collapse of equal statements. A shape that cannot be learnt, or values it cannot take, mean that PyLD
does the work.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter
from typing import Any, Final

from credential.canonical_checks import FORBIDDEN
from credential.canonical_leaves import Sentinels
from credential.canonical_rdf import Dataset, Term
from credential.errors import CanonicalisationError

# Forms that no context bends: PyLD never expands `//`, and the sentinels prove for each shape that did: and urn: stay
# as they are.
_FIT_IRIS: Final = re.compile(r"(?:(?:https?://|did:|urn:)[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\s]* )*\Z")

_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_XSD_DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"
_ESCAPES: Final = {ord("\\"): "\\\\", ord('"'): '\\"'}


@dataclass(frozen=True, slots=True)
class _Line:
    """One statement: text with `%s` for each slot; slots number the texts, then the integers, then the blank nodes."""

    text: str
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was learnt about a shape. `nodes` holds, per blank node, the lines of its first-degree hash."""

    lines: tuple[_Line, ...]
    nodes: tuple[tuple[_Line, ...], ...]
    iris: frozenset[int]


class Shape:
    """A learnt shape, ready to be filled; `proven` once a text of it was compared with PyLD's."""

    def __init__(self, plan: _Plan) -> None:
        """Make one template of all lines, and one of all lines to hash; blank nodes are set apart by empty lines."""
        self.proven = False
        self._iris = tuple(plan.iris)
        self._document, self._pick = _template([plan.lines])
        self._nodes = len(plan.nodes)
        self._in_order = all(map(_always_in_order, plan.nodes))
        if plan.nodes:
            self._hashed, self._pick_hashed = _template(plan.nodes)

    def fill(self, texts: Sequence[str], integers: Sequence[int]) -> str | None:
        """Return the canonical N-Quads, or None for values that need PyLD's judgement."""
        joined = "".join(texts)
        if not joined.isprintable() and FORBIDDEN.search(joined):
            return None
        if not _FIT_IRIS.match("".join([f"{texts[slot]} " for slot in self._iris])):
            return None
        if '"' in joined or "\\" in joined:
            texts = [text.translate(_ESCAPES) for text in texts]
        values: list[str | int] = [*texts, *integers]
        if self._nodes:
            labels = self._labels(values)
            if labels is None:
                return None
            values += labels
        return _sorted_lines(self._document % self._pick(values))

    def _labels(self, values: list[str | int]) -> list[str] | None:
        """Return the label of each blank node, or None where first-degree hashes do not tell them apart."""
        filled = (self._hashed % self._pick_hashed(values)).split("\n\n")
        texts = [f"{lines}\n" for lines in filled] if self._in_order else map(_sorted_lines, filled)
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        order = {digest: place for place, digest in enumerate(sorted(digests))}
        if len(order) != len(digests):
            return None
        return [f"_:c14n{order[digest]}" for digest in digests]


def _sorted_lines(text: str) -> str:
    lines = text.split("\n")
    lines.sort()  # the template is nearly in order already
    if len(set(lines)) < len(lines):  # equal statements collapse
        lines = sorted(set(lines))
    return "\n".join(lines) + "\n"


def _always_in_order(lines: Sequence[_Line]) -> bool:
    """Whether the constant beginnings of sorted lines decide their order, whatever the values."""
    heads = [line.text.split("%s")[0] for line in lines]
    unlike = not any(a.startswith(b) or b.startswith(a) for a, b in combinations(heads, 2))
    return unlike and not any("%%" in line.text for line in lines)


def _template(groups: Sequence[Sequence[_Line]]) -> tuple[str, Callable[[list[Any]], Any]]:
    text = "\n\n".join("\n".join(line.text for line in group) for group in groups)
    slots = [slot for group in groups for line in group for slot in line.slots]
    return text, itemgetter(*slots) if slots else _nothing


def _nothing(_values: list[Any]) -> tuple[()]:
    return ()


class NotCompilableError(Exception):
    """PyLD has to see each document of this shape."""


def compile_shape(document: Mapping[str, Any], to_dataset: Callable[[Mapping[str, Any]], Dataset]) -> Shape:
    """Learn the shape of `document` from PyLD. Raises NotCompilableError.

    It is learnt twice with different sentinels: a value that leaks into a constant gives two different plans.
    """
    try:
        first, second = (_plan(document, to_dataset, kind) for kind in range(2))
    except CanonicalisationError:
        raise NotCompilableError from None
    if first != second:
        raise NotCompilableError
    return Shape(first)


def _plan(document: Mapping[str, Any], to_dataset: Callable[[Mapping[str, Any]], Dataset], kind: int) -> _Plan:
    sentinels = Sentinels(kind)
    marked = sentinels.replace(document)
    slots = sentinels.slots()
    dataset = to_dataset(marked)
    if set(dataset) != {"@default"}:
        raise NotCompilableError
    triples = dataset["@default"]
    blanks = sorted({term["value"] for triple in triples for term in triple.values() if term["type"] == "blank node"})
    writer = _Writer(slots, {name: len(slots) + place for place, name in enumerate(blanks)})
    lines = tuple(sorted((writer.line(triple) for triple in triples), key=_text_and_slots))
    nodes = tuple(writer.hashed_lines(triples, name) for name in blanks)
    used = {slot for line in lines for slot in line.slots}
    if not used or not used.issuperset(range(len(slots))):
        raise NotCompilableError
    if any(len(set(node)) != len(node) for node in nodes):  # two nodes hang on one by the same predicate
        raise NotCompilableError
    return _Plan(lines, nodes, frozenset(writer.iris))


def _text_and_slots(line: _Line) -> tuple[str, tuple[int, ...]]:
    return line.text, line.slots


class _Writer:
    """Writes triples of sentinels as lines with slots."""

    def __init__(self, slots: Mapping[str, int], blanks: Mapping[str, int]) -> None:
        self._slots = slots
        self._blanks = blanks
        self.iris: set[int] = set()

    def line(self, triple: Mapping[str, Term], hashed_for: str | None = None) -> _Line:
        """Write one triple; for a first-degree hash, the node itself is `_:a` and any other `_:z`."""
        parts = [self._part(triple[place], hashed_for) for place in ("subject", "predicate", "object")]
        slots = tuple(slot for _, slot in parts if slot is not None)
        return _Line(" ".join(text for text, _ in parts) + " .", slots)

    def hashed_lines(self, triples: Sequence[Mapping[str, Term]], name: str) -> tuple[_Line, ...]:
        """Write the triples that touch a blank node, for its first-degree hash."""
        return tuple(sorted((self.line(triple, name) for triple in _touching(triples, name)), key=_text_and_slots))

    def _part(self, term: Term, hashed_for: str | None) -> tuple[str, int | None]:
        value = term["value"]
        if term["type"] == "blank node":
            if hashed_for is None:
                return "%s", self._blanks[value]
            return ("_:a" if value == hashed_for else "_:z"), None
        slot = self._slots.get(value)
        text = _constant(value) if slot is None else "%s"
        if term["type"] == "IRI":
            if slot is not None:
                self.iris.add(slot)
            return f"<{text}>", slot
        return f'"{text}"{_suffix(term)}', slot


def _constant(value: str) -> str:
    return value.translate(_ESCAPES).replace("%", "%%")


def _suffix(literal: Term) -> str:
    if literal["datatype"] == _XSD_DOUBLE:  # PyLD rewrites numbers in such texts
        raise NotCompilableError
    if "language" in literal:
        return "@" + literal["language"].replace("%", "%%")
    return "" if literal["datatype"] == _XSD_STRING else f"^^<{literal['datatype'].replace('%', '%%')}>"


def _touching(triples: Sequence[Mapping[str, Term]], name: str) -> Iterator[Mapping[str, Term]]:
    for triple in triples:
        if any(term["type"] == "blank node" and term["value"] == name for term in triple.values()):
            yield triple
