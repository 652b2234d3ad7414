"""What admins do over GraphQL: search, audit, clients, and what was given up; nobody else may."""

from datetime import UTC, datetime

import pytest

from credential.access import Scope
from credential.jobs import INDEX_CONTACTS, Job
from credential.ports import SigningFailure
from tests.flow.house import ISSUE, JSON, House, record

SEARCH = """query($input: SearchInput!) { search(input: $input, first: 10) { nodes {
  id programme latestCertificate { id holder { name } } } } }"""
AUDIT = """query($first: Int!, $after: String, $filter: AuditFilter) {
  audit(first: $first, after: $after, filter: $filter) {
    nodes { at action clientId caller certificateId detail } pageInfo { hasNextPage endCursor } } }"""
CREATE = """mutation($input: CreateClientInput!) { createClient(input: $input) {
  client { id name scopes channel dailyReads expiresAt } key userErrors { code path } } }"""
REVOKE = """mutation($input: RevokeClientInput!) { revokeClient(input: $input) {
  client { id revokedAt } userErrors { code path } } }"""
CLIENTS = "{ clients(first: 50) { nodes { id name revokedAt } } }"
LETTERS = "{ deadLetters(first: 10) { nodes { id kind certificateId reason at } } }"
REPLAY = "mutation($input: ReplayInput!) { replay(input: $input) { replayed userErrors { code path } } }"
TEMPLATES = "{ templates { issuer version layouts languages chosen } }"
PREVIEW = """query($layout: Layout!, $language: Language!, $stage: Stage! = FINAL, $format: DocumentFormat! = PDF) {
  templatePreview(layout: $layout, language: $language, stage: $stage, format: $format) {
    state url contentType byteSize } }"""
ALL: dict[str, tuple[str, JSON]] = {
    "search": ("query { search(input: {certificateId: 1}, first: 1) { nodes { id } } }", {}),
    "audit": ("{ audit(first: 1) { nodes { action } } }", {}),
    "clients": (CLIENTS, {}),
    "deadLetters": (LETTERS, {}),
    "templates": (TEMPLATES, {}),
    "templatePreview": (PREVIEW, {"layout": "CARD", "language": "TA"}),
    "createClient": (CREATE, {"input": {"name": "x", "scopes": ["ADMIN"]}}),
    "revokeClient": (REVOKE, {"input": {"id": "x"}}),
    "replay": (REPLAY, {"input": {"ids": ["x"]}}),
}
EVERY_OTHER = (Scope.ISSUE, Scope.UPDATE, Scope.REVOKE, Scope.RECONCILE, Scope.JOBS, Scope.FETCH, Scope.STATS)


@pytest.mark.parametrize("name", ALL)
async def test_nobody_but_an_admin(home: House, name: str) -> None:
    query, variables = ALL[name]
    key = await home.client(*EVERY_OTHER)
    answers = [(await home.post(query, who, **variables)).json() for who in (key, None)]
    assert [one["errors"][0]["extensions"]["code"] for one in answers] == ["FORBIDDEN", "UNAUTHENTICATED"]


async def indexed(home: House, *certificates: str) -> None:
    await home.workbench.enqueue([Job(INDEX_CONTACTS, certificates)])


async def test_a_search_finds_and_is_audited_before_it_is_answered(home: House) -> None:
    source, admin = await home.client(Scope.ISSUE), await home.client(Scope.ADMIN)
    certificate = await home.issued(source)
    await indexed(home, certificate)
    person = {"id": "10000000000001", "programme": "default"}
    expected = [{**person, "latestCertificate": {"id": certificate, "holder": {"name": "Sample Person 1"}}}]
    for term in ({"mobile": "99999 00001"}, {"certificateId": certificate}, {"beneficiaryId": "10000000000001"}):
        assert (await home.ask(SEARCH, admin, input=term))["search"]["nodes"] == expected
    assert (await home.ask(SEARCH, admin, input={"mobile": "9999900002"}))["search"]["nodes"] == []
    found = await home.ask(AUDIT, admin, first=10, filter={"action": "search"})
    details = [(one["certificateId"], one["detail"]) for one in found["audit"]["nodes"]]
    assert sorted(details, key=str) == sorted(
        [
            (certificate, "by beneficiary"),
            (certificate, "by certificate"),
            (certificate, "by mobile"),
            (None, "by mobile, nobody found"),
        ],
        key=str,
    )
    assert "99999" not in str(found)


@pytest.mark.parametrize("term", [{}, {"mobile": "1", "certificateId": "1"}, {"mobile": None}, {"mobile": "x"}])
async def test_a_search_for_nothing_or_two_things_is_bad_input(home: House, term: JSON) -> None:
    response = await home.post(SEARCH, await home.client(Scope.ADMIN), input=term)
    assert response.json()["errors"][0]["extensions"]["code"] in {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}


async def test_the_audit_page_by_page_and_by_time(home: House) -> None:
    source, admin = await home.client(Scope.ISSUE), await home.client(Scope.ADMIN)
    for number in range(3):
        await home.issued(source, beneficiary=str(number + 1))
    page = (await home.ask(AUDIT, admin, first=2))["audit"]
    rest = (await home.ask(AUDIT, admin, first=50, after=page["pageInfo"]["endCursor"]))["audit"]
    seen = [one["at"] for one in page["nodes"] + rest["nodes"]]
    assert seen == sorted(seen, reverse=True)
    assert len(page["nodes"]) == 2
    early = {"filter": {"to": "2020-01-01T00:00:00Z"}}
    assert (await home.ask(AUDIT, admin, first=5, **early))["audit"]["nodes"] == []
    response = await home.post(AUDIT, admin, first=5, filter={"from": "yesterday"})
    assert response.json()["errors"][0]["extensions"]["path"] == ["filter", "from"]


async def test_a_client_is_made_works_and_is_ended(home: House) -> None:
    admin = await home.client(Scope.ADMIN)
    given = {"name": "Sample app", "scopes": ["FETCH"], "dailyReads": 5, "idempotencyKey": "k"}
    made = (await home.ask(CREATE, admin, input=given))["createClient"]
    assert made["client"] | {"id": ""} == {
        "id": "",
        "name": "Sample app",
        "scopes": ["FETCH"],
        "channel": "Sample app",
        "dailyReads": 5,
        "expiresAt": None,
    }
    again = (await home.ask(CREATE, admin, input=given))["createClient"]
    assert again == {**made, "key": None}
    assert (await home.ask("{ viewer { id } }", made["key"]))["viewer"] == {"id": made["client"]["id"]}
    conflict = (await home.ask(CREATE, admin, input={**given, "name": "Other"}))["createClient"]
    assert conflict["userErrors"][0]["code"] == "IDEMPOTENCY_CONFLICT"
    ended = (await home.ask(REVOKE, admin, input={"id": made["client"]["id"]}))["revokeClient"]
    assert ended["client"]["revokedAt"] is not None
    listed = (await home.ask(CLIENTS, admin))["clients"]["nodes"]
    assert {"id": made["client"]["id"], "name": "Sample app", "revokedAt": ended["client"]["revokedAt"]} in listed
    assert made["key"] not in str(listed)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": " "}, "name"),
        ({"name": "line\nfeed"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"dailyReads": 0}, "dailyReads"),
        ({"perMinute": -1}, "perMinute"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": "2090-01-01"}, "expiresAt"),
        ({"purpose": "x" * 201}, "purpose"),
    ],
)
async def test_a_client_that_breaks_a_rule_is_not_made(home: House, wrong: JSON, path: str) -> None:
    admin = await home.client(Scope.ADMIN)
    made = (await home.ask(CREATE, admin, input={"name": "Sample", "scopes": ["FETCH"], **wrong}))["createClient"]
    assert (made["client"], made["key"]) == (None, None)
    assert made["userErrors"] == [{"code": "BAD_USER_INPUT", "path": [path]}]


async def test_an_admin_cannot_end_the_key_that_asks(home: House) -> None:
    admin = await home.client(Scope.ADMIN)
    own = (await home.ask("{ viewer { id } }", admin))["viewer"]["id"]
    refused = (await home.ask(REVOKE, admin, input={"id": own}))["revokeClient"]
    assert refused == {"client": None, "userErrors": [{"code": "BAD_USER_INPUT", "path": ["id"]}]}
    unknown = (await home.ask(REVOKE, admin, input={"id": "nobody"}))["revokeClient"]
    assert unknown["userErrors"] == [{"code": "NOT_FOUND", "path": ["id"]}]


async def test_what_failed_is_seen_and_tried_again(home: House) -> None:
    source, admin = await home.client(Scope.ISSUE), await home.client(Scope.ADMIN)
    home.workbench.idle = True
    accepted = (await home.ask(ISSUE, source, input={"recordsJson": [record()]}))["issueCertificates"]
    certificate = accepted["results"][0]["certificate"]["id"]
    await home.store.fail([SigningFailure(certificate, "BROKEN", final=True)], now=datetime.now(UTC))
    [letter] = (await home.ask(LETTERS, admin))["deadLetters"]["nodes"]
    assert (letter["kind"], letter["certificateId"], letter["reason"]) == ("sign", certificate, "BROKEN")
    home.workbench.idle = False
    done = (await home.ask(REPLAY, admin, input={"ids": [letter["id"]]}))["replay"]
    assert done == {"replayed": [letter["id"]], "userErrors": []}
    await home.app.state.gateway.nudges.close()
    query = "query($id: ID!) { certificate(id: $id) { status } }"
    assert (await home.ask(query, admin, id=certificate))["certificate"] == {"status": "ISSUED"}
    assert (await home.ask(LETTERS, admin))["deadLetters"]["nodes"] == []
    none = (await home.ask(REPLAY, admin, input={"ids": []}))["replay"]
    assert none["userErrors"] == [{"code": "BAD_USER_INPUT", "path": ["ids"]}]


async def test_templates_and_a_page_of_a_sample(home: House) -> None:
    admin = await home.client(Scope.ADMIN)
    found = (await home.ask(TEMPLATES, admin))["templates"]
    assert [one["issuer"] for one in found if one["chosen"]] == ["default"]
    home.workbench.idle = True
    wanted = {"layout": "SLIP", "language": "TA", "stage": "PRECAUTION", "format": "SVG"}
    assert (await home.ask(PREVIEW, admin, **wanted))["templatePreview"]["state"] == "PENDING"
    home.workbench.idle = False
    for layout in ("DOMESTIC", "INTERNATIONAL", "CARD"):
        await home.ask(PREVIEW, admin, layout=layout, language="TA")
        await home.app.state.gateway.nudges.close()
        shown = (await home.ask(PREVIEW, admin, layout=layout, language="TA"))["templatePreview"]
        assert (shown["state"], shown["contentType"]) == ("READY", "application/pdf"), layout
        page = await home.http.get(shown["url"], headers={"authorization": f"Bearer {admin}"})
        assert (page.status_code, len(page.content)) == (200, shown["byteSize"])


async def test_the_international_page_of_an_unfinished_schedule_is_not_due(home: House) -> None:
    admin = await home.client(Scope.ADMIN)
    response = await home.post(PREVIEW, admin, layout="INTERNATIONAL", language="EN", stage="PROVISIONAL")
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
