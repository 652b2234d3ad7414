"""The canonical form that signatures of RDF suites cover: URDNA2015, also known as RDFC-1.0, as N-Quads.

Strict: what would not be signed, or could be written in two ways, is refused (Co-WIN specification 2.6; faults 1 to 3
of the system this replaces). No context is ever downloaded. PyLD defines what is right (credential.canonical_rdf);
shapes that come again are compiled (credential.shapes), which gives the same text about a hundred times faster.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import count
from threading import Lock
from typing import Any, Final

from credential.canonical_leaves import Leaves, ShapeKey, leaves
from credential.canonical_rdf import RdfProcessor
from credential.shapes import NotCompilableError, Shape, compile_shape

_MAX_KEY_CHARACTERS: Final = 16_384


class Canonicaliser:
    """Canonicalises documents, and remembers the shapes it has seen.

    A shape is compiled when it is met again, so that a stranger cannot make us compile with every document;
    `capacity` bounds the memory, least recently used first. Every `shadow_every`-th use of a shape is compared with
    PyLD: should they differ, PyLD's answer holds, the shape is given up, and `mismatches` counts it. May be shared
    between threads.
    """

    def __init__(
        self,
        extra_contexts: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        capacity: int = 256,
        shadow_every: int = 4096,
    ) -> None:
        """Take further context documents by address, beside the bundled ones."""
        self._processor = RdfProcessor(extra_contexts)
        self._shapes = _Shapes(capacity)
        self._shadow_every = shadow_every
        self._uses = count(1)
        self.mismatches = 0

    def canonicalise(self, documents: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the canonical N-Quads of each document that we are about to sign."""
        return [self._canonicalise(document, received=False) for document in documents]

    def canonicalise_received(self, document: Mapping[str, Any]) -> str:
        """Return the canonical N-Quads of a document that somebody shows us."""
        return self._canonicalise(document, received=True)

    def _canonicalise(self, document: Mapping[str, Any], *, received: bool) -> str:
        taken = leaves(document)
        shape = self._shapes.get(taken.key) if taken else None
        if taken and shape:
            text = shape.fill(taken.texts, taken.integers)
            if text is not None and shape.proven and next(self._uses) % self._shadow_every:
                return text
            right = self._processor.canonicalise(document, received=received)
            self._compare(taken, shape, text, right)
            return right
        text = self._processor.canonicalise(document, received=received)
        if taken and self._shapes.is_due(taken.key):
            self._learn(document, taken, text)
        return text

    def _compare(self, taken: Leaves, shape: Shape, text: str | None, right: str) -> None:
        """Prove a shape by PyLD's text of a document that it takes, or give it up."""
        if text == right:
            shape.proven = True
        elif text is not None:
            self.mismatches += 1
            self._shapes.give_up(taken.key)

    def _learn(self, document: Mapping[str, Any], taken: Leaves, right: str) -> None:
        """Compile the shape of `document`; it must agree with PyLD on this document, or on the first that it takes."""
        try:
            shape = compile_shape(document, self._processor.dataset)
        except NotCompilableError:
            self._shapes.give_up(taken.key)
            return
        self._shapes.put(taken.key, shape)
        self._compare(taken, shape, shape.fill(taken.texts, taken.integers), right)


class _Shapes:
    """The shapes met lately: None when met once, False when given up."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[ShapeKey, Shape | bool | None] = OrderedDict()
        self._lock = Lock()

    def get(self, key: ShapeKey) -> Shape | None:
        """Return the compiled shape, if there is one."""
        with self._lock:
            entry = self._entries.get(key)
            if not isinstance(entry, Shape):
                return None
            self._entries.move_to_end(key)
            return entry

    def is_due(self, key: ShapeKey) -> bool:
        """Note that a shape was met; return whether it is time to compile it."""
        if sum(len(item) for item in key if isinstance(item, str)) > _MAX_KEY_CHARACTERS:
            return False
        with self._lock:
            if key in self._entries:
                return self._entries[key] is None
        self._set(key, None)
        return False

    def put(self, key: ShapeKey, shape: Shape) -> None:
        """Keep a compiled shape."""
        self._set(key, shape)

    def give_up(self, key: ShapeKey) -> None:
        """Leave a shape to PyLD from now on."""
        self._set(key, False)  # noqa: FBT003 - the entry's third state

    def _set(self, key: ShapeKey, entry: Shape | bool | None) -> None:  # noqa: FBT001 - as above
        with self._lock:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)


# The one shared instance is memoisation and nothing else: answers do not depend on what it remembers, and its memory
# is bounded.
DEFAULT: Final = Canonicaliser()


def canonicalise(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the canonical N-Quads of each document.

    Raises UnknownContext, UndefinedTerm, RelativeId, ForbiddenCharacter, or CanonicalisationError for what is no
    JSON-LD.
    """
    return DEFAULT.canonicalise(documents)


def canonicalise_received(document: Mapping[str, Any]) -> str:
    """Return the canonical N-Quads of a document to verify: ids with spaces are read as jsonld.js 2.0.2 reads them.

    Raises the same errors as `canonicalise`.
    """
    return DEFAULT.canonicalise_received(document)
