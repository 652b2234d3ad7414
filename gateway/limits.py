"""Limits on what one request may ask for, judged before anything is validated or executed (contract, Over HTTP)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)

from credential.operations.files import MAX_FILE


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body; what a document may amount to, from characters to mutations; seconds of a request.

    `upload` is the largest file in chunks, in bytes. `backlog` is the number of waiting outbox rows above which
    issuing is refused for a while, `streams` how many subscriptions one process carries. `cached_documents` and
    `cached_characters` bound the cache of parsed documents.
    """

    body: int = 8 * 1024 * 1024
    upload: int = MAX_FILE
    characters: int = 100_000
    tokens: int = 5_000
    comments: int = 1_000
    depth: int = 12
    aliases: int = 30
    fragments: int = 50
    mutations: int = 5
    seconds: float = 30
    backlog: int = 100_000
    streams: int = 200
    cached_documents: int = 500
    cached_characters: int = 500_000


@dataclass(slots=True)
class _Shape:
    """What a selection amounts to once its fragments are put in."""

    depth: int = 0
    aliases: int = 0


@dataclass(slots=True)
class _Measure:
    """Measures selections; each fragment once, so that spreading it often costs nothing."""

    fragments: dict[str, FragmentDefinitionNode]
    introspection: bool
    known: dict[str, _Shape] = field(default_factory=dict)

    def selections(self, selected: SelectionSetNode | None) -> _Shape:
        """Measure a selection set. Renamed and repeated fields count as aliases: each is work for little to write."""
        shape, names = _Shape(), Counter[str]()
        for node in flat(selected):
            part = self._node(node)
            shape.depth = max(shape.depth, part.depth)
            shape.aliases += part.aliases
            if isinstance(node, FieldNode):
                names[(node.alias or node.name).value] += 1
                shape.aliases += node.alias is not None
        shape.aliases += sum(count - 1 for count in names.values())
        return shape

    def _node(self, node: SelectionNode) -> _Shape:
        if isinstance(node, FieldNode):
            if self.introspection and node.name.value.startswith("__"):
                return _Shape(1)  # tools ask deeper than clients; a validation rule bounds them
            inner = self.selections(node.selection_set)
            return _Shape(inner.depth + 1, inner.aliases)
        return self._fragment(node.name.value) if isinstance(node, FragmentSpreadNode) else _Shape()

    def _fragment(self, name: str) -> _Shape:
        if name not in self.known:
            self.known[name] = _Shape()  # a fragment that spreads itself is left to validation, which refuses it
            definition = self.fragments.get(name)
            self.known[name] = self.selections(definition.selection_set) if definition else _Shape()
        return self.known[name]


def flat(selected: SelectionSetNode | None) -> Iterator[SelectionNode]:
    """Yield the fields and spreads of a selection set, those of its inline fragments included."""
    for node in selected.selections if selected else ():
        if isinstance(node, InlineFragmentNode):
            yield from flat(node.selection_set)
        else:
            yield node


def excess(document: DocumentNode, limits: Limits, *, introspection: bool = False) -> str | None:
    """Return what a document has too much of, else None; introspection, where allowed, is not measured."""
    fragments = fragments_of(document)
    if len(fragments) > limits.fragments:
        return f"At most {limits.fragments} fragments are allowed in a document."
    measure = _Measure(fragments, introspection)
    for operation in operations_of(document):
        shape = measure.selections(operation.selection_set)
        if shape.depth > limits.depth:
            return f"Fields may be nested at most {limits.depth} deep."
        if shape.aliases > limits.aliases:
            return f"At most {limits.aliases} aliases and repeated fields are allowed in a document."
        mutations = len(list(root_fields(operation, fragments)))
        if operation.operation is OperationType.MUTATION and mutations > limits.mutations:
            return f"At most {limits.mutations} mutations are allowed in a request."
    return None


def root_fields(
    operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """Yield the root fields of an operation, each spread fragment once."""
    waiting, seen = list(flat(operation.selection_set)), set[str]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            definition = fragments.get(node.name.value)
            waiting += flat(definition.selection_set) if definition else ()


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """Return the operations of a document."""
    return [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the named fragments of a document."""
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
