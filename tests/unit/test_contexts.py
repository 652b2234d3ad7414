import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from credential import contexts
from credential.errors import UnknownContext
from tests import sample_documents

NAMESPACE = "https://w3id.org/pramaan/vaccination#"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (contexts.COWIN_V1, "vaccination-v1.json"),
        (contexts.DIVOC_V1, "vaccination-v1.json"),
        (contexts.COWIN_V2, "vaccination-v2.json"),
        (contexts.DIVOC_V2, "vaccination-v2.json"),
        ("https://w3id.org/security/v1", "security-v1.json"),
        (contexts.SECURITY_V2, "security-v2.json"),
    ],
)
def test_context_is_the_published_one(vectors: Path, url: str, name: str) -> None:
    assert contexts.load(url) == json.loads((vectors / "cowin" / "contexts" / name).read_text())


def test_credentials_v2_is_the_recommendation_s(vectors: Path) -> None:
    published = json.loads((vectors / "w3c" / "contexts" / "credentials-v2.w3c.json").read_text())
    assert contexts.load(contexts.CREDENTIALS_V2) == published


def test_reference_alias_of_credentials_v1() -> None:
    assert contexts.load("https://www.w3.org/2018/credentials#") == contexts.load(contexts.CREDENTIALS_V1)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.who.int/2020/credentials/vaccination/v1",
        "https://cowin.mofw.gov.in/credentials/vaccination/v1",
        "https://www.w3.org/ns/activitystreams",
        "file:///etc/passwd",
        "",
    ],
)
def test_context_that_is_not_bundled_is_unknown(url: str) -> None:
    with pytest.raises(UnknownContext):
        contexts.load(url)
    with pytest.raises(UnknownContext):
        contexts.document_loader(url, {})


def test_what_one_caller_changes_another_does_not_see() -> None:
    contexts.load(contexts.COWIN_V1)["@context"]["Person"] = "changed"
    assert contexts.load(contexts.COWIN_V1)["@context"]["Person"] != "changed"


def test_every_term_of_our_context_has_an_iri_of_its_own() -> None:
    terms = {name: term for name, term in contexts.load(contexts.VACCINATION_V1)["@context"].items() if name[0] != "@"}
    iris = [term if isinstance(term, str) else term["@id"] for term in terms.values()]
    assert Counter(iris).most_common(1)[0][1] == 1
    assert {iri.removeprefix(NAMESPACE) for iri in iris} == terms.keys()


def test_our_context_is_protected() -> None:
    assert contexts.load(contexts.VACCINATION_V1)["@context"]["@protected"] is True


def test_within_each_node_of_vc2_no_two_members_share_an_iri() -> None:
    dropped: list[str | None] = []
    expanded = jsonld.expand(
        sample_documents.vc2(),
        {"base": None, "documentLoader": contexts.document_loader},
        on_property_dropped=dropped.append,
    )
    assert not dropped
    for node in _nodes(expanded):
        assert all(len(values) == 1 for name, values in node.items() if isinstance(values, list) and name != "@type")


def _nodes(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(member)


@pytest.mark.parametrize("url", sorted(contexts.KNOWN))
def test_no_bundled_context_defines_the_prefixes_that_compiled_shapes_rely_on(url: str) -> None:
    assert not set(_terms(contexts.load(url))) & {"did", "urn"}


def _terms(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        yield from value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _terms(member)
