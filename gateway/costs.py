"""What an operation costs: one per field, times the length of the pages that it is in; mutations ten more each.

Judged before execution, from the document and the variables, never from the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from gateway.limits import flat

PAGE = "first"
MAX_PAGE = 100
MUTATION = 10


@dataclass(slots=True)
class _Costs:
    """Costs selections; each fragment once, so that spreading it often costs nothing to find out."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[str, int] = field(default_factory=dict)

    def of(self, selected: SelectionSetNode | None) -> int:
        total = 0
        for node in flat(selected):
            if isinstance(node, FieldNode):
                total += 1 + self.of(node.selection_set) * self._length(node)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value)
        return total

    def _fragment(self, name: str) -> int:
        if name not in self.known:
            self.known[name] = 0  # one that spreads itself is refused by validation
            definition = self.fragments.get(name)
            self.known[name] = self.of(definition.selection_set) if definition else 0
        return self.known[name]

    def _length(self, node: FieldNode) -> int:
        given = next((one.value for one in node.arguments or () if one.name.value == PAGE), None)
        value: Any = None
        if isinstance(given, IntValueNode):
            value = int(given.value)
        elif isinstance(given, VariableNode):
            value = self.variables.get(given.name.value)
        return min(value, MAX_PAGE) if isinstance(value, int) and value > 1 else 1


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """Return the whole numbers that variables have where they are not given."""
    return {
        one.variable.name.value: int(one.default_value.value)
        for one in operation.variable_definitions or ()
        if isinstance(one.default_value, IntValueNode)
    }


def cost_of(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: dict[str, Any],
) -> int:
    """Return what an operation costs, at least 1."""
    costs = _Costs(fragments, _defaults(operation) | variables)
    mutations = len(operation.selection_set.selections) if operation.operation is OperationType.MUTATION else 0
    return max(1, costs.of(operation.selection_set) + MUTATION * mutations)
