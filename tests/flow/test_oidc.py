"""People who log in with an OpenID provider: right tokens at every door, and each wrong one refused for its reason."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from structlog.testing import capture_logs

from backends.oidc.fetching import Provider as ProviderDocuments
from backends.oidc.fetching import open_provider
from backends.oidc.keys import ProviderKeys
from backends.oidc.remembering import Remembered
from backends.oidc.tokens import ProviderTokens
from backends.oidc_settings import OidcSettings, oidc_settings
from backends.sql.tables import audit
from backends.variables import Variables
from credential.access import Caller, Scope
from credential.errors import Unavailable
from tests.flow.house import UPDATE, House, house
from tests.flow.source_requests import certified, old_request, send
from tests.servers.provider import AUDIENCE, Provider, new_keys, provider, signed

VIEWER = "{ viewer { id name scopes } }"
LONG_AGO, SOON = -1_000, 1_000


@pytest.fixture(scope="module")
def served_provider() -> Iterator[Provider]:
    with provider() as here:
        yield here


@pytest.fixture
def issuer(served_provider: Provider) -> Provider:
    """A provider that is up, with its own keys alone."""
    served_provider.state, served_provider.more, served_provider.discovery, served_provider.seen = "up", [], {}, 0
    return served_provider


@pytest.fixture
async def home(tmp_path: Path, signing_keys: Path, issuer: Provider) -> AsyncIterator[House]:
    async with house(
        tmp_path, signing_keys, OIDC_ISSUER=issuer.issuer, OIDC_AUDIENCE=AUDIENCE, OIDC_CLIENT_ID="pages"
    ) as opened:
        yield opened


def settings(issuer: Provider, **more: str) -> OidcSettings:
    chosen = {"OIDC_ISSUER": issuer.issuer, "OIDC_AUDIENCE": AUDIENCE, **more}
    found = oidc_settings(Variables({f"PRAMAAN_{name}": value for name, value in chosen.items()}))
    assert found is not None
    return found


async def judged(issuer: Provider, token: str, *, now: datetime | None = None, **more: str) -> Caller | str:
    """Return who bears a token, or the reason in the log why it is refused."""
    chosen = settings(issuer, **more)
    async with open_provider(chosen) as documents:
        tokens = ProviderTokens(ProviderKeys(documents.jwks), chosen, Remembered("tokens", documents.token_origin))
        with capture_logs() as logs:
            found = await tokens.caller_of(token, now=now or datetime.now(UTC))
    return found or next(entry["reason"] for entry in logs if entry["event"] == "token_refused")


async def test_the_newer_name_of_eddsa(issuer: Provider) -> None:
    assert isinstance(await judged(issuer, issuer.token("ed", header={"alg": "Ed25519"})), Caller)
    assert await judged(issuer, issuer.token("ec", header={"alg": "Ed25519"})) == "key"


@pytest.mark.parametrize("kid", ["rsa", "ec", "ed"])
async def test_a_right_token_of_each_kind_of_key(issuer: Provider, kid: str) -> None:
    person = await judged(issuer, issuer.token(kid, scope="openid issue admin root"))
    assert person == Caller(
        "oidc:p-1", "Sample Person 1", frozenset({Scope.ISSUE, Scope.ADMIN}), None, "administration"
    )
    assert person.is_person


def unsigned(issuer: Provider) -> str:
    head = {"alg": "none", "typ": "at+jwt", "kid": "rsa"}
    return signed(head, issuer.claims(), b"")


def hs256_with_the_public_key(issuer: Provider) -> str:
    public = issuer.keys["rsa"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return issuer.token(key=public)


def key_swap(issuer: Provider) -> str:
    """Name the key of another kind than the algorithm's."""
    return issuer.token("ed", key=issuer.keys["rsa"])


def other_signer(issuer: Provider) -> str:
    return issuer.token(key=new_keys()["rsa"])


def key_in_the_header(issuer: Provider) -> str:
    with_key = new_keys()["rsa"]
    jwk = {**issuer.jwks["keys"][0], "kid": "rsa"}
    return issuer.token(key=with_key, header={"jwk": jwk, "jku": "http://127.0.0.1:9/keys"})


def altered(issuer: Provider) -> str:
    head, _, rest = issuer.token(scope="fetch").partition(".")
    body, _, signature = rest.partition(".")
    claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))) | {"scope": "admin"}
    return ".".join((head, urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode(), signature))


def at(seconds: int) -> int:
    return int(datetime.now(UTC).timestamp()) + seconds


WRONG: dict[str, tuple[str, Callable[[Provider], str]]] = {
    "alg none": ("algorithm", unsigned),
    "HS256 with the public key": ("algorithm", hs256_with_the_public_key),
    "an algorithm that is not allowed": ("algorithm", lambda one: one.token(header={"alg": "PS256"})),
    "key swap": ("key", key_swap),
    "unknown kid": ("key", lambda one: one.token(header={"kid": "other"})),
    "no kid": ("header", lambda one: one.token(header={"kid": None})),
    "another signer": ("signature", other_signer),
    "a key in the header": ("signature", key_in_the_header),
    "altered claims": ("signature", altered),
    "crit": ("type", lambda one: one.token(header={"crit": ["b64"], "b64": False})),
    "a logout token": ("type", lambda one: one.token(header={"typ": "logout+jwt"})),
    "wrong audience": ("aud", lambda one: one.token(aud="another")),
    "no audience": ("claims", lambda one: one.token(aud=())),
    "wrong issuer": ("iss", lambda one: one.token(iss=one.issuer + "/")),
    "expired": ("exp", lambda one: one.token(exp=at(LONG_AGO))),
    "never ends": ("claims", lambda one: one.token(exp=())),
    "ends in words": ("claims", lambda one: one.token(exp="tomorrow")),
    "not yet": ("nbf", lambda one: one.token(nbf=at(SOON))),
    "from the future": ("iat", lambda one: one.token(iat=at(SOON))),
    "nobody": ("sub", lambda one: one.token(sub="")),
    "line feeds in the subject": ("sub", lambda one: one.token(sub="p\n1")),
    "no claims": ("claims", lambda one: signed({"alg": "RS256", "kid": "rsa"}, [1], one.keys["rsa"])),
    "no header": (
        "header",
        lambda _: "..",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
async def test_a_wrong_token_is_refused_for_its_reason(issuer: Provider, fault: str) -> None:
    reason, made = WRONG[fault]
    assert await judged(issuer, made(issuer)) == reason


async def test_clocks_may_differ_by_a_minute(issuer: Provider) -> None:
    for token in (issuer.token(exp=at(-30)), issuer.token(nbf=at(30)), issuer.token(iat=at(30))):
        assert isinstance(await judged(issuer, token), Caller)


async def test_a_token_without_a_type_and_with_several_audiences(issuer: Provider) -> None:
    token = signed({"alg": "EdDSA", "kid": "ed"}, issuer.claims(aud=["x", AUDIENCE]), issuer.keys["ed"])
    assert isinstance(await judged(issuer, token), Caller)


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("roles", {"roles": ["stats", "manager"]}),
        ("realm_access.roles", {"realm_access": {"roles": ["stats"]}}),
        ("https://example.org/roles", {"https://example.org/roles": "stats"}),
    ],
)
async def test_scopes_of_another_claim(issuer: Provider, claim: str, claims: dict[str, Any]) -> None:
    person = await judged(issuer, issuer.token(**claims), OIDC_SCOPES_CLAIM=claim)
    assert isinstance(person, Caller)
    assert person.scopes == {Scope.STATS}


@pytest.mark.parametrize("roles", [{"a": "admin"}, 7, None, [["admin"]], "administrator", {"admin": True}])
async def test_a_claim_that_says_nothing_to_us_grants_nothing(issuer: Provider, roles: object) -> None:
    person = await judged(issuer, issuer.token(scope=roles))
    assert isinstance(person, Caller)
    assert person.scopes == frozenset()


async def test_keys_that_are_not_for_signatures_are_not_believed(issuer: Provider) -> None:
    ours = issuer.jwks["keys"][0]
    for change in ({"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "RS512"}, {"n": "AQAB"}, {"kty": "oct"}, {"n": 1}):
        issuer.more = [{**ours, "kid": "odd", **change}]
        assert await judged(issuer, issuer.token("rsa", header={"kid": "odd"})) == "key", change
    issuer.more = [{**ours, "kid": "odd"}]
    assert isinstance(await judged(issuer, issuer.token("rsa", header={"kid": "odd"})), Caller)


async def test_a_set_of_a_thousand_keys_is_read_once(issuer: Provider) -> None:
    filler = issuer.jwks["keys"][0]
    issuer.more = [{**filler, "kid": f"k{number}"} for number in range(1_000)]
    assert isinstance(await judged(issuer, issuer.token("rsa", header={"kid": "k999"})), Caller)
    assert issuer.seen == 1


async def test_a_set_beyond_a_megabyte_is_not_read(issuer: Provider) -> None:
    issuer.more = [{"kid": "long", "n": "A" * 1_100_000}]
    with pytest.raises(Unavailable):
        await judged(issuer, issuer.token())


@pytest.mark.parametrize("lie", [{"issuer": "http://other.example"}, {"jwks_uri": "http://127.0.0.1:9/keys"}])
async def test_a_discovery_document_that_points_elsewhere_is_not_followed(
    issuer: Provider, lie: dict[str, str]
) -> None:
    issuer.discovery = lie
    with pytest.raises(Unavailable):
        await judged(issuer, issuer.token())
    assert isinstance(await judged(issuer, issuer.token(), OIDC_JWKS_URL=f"{issuer.issuer}/keys"), Caller)


async def test_keys_are_asked_for_seldom_and_outlive_the_provider(issuer: Provider) -> None:
    async with open_provider(settings(issuer)) as documents:
        keys, now = ProviderKeys(documents.jwks), datetime.now(UTC)
        for second in range(70):
            assert await keys.key("unknown", "RS256", now=now + timedelta(seconds=second)) is None
        assert issuer.seen == 2
        issuer.state = "down"
        for hour in range(1, 4):
            assert await keys.key("rsa", "RS256", now=now + timedelta(hours=hour)) is not None
        assert issuer.seen == 2
        issuer.state, issuer.keys["new"] = "up", issuer.keys["rsa"]
        assert await keys.key("new", "RS256", now=now + timedelta(hours=4)) is not None
        del issuer.keys["new"]
        assert await keys.key("new", "RS256", now=now + timedelta(hours=5)) is None


async def test_a_silent_provider_costs_its_time_limit_once(issuer: Provider) -> None:
    issuer.state = "silent"
    async with httpx.AsyncClient() as http:
        keys, now = ProviderKeys(ProviderDocuments(http, settings(issuer), seconds=0.2).jwks), datetime.now(UTC)
        for _ in range(5):
            with pytest.raises(Unavailable):
                await keys.key("rsa", "RS256", now=now)
        assert issuer.seen == 1


async def test_every_door_that_takes_a_key_takes_a_token(home: House, issuer: Provider) -> None:
    token = issuer.token("ec", scope="issue admin")
    found = (await home.ask(VIEWER, token))["viewer"]
    assert found == {"id": "oidc:p-1", "name": "Sample Person 1", "scopes": ["ADMIN", "ISSUE"]}
    identifier = await home.issued(token)
    headers = {"authorization": f"Bearer {token}"}
    pdf = await home.http.get(f"/certificates/{identifier}.pdf", headers=headers)
    assert pdf.status_code == 200
    key = await home.client(Scope.ADMIN)
    assert (await home.ask("query($id: ID!) { certificate(id: $id) { id } }", key, id=identifier))["certificate"]
    async with home.store._database.read() as connection:
        rows = (await connection.execute(select(audit.c.client_id, audit.c.caller, audit.c.action))).all()
    assert ("oidc:p-1", "Sample Person 1", "issueCertificates") in [tuple(row) for row in rows]


async def test_a_token_without_our_scopes_may_nothing(home: House, issuer: Provider) -> None:
    response = await home.post('{ job(id: "1") { id } }', issuer.token(scope="openid"))
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_refusals_are_alike_and_tell_no_reason(home: House, issuer: Provider) -> None:
    tokens = [issuer.token(aud="another"), issuer.token(exp=at(LONG_AGO)), unsigned(issuer), "a.b.c"]
    answers = [await home.post(VIEWER, token) for token in tokens]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["errors"][0]["message"] for answer in answers}) == 1


async def test_a_huge_token_is_not_looked_at(home: House, issuer: Provider) -> None:
    assert (await home.post(VIEWER, issuer.token(more="x" * 4_000))).status_code == 200
    response = await home.post(VIEWER, issuer.token(more="x" * 8_000))
    assert response.status_code == 401
    assert response.json()["errors"][0]["message"] == "Send Authorization: Bearer <key>."


async def test_while_the_provider_is_away_keys_of_clients_work_on(home: House, issuer: Provider) -> None:
    issuer.state = "down"
    response = await home.post(VIEWER, issuer.token())
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert (await home.ask(VIEWER, await home.client(Scope.STATS)))["viewer"]


async def test_people_say_which_version_they_looked_at(home: House, issuer: Provider) -> None:
    token = issuer.token(scope="issue update")
    identifier = await home.issued(token)
    given = {"certificateId": identifier, "recipient": {"name": "Sample Person 2"}}
    refused = (await home.ask(UPDATE, token, input=given))["updateCertificate"]
    assert refused["userErrors"] == [{"code": "BAD_USER_INPUT", "path": ["expectedVersion"]}]
    done = (await home.ask(UPDATE, token, input={**given, "expectedVersion": 1}))["updateCertificate"]
    assert done["userErrors"] == []


async def test_what_the_page_needs_to_let_people_in(home: House, issuer: Provider) -> None:
    config = await home.http.get("/admin/config.json")
    provider_of = {"issuer": issuer.issuer, "clientId": "pages", "scope": "openid profile"}
    assert config.json() == {"keyLogin": True, "oidc": provider_of}
    page = await home.http.get("/admin")
    assert f"connect-src 'self' {issuer.issuer};" in page.headers["content-security-policy"]
    assert "connect-src 'self';" in (await home.http.get("/verify")).headers["content-security-policy"]


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://tokens.example:8443/token?a=b", " https://tokens.example:8443"),
        ("https://tokens.example; script-src *", ""),
        ("https://user@tokens.example/token", ""),
        ("javascript:alert(1)", ""),
    ],
)
async def test_the_page_may_ask_for_tokens_where_the_provider_changes_codes(
    home: House, issuer: Provider, endpoint: str, allowed: str
) -> None:
    issuer.discovery = {"token_endpoint": endpoint}
    page = await home.http.get("/admin")
    assert f"connect-src 'self' {issuer.issuer}{allowed};" in page.headers["content-security-policy"]


async def test_while_the_provider_is_away_the_page_is_there(home: House, issuer: Provider) -> None:
    issuer.state = "down"
    page = await home.http.get("/admin")
    assert f"connect-src 'self' {issuer.issuer};" in page.headers["content-security-policy"]


async def test_a_login_as_the_page_does_it(home: House, issuer: Provider) -> None:
    chosen = (await home.http.get("/admin/config.json")).json()["oidc"]
    verifier = "sample-verifier-of-forty-three-characters-or-more"
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    back = {"client_id": chosen["clientId"], "redirect_uri": "http://test/admin"}
    asked = {**back, "scope": chosen["scope"], "response_type": "code", "state": "s", "code_challenge": challenge}
    async with httpx.AsyncClient() as browser:
        ends = (await browser.get(chosen["issuer"] + "/.well-known/openid-configuration")).json()
        answer = await browser.get(ends["authorization_endpoint"], params={**asked, "code_challenge_method": "S256"})
        returned = httpx.URL(answer.headers["location"])
        assert (returned.path, returned.params["state"]) == ("/admin", "s")
        form = {**back, "grant_type": "authorization_code", "code": returned.params["code"]}
        told = await browser.post(ends["token_endpoint"], data={**form, "code_verifier": verifier})
        assert (await browser.post(ends["token_endpoint"], data={**form, "code_verifier": verifier})).is_error
    found = (await home.ask(VIEWER, told.json()["access_token"]))["viewer"]
    assert found == {"id": "oidc:p-1", "name": "Sample Person 1", "scopes": ["ADMIN"]}


async def test_old_doors_take_a_token(home: House, issuer: Provider) -> None:
    assert len(await certified(home, issuer.token(scope="issue"))) == 1
    for token, status in ((issuer.token(scope="fetch"), 403), (issuer.token(aud="another"), 401)):
        answer = await send(home, "POST", "/v3/certify", token, json=[old_request()])
        assert answer.status_code == status


async def test_without_a_provider_a_token_is_an_unknown_key(
    tmp_path: Path, signing_keys: Path, issuer: Provider
) -> None:
    async with house(tmp_path, signing_keys) as opened:
        response = await opened.post(VIEWER, issuer.token())
        assert response.status_code == 401
        assert (await opened.http.get("/admin/config.json")).json() == {"keyLogin": True, "oidc": None}
    assert issuer.seen == 0
