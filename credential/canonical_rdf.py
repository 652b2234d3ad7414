"""From a JSON-LD document to canonical N-Quads through PyLD: the slow way that defines what is right."""

import re
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, Final

from pyld import ContextResolver
from pyld.canon import URDNA2015
from pyld.jsonld import JsonLdError, JsonLdProcessor

from credential import contexts
from credential.canonical_checks import RECEIVED_IRI, check_absolute, check_contexts, check_expanded, check_values
from credential.errors import CanonicalisationError, UndefinedTerm

Term = dict[str, str]
Dataset = dict[str, list[dict[str, Term]]]
"""PyLD's RDF dataset: graph name -> triples of subject, predicate, object, each with type, value, perhaps datatype."""

# More would let a small document of indistinguishable nodes keep a processor busy for hours ("poison graph").
_MAX_N_DEGREE_HASHES: Final = 2_000
# What PyLD raises on documents that are JSON but not JSON-LD.
_PYLD_ERRORS: Final = (
    JsonLdError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


class RdfProcessor:
    """PyLD with bundled contexts only, no base address, and refusal of everything that would not be signed."""

    def __init__(self, extra_contexts: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Take further context documents by address; a test of other people's vectors needs some."""
        self._extra = dict(extra_contexts or {})
        self._known = contexts.KNOWN | self._extra.keys()
        # PyLD's caches of processed contexts are not made for threads; the work holds the interpreter anyway.
        self._lock = Lock()
        self._options: dict[str, Any] = {
            "base": None,  # an empty string would resolve relative ids against example.org
            "documentLoader": self._load,
            "contextResolver": ContextResolver({}, self._load),  # ours, so that contexts stay processed
        }

    def _load(self, url: str, options: Mapping[str, Any]) -> dict[str, Any]:
        if url in self._extra:
            return {"contentType": None, "contextUrl": None, "documentUrl": url, "document": dict(self._extra[url])}
        return contexts.document_loader(url, options)

    def canonicalise(self, document: Mapping[str, Any], *, received: bool = False) -> str:
        """Return canonical N-Quads. Raises the subclasses of CanonicalisationError."""
        if not received:
            return n_quads(self.dataset(document))
        self._check(document, received=True)
        names = Placeholders(document)
        dataset = self._expanded(names.document, received=True)
        return n_quads(names.restore(dataset) if names else dataset)

    def dataset(self, document: Mapping[str, Any]) -> Dataset:
        """Check `document` strictly and return its RDF dataset, blank nodes named as PyLD met them."""
        self._check(document, received=False)
        return self._expanded(document, received=False)

    def _check(self, document: Mapping[str, Any], *, received: bool) -> None:
        check_values(document, received=received)
        check_contexts(document, self._known)

    def _expanded(self, document: Mapping[str, Any], *, received: bool) -> Dataset:
        undefined: list[str | None] = []
        with self._lock:
            try:
                processor = JsonLdProcessor(on_property_dropped=undefined.append)
                expanded = processor.expand(document, self._options)
                if undefined:
                    raise UndefinedTerm("A member is not defined by the document's contexts; remove it.")
                check_expanded(expanded, received=received)
                dataset: Dataset = JsonLdProcessor().to_rdf(expanded, self._options)
            except _PYLD_ERRORS as error:
                raise CanonicalisationError("The document is not valid JSON-LD under its contexts.") from error
        if not any(dataset.values()):
            raise UndefinedTerm("The document states nothing that could be signed.")
        return dataset


class _BoundedURDNA2015(URDNA2015):  # type: ignore[misc]  # PyLD has no types
    """URDNA2015 that gives up on documents made to take for ever."""

    def __init__(self) -> None:
        super().__init__()
        self._n_degree_hashes = 0

    def hash_n_degree_quads(self, id_: str, issuer: object) -> object:
        """Count, then hash as PyLD does."""
        self._n_degree_hashes += 1
        if self._n_degree_hashes > _MAX_N_DEGREE_HASHES:
            raise CanonicalisationError("The document has too many nodes that cannot be told apart.")
        return super().hash_n_degree_quads(id_, issuer)


def n_quads(dataset: Dataset) -> str:
    """Return the canonical N-Quads of `dataset`, which is used up. Raises CanonicalisationError for a poison graph."""
    return str(_BoundedURDNA2015().main(dataset, {"format": "application/n-quads"}))


class Placeholders:
    """Stand-ins for ids with spaces: jsonld.js 2.0.2 signed them, PyLD drops them (Co-WIN specification 2.6).

    Each text that jsonld.js would take for an absolute IRI and PyLD would not keeps its scheme (so that prefixes still
    expand) and gets a placeholder as the rest; the real rest goes back into the RDF dataset, before hashes and order
    are made. Texts that are no ids go the same way and come back unchanged.
    """

    _SPACED: Final = re.compile(r"((?:[A-Za-z][A-Za-z0-9+-.]*|_):(?://)?)(.*\s.*)\Z", re.DOTALL)

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Replace in a copy of `document`, which is `self.document`."""
        self._rests: dict[str, str] = {}
        self._mark = "placeholder"
        if any(self._SPACED.match(text) for text in _texts(document)):
            while any(self._mark in text for text in _texts(document)):
                self._mark += "x"
        self.document: Mapping[str, Any] = {
            key: value if key == "@context" else self._replace(value) for key, value in document.items()
        }

    def __bool__(self) -> bool:
        return bool(self._rests)

    def _replace(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            found = self._SPACED.match(value)
            return found[1] + self._token(found[2]) if found else value
        if isinstance(value, Mapping):
            return {key: self._replace(member) for key, member in value.items()}
        return [self._replace(item) for item in value] if isinstance(value, list) else value

    def _token(self, rest: str) -> str:
        return self._rests.setdefault(rest, f"{self._mark}{len(self._rests)}.")

    def restore(self, dataset: Dataset) -> Dataset:
        """Put the real texts back into `dataset`. Raises RelativeId where one would break out of its N-Quads term."""
        return {
            self._restored(name): [
                {place: self._restored_term(term) for place, term in triple.items()} for triple in triples
            ]
            for name, triples in dataset.items()
        }

    def _restored_term(self, term: Term) -> Term:
        restored = {member: self._restored(text) for member, text in term.items()}
        if term["type"] == "IRI":
            check_absolute(restored["value"], RECEIVED_IRI)
        return restored

    def _restored(self, text: str) -> str:
        if self._mark in text:
            for rest, token in self._rests.items():
                text = text.replace(token, rest)
        return text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
