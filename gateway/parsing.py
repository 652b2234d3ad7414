"""From a document's text to something that may be executed, through a bounded cache."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    ValuesOfCorrectTypeRule,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import ASTValidationRule, MaxIntrospectionDepthRule

from gateway.costs import cost_of
from gateway.faults import BAD_REQUEST, PARSE_FAILED, TOO_COMPLEX, VALIDATION_FAILED, Fault, RequestFault, refuse
from gateway.limits import Limits, excess, fragments_of, operations_of

MAX_VALIDATION_ERRORS = 20
_WRONG_VALUE = "A value in the document is not of the type that the schema asks for."


class _SilentValues(ValuesOfCorrectTypeRule):
    """The rule of the specification, without repeating the value."""

    def report_error(self, error: GraphQLError) -> None:
        super().report_error(GraphQLError(_WRONG_VALUE, error.nodes))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed, measured and validated, or the faults that refuse it."""

    document: DocumentNode | None
    fragments: dict[str, FragmentDefinitionNode]
    operations: dict[str | None, OperationDefinitionNode]
    faults: tuple[Fault, ...] = ()

    def cost(self, operation: OperationDefinitionNode, variables: dict[str, Any] | None) -> int:
        """Return what executing an operation costs."""
        return cost_of(operation, self.fragments, variables or {})

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation to execute. Raises RequestFault."""
        if self.faults:
            raise RequestFault(*self.faults)
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            raise refuse(BAD_REQUEST, "Name one of the operations of the document in operationName.")
        return self.operations[name]


def validation_rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    """Return the specification's rules, with values kept silent; introspection may be off."""
    rules: Iterable[type[ASTValidationRule]] = specified_rules
    rules = tuple(_SilentValues if rule is ValuesOfCorrectTypeRule else rule for rule in rules)
    return (*rules, MaxIntrospectionDepthRule) if introspection else (*rules, NoSchemaIntrospectionCustomRule)


class Documents:
    """Prepares documents, and keeps the last used ones, within a number and a sum of characters."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, introspection: bool) -> None:
        """Take the schema to validate against."""
        self._schema = schema
        self._limits = limits
        self._introspection = introspection
        self._rules = validation_rules(introspection=introspection)
        self._kept: OrderedDict[bytes, tuple[int, Prepared]] = OrderedDict()
        self._characters = 0

    def prepare(self, text: str) -> Prepared:
        """Return the document, prepared now or before."""
        if len(text) > self._limits.characters:  # the lexer goes character by character, however few tokens they make
            message = f"At most {self._limits.characters} characters are allowed in a document; use variables."
            return _refused(Fault(TOO_COMPLEX, message))
        key = sha256(text.encode("utf-8", "surrogatepass")).digest()
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known[1]
        prepared = self._prepare(text)
        self._keep(key, len(text), prepared)
        return prepared

    def _keep(self, key: bytes, size: int, prepared: Prepared) -> None:
        if size > self._limits.cached_characters // 10:
            return
        self._kept[key] = (size, prepared)
        self._characters += size
        while len(self._kept) > self._limits.cached_documents or self._characters > self._limits.cached_characters:
            _, (dropped, _) = self._kept.popitem(last=False)
            self._characters -= dropped

    def _prepare(self, text: str) -> Prepared:
        limits = self._limits
        try:
            document = parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.comments)
        except GraphQLSyntaxError as error:
            return _refused(_syntax_fault(error, limits))
        if too_much := excess(document, limits, introspection=self._introspection):
            return _refused(Fault(TOO_COMPLEX, too_much))
        errors = validate(self._schema, document, self._rules, MAX_VALIDATION_ERRORS, hide_suggestions=True)
        faults = tuple(Fault(VALIDATION_FAILED, error.message, (), _places(error)) for error in errors)
        operations = {one.name.value if one.name else None: one for one in operations_of(document)}
        return Prepared(document, fragments_of(document), operations, faults)


def _refused(fault: Fault) -> Prepared:
    return Prepared(None, {}, {}, (fault,))


def _syntax_fault(error: GraphQLSyntaxError, limits: Limits) -> Fault:
    """Return the fault; the parser's message is not repeated, since it holds pieces of the document."""
    if "more than" in error.message:
        return Fault(TOO_COMPLEX, f"At most {limits.tokens} tokens are allowed in a document.")
    if "nested too deeply" in error.message:
        return Fault(TOO_COMPLEX, "The document is nested too deeply.")
    return Fault(PARSE_FAILED, "Syntax error in the document.", (), _places(error))


def _places(error: GraphQLError) -> tuple[tuple[int, int], ...]:
    return tuple((one.line, one.column) for one in error.locations or ())
