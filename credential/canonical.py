"""The canonical form that signatures of RDF suites cover: URDNA2015, also known as RDFC-1.0, as N-Quads.

Strict: what would not be signed, or could be written in two ways, is refused (Co-WIN specification 2.6; faults 1 to 3
of the system this replaces). No context is ever downloaded.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from credential.canonical_rdf import RdfProcessor


class Canonicaliser:
    """Canonicalises documents."""

    def __init__(self, extra_contexts: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Take further context documents by address."""
        self._processor = RdfProcessor(extra_contexts)

    def canonicalise(self, documents: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the canonical N-Quads of each document that we are about to sign."""
        return [self._processor.canonicalise(document) for document in documents]

    def canonicalise_received(self, document: Mapping[str, Any]) -> str:
        """Return the canonical N-Quads of a document that somebody shows us."""
        return self._processor.canonicalise(document, received=True)


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
