"""The REST doors: documents, keys, schemas, health; and what every answer carries."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from credential.access import Scope
from credential.errors import Unavailable
from gateway.doors import certificates
from gateway.limits import Limits
from gateway.pages.explorer import FILES
from tests.flow.house import CERTIFICATE, ISSUE, House, house, record

MOBILE = {"x-proof-mobile": "9999900001"}
Get = Callable[..., Awaitable[httpx.Response]]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def test_the_pdf(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    response = await home.http.get(f"/certificates/{identifier}.pdf?language=hi", headers=bearer(key))
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    assert response.headers["content-disposition"] == f'inline; filename="certificate-{identifier}-hi.pdf"'
    assert response.headers["cache-control"] == "private, no-cache"
    again = await home.http.get(
        f"/certificates/{identifier}.pdf?language=hi",
        headers={**bearer(key), "if-none-match": response.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_the_pdf_waits_and_then_says_when_to_come_back(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "PATIENCE", 0.05)
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    home.workbench.idle = True
    response = await home.http.get(f"/certificates/{identifier}.pdf", headers=bearer(key))
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    await home.app.state.gateway.nudges.close()
    assert [job.name for job in home.workbench.seen].count("render") == 1


async def test_the_qr_code(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    response = await home.http.get(f"/certificates/{identifier}.png", headers=bearer(key))
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert response.content.startswith(b"\x89PNG")


async def test_documents_are_for_those_who_may_read(home: House) -> None:
    source, other, partner, analyst = [
        await home.client(scope) for scope in (Scope.ISSUE, Scope.ISSUE, Scope.FETCH, Scope.STATS)
    ]
    identifier = await home.issued(source)
    path = f"/certificates/{identifier}.png"
    allowed = [bearer(source), bearer(partner) | MOBILE, bearer(partner) | {"x-proof-date-of-birth": "1980"}]
    for headers in allowed:
        assert (await home.http.get(path, headers=headers)).status_code == 200
    both = MOBILE | {"x-proof-date-of-birth": "1980"}
    refused = [
        {},
        MOBILE,
        bearer(other),
        bearer(analyst),
        bearer(partner),
        bearer(partner) | {"x-proof-mobile": "9999900002"},
        bearer(partner) | both,
    ]
    answers = [await home.http.get(path, headers=headers) for headers in refused]
    answers.append(await home.http.get("/certificates/unknown.png", headers=bearer(partner) | MOBILE))
    assert {answer.status_code for answer in answers} == {404}
    assert len({without_id(answer) for answer in answers}) == 1
    assert (await home.http.get(path, headers=bearer("nobody"))).status_code == 401


def without_id(answer: httpx.Response) -> str:
    return answer.text.replace(answer.headers["x-request-id"], "")


async def test_a_language_that_we_do_not_have(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key)
    response = await home.http.get(f"/certificates/{identifier}.pdf?language=xx", headers=bearer(key))
    assert response.status_code == 400


async def test_public_keys(home: House) -> None:
    keys = (await home.http.get("/.well-known/jwks.json")).json()["keys"]
    assert {(key["kty"], key["alg"]) for key in keys} == {("RSA", "PS256"), ("OKP", "EdDSA")}
    assert all("d" not in key for key in keys)
    document = (await home.http.get("/.well-known/did.json")).json()
    ids = {method["id"] for method in document["verificationMethod"]}
    assert ids == {f"{document['id']}#{key['kid']}" for key in keys} == set(document["assertionMethod"])
    pem = await home.http.get("/did:india")
    assert isinstance(load_pem_public_key(pem.content), RSAPublicKey)
    shown = await home.ask("{ issuer { keys { id publicKeyPem } } }")
    assert {key["id"] for key in shown["issuer"]["keys"]} == {key["kid"] for key in keys}


async def test_the_did_document_tells_when_keys_end(home: House) -> None:
    at = datetime(2027, 1, 1, tzinfo=UTC)
    rsa, edwards = sorted(await home.store.public_keys(), key=lambda key: key.algorithm, reverse=True)
    await home.store.register([replace(rsa, retired_at=at), replace(edwards, retired_at=at)])
    document = (await home.http.get("/.well-known/did.json")).json()
    methods = {method["type"]: method for method in document["verificationMethod"]}
    assert methods.keys() == {"JsonWebKey", "Multikey"}
    assert {method["expires"] for method in methods.values()} == {"2027-01-01T00:00:00Z"}
    assert len(document["assertionMethod"]) == 2
    await home.store.register([replace(edwards, compromised_at=at)])
    home.app.state.gateway.ports.keys._keys.forget()  # what a second would do
    document = (await home.http.get("/.well-known/did.json")).json()
    [compromised] = [method for method in document["verificationMethod"] if "revoked" in method]
    assert (compromised["type"], compromised["revoked"]) == ("Multikey", "2027-01-01T00:00:00Z")
    assert document["assertionMethod"] == [methods["JsonWebKey"]["id"]]


async def test_the_schema_of_bulk_records(home: House) -> None:
    schema = (await home.http.get("/schemas/record-list.json")).json()
    assert (schema["type"], schema["maxItems"]) == ("array", 1000)
    assert "beneficiaryId" in schema["$defs"]["VaccinationRecord"]["required"]


async def test_health(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await home.http.get("/health/live")).status_code == 200
    assert (await home.http.get("/health/ready")).json()["store"] == "ok"

    async def away(*_: object) -> int:
        raise Unavailable("The store is away.")

    monkeypatch.setattr(type(home.store), "backlog", away)
    response = await home.http.get("/health/ready")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize("path", ["/graphql", "/certificates/1.pdf", "/health/live", "/did:india"])
async def test_unknown_methods(home: House, path: str) -> None:
    assert (await home.http.delete(path)).status_code == 405


async def test_every_answer_carries_its_guards(home: House) -> None:
    for path in ("/graphql", "/nowhere", "/health/live", "/certificates/1.pdf"):
        headers = (await home.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert len(headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    "query",
    [
        "mutation { __typename }",
        '{ verify(input: {text: "x"}) { verdict } }',
        '{ ... { verify(input: {text: "x"}) { verdict } } }',
        '{ ...F } fragment F on Query { verify(input: {text: "x"}) { verdict } }',
    ],
)
async def test_what_a_get_may_not_ask(home: House, query: str) -> None:
    response = await home.http.get("/graphql", params={"query": query})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert "data" not in response.json()


async def test_batches_of_operations_are_refused(home: House) -> None:
    response = await home.http.post("/graphql", json=[{"query": "{ viewer { id } }"}])
    assert response.status_code == 400


@pytest.mark.parametrize("accept", ["text/plain", "image/*", "application/json;q=0"])
async def test_a_media_type_that_we_do_not_speak(home: House, accept: str) -> None:
    body = {"query": "{ viewer { id } }"}
    assert (await home.http.post("/graphql", json=body, headers={"accept": accept})).status_code == 406


async def test_other_bodies_than_json_are_refused(home: House) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        headers = {"content-type": content_type}
        assert (await home.http.post("/graphql", content=b"{}", headers=headers)).status_code == 415


async def test_development_explains_itself_and_production_does_not(tmp_path: Path, signing_keys: Path) -> None:
    introspection = {"query": '{ __type(name: "Query") { name } }'}
    browser = {"accept": "text/html,*/*"}
    async with house(tmp_path, signing_keys) as home:
        assert (await home.http.post("/graphql", json=introspection)).json()["data"]
        response = await home.http.get("/graphql", headers=browser)
        assert "graphiql" in response.text
        assert "script-src 'self';" in response.headers["content-security-policy"]
    async with house(tmp_path, signing_keys, development=False) as home:
        assert "data" not in (await home.http.post("/graphql", json=introspection)).json()
        response = await home.http.get("/graphql", headers=browser)
        assert "graphiql" not in response.text
        assert response.headers["strict-transport-security"]
        assert (await home.http.get("/graphiql/explorer.js")).status_code == 404


EXPLORER_TYPES = {"explorer.js": "text/javascript", "explorer.css": "text/css", "LICENSES.txt": "text/plain"}


@pytest.mark.parametrize("name", EXPLORER_TYPES)
async def test_browsers_may_keep_the_files_of_the_explorer(home: House, name: str) -> None:
    response = await home.http.get(f"/graphiql/{name}")
    assert response.headers["content-type"] == f"{EXPLORER_TYPES[name]}; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.content == (FILES / name).read_bytes()


@pytest.mark.parametrize("name", ["explorer.py", "page.html", "..%2Fexplorer.py", "%2e%2e/explorer.py", "none.js"])
async def test_no_other_file_is_served_beside_them(home: House, name: str) -> None:
    assert (await home.http.get(f"/graphiql/{name}")).status_code == 404


@pytest.mark.parametrize("development", [True, False])
async def test_no_suggestions(tmp_path: Path, signing_keys: Path, *, development: bool) -> None:
    async with house(tmp_path, signing_keys, development=development) as home:
        for query in ("{ viewr { id } }", "{ viewer { nam } }", "{ revocations(frist: 1) { nodes { at } } }"):
            assert "mean" not in (await home.post(query)).text


async def test_a_long_backlog_refuses_new_records(tmp_path: Path, signing_keys: Path) -> None:
    async with house(tmp_path, signing_keys, Limits(backlog=0)) as home:
        key = await home.client(Scope.ISSUE)
        home.workbench.idle = True
        given = {"recordsJson": [record()]}
        assert (await home.post(ISSUE, key, input=given)).status_code == 200
        home.app.state.gateway.ports.intake._checked_at = None  # what a second would do
        response = await home.post(ISSUE, key, input={"recordsJson": [record("10000000000002")]})
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


async def test_the_deadline(tmp_path: Path, signing_keys: Path) -> None:
    async with house(tmp_path, signing_keys, Limits(seconds=0.5)) as home:
        key = await home.client(Scope.ISSUE)
        home.workbench.idle = True
        response = await home.post(ISSUE, key, input={"recordsJson": [record()], "waitMs": 10_000})
        assert response.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
        assert await home.store.backlog() == 1, "what was accepted stays accepted"


async def test_the_log_names_the_template_and_no_value(home: House, capsys: pytest.CaptureFixture[str]) -> None:
    key = await home.client(Scope.ISSUE)
    identifier = await home.issued(key, name="Zzyzxcanaryperson")
    await home.ask(CERTIFICATE, key, id=identifier)
    await home.http.get(f"/certificates/{identifier}.png", headers=bearer(key))
    written = "".join(capsys.readouterr())
    assert "/certificates/{certificate_id}.png" in written
    for secret in (identifier, key, "Zzyzxcanaryperson", "9999900001", json.dumps("10000000000001")):
        assert secret not in written
