"""An independent judge of canonical texts: Oxigraph's RDFC-1.0, written in another language by other people."""

from typing import Any

import pyoxigraph
from pyld import jsonld

from credential.contexts import document_loader


def canonical(document: dict[str, Any], replace: dict[str, str] | None = None) -> str:
    """Return the canonical N-Quads of `document`, in which each IRI of `replace` becomes another, lawful or not."""
    options = {"base": None, "documentLoader": document_loader, "format": "application/n-quads"}
    statements = jsonld.to_rdf(document, options)
    for old, new in (replace or {}).items():
        statements = statements.replace(f"<{old}>", f"<{new}>")
    quads = pyoxigraph.parse(statements, pyoxigraph.RdfFormat.N_QUADS, lenient=bool(replace))
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    assert written is not None
    return "".join(sorted(written.decode().splitlines(keepends=True)))
