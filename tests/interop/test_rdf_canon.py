"""The W3C's vectors for RDF dataset canonicalisation, through the algorithm that our texts come from."""

from pathlib import Path

from pyld.nquads import parse_nquads

from credential.canonical_rdf import n_quads


def test_vectors(vectors: Path) -> None:
    inputs = sorted((vectors / "w3c" / "rdf-canon").glob("*-in.nq"))
    assert inputs
    for path in inputs:
        expected = path.with_name(path.name.replace("-in", "-rdfc10")).read_text(encoding="utf-8")
        assert n_quads(parse_nquads(path.read_text(encoding="utf-8"))) == expected, path.name
