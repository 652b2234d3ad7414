"""A holder shares a certificate by a link: who sees it, who hears of it, and when it is dead."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from credential.access import Scope
from gateway.doors.sharing import PER_MINUTE
from tests.flow.house import JSON, REVOKE, UPDATE, House
from tests.flow.test_change_contact import CHANGE
from tests.flow.test_holders import code_for, confirmed, issued

SHARE = """mutation($input: CreateShareLinkInput!) { createShareLink(input: $input) {
  url expiresAt userErrors { code path } } }"""
TAKE_BACK = """mutation($input: RevokeShareLinksInput!) { revokeShareLinks(input: $input) {
  revoked userErrors { code path } } }"""
HISTORY = "{ viewer { beneficiary { accessHistory(first: 9) { nodes { certificateId caller channel how } } } } }"
SOURCE = (Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)


async def holder(home: House, beneficiary: str = "A-1") -> tuple[str, str, str]:
    """Return a source system's key, a certificate, and its holder's token."""
    source = await home.client(*SOURCE)
    certificate = await issued(home, source, beneficiary)
    [person] = (await confirmed(home, await code_for(home)))["people"]
    return source, certificate, person["token"]


async def share(home: House, token: str, certificate: str, **more: Any) -> JSON:  # noqa: ANN401 - any input
    given = {"certificateId": certificate, **more}
    answer: JSON = (await home.ask(SHARE, token, input=given))["createShareLink"]
    return answer


async def shared(home: House, token: str, certificate: str, **more: Any) -> str:  # noqa: ANN401 - any input
    answer = await share(home, token, certificate, **more)
    assert answer["userErrors"] == []
    url: str = answer["url"]
    return url


async def look(home: House, url: str, **headers: str) -> httpx.Response:
    return await home.http.get(url, headers=headers)


async def test_whoever_has_the_link_sees_the_document_and_the_holder_sees_that(home: House) -> None:
    _, certificate, token = await holder(home)
    answer = await share(home, token, certificate, minutes=30, language="TA", layout="CARD")
    assert answer["url"].startswith("/shared/")
    left = datetime.fromisoformat(answer["expiresAt"]) - datetime.now().astimezone()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    seen = await look(home, answer["url"])
    assert (seen.status_code, seen.headers["content-type"]) == (200, "application/pdf")
    assert seen.content.startswith(b"%PDF")
    assert seen.headers["content-disposition"].endswith('-ta-card.pdf"')
    assert seen.headers["cache-control"] == "no-store"
    assert seen.headers["x-robots-tag"].startswith("noindex")
    assert seen.headers["referrer-policy"] == "no-referrer"
    history = (await home.ask(HISTORY, token))["viewer"]["beneficiary"]["accessHistory"]["nodes"]
    entry = {"certificateId": certificate, "caller": "whoever has the link", "channel": "share", "how": "share link"}
    assert entry in history


async def test_it_is_counted_as_an_access_through_the_channel_share(home: House) -> None:
    _, certificate, token = await holder(home)
    url = await shared(home, token, certificate, format="SVG")
    assert (await look(home, url)).headers["content-type"].startswith("image/svg+xml")
    await home.app.state.gateway.events.close()
    await home.store.rollup(now=datetime.now().astimezone())
    admin = await home.client(Scope.ADMIN)
    found = (await home.ask("{ stats { accessedByChannel { channel count } } }", admin))["stats"]
    assert {"channel": "share", "count": 1} in found["accessedByChannel"]


async def test_the_link_is_the_same_for_the_same_key(home: House) -> None:
    _, certificate, token = await holder(home)
    first = await share(home, token, certificate, idempotencyKey="k")
    assert await share(home, token, certificate, idempotencyKey="k") == first
    assert (await share(home, token, certificate))["url"] != first["url"]
    other = await share(home, token, certificate, minutes=6, idempotencyKey="k")
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_CONFLICT"


async def test_a_link_is_dead_after_a_revocation(home: House) -> None:
    source, certificate, token = await holder(home)
    url = await shared(home, token, certificate)
    await home.ask(REVOKE, source, input={"target": {"ids": [certificate]}, "reason": "FRAUD"})
    assert (await look(home, url)).status_code == 410


async def test_a_link_is_dead_after_a_correction(home: House) -> None:
    source, certificate, token = await holder(home)
    url = await shared(home, token, certificate)
    given = {"certificateId": certificate, "recipient": {"name": "Sample Person 2"}, "waitMs": 10_000}
    await home.ask(UPDATE, source, input=given)
    assert (await look(home, url)).status_code == 410


async def test_a_link_is_dead_after_a_change_of_number(home: House) -> None:
    source, certificate, token = await holder(home)
    url = await shared(home, token, certificate)
    assert (await look(home, url)).status_code == 200
    await home.ask(CHANGE, source, input={"beneficiaryId": "A-1", "mobile": "9999900002"})
    assert (await look(home, url)).status_code == 404


async def test_a_link_is_dead_when_it_is_taken_back(home: House) -> None:
    _, certificate, token = await holder(home)
    urls = [await shared(home, token, certificate) for _ in range(2)]
    done = (await home.ask(TAKE_BACK, token, input={"certificateId": certificate}))["revokeShareLinks"]
    assert done == {"revoked": 2, "userErrors": []}
    assert [(await look(home, url)).status_code for url in urls] == [404, 404]


async def test_nothing_is_recorded_of_links_that_show_nothing(home: House) -> None:
    _, certificate, token = await holder(home)
    url = await shared(home, token, certificate)
    await home.ask(TAKE_BACK, token, input={"certificateId": certificate})
    for address in (url, url[:-1] + ("A" if url[-1] != "A" else "B"), "/shared/x", "/shared/" + "A" * 700):
        answer = await look(home, address)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    history = (await home.ask(HISTORY, token))["viewer"]["beneficiary"]["accessHistory"]["nodes"]
    assert "share" not in {one["channel"] for one in history}


async def test_a_link_is_answered_only_so_often_a_minute(home: House) -> None:
    _, certificate, token = await holder(home)
    url, other = await shared(home, token, certificate), await shared(home, token, certificate)
    answers = [(await look(home, url)).status_code for _ in range(PER_MINUTE + 5)]
    assert answers.count(200) in range(PER_MINUTE, PER_MINUTE + 3)
    refused = await look(home, url)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert (await look(home, other)).status_code == 200


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"minutes": 4}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"layout": "INTERNATIONAL"}, "layout"),
    ],
)
async def test_a_link_that_breaks_a_rule_is_not_made(home: House, given: JSON, path: str) -> None:
    _, certificate, token = await holder(home)
    answer = await share(home, token, certificate, **given)
    assert (answer["url"], answer["userErrors"]) == (None, [{"code": "BAD_USER_INPUT", "path": [path]}])


async def test_nobody_shares_what_is_not_theirs(home: House) -> None:
    source, _, token = await holder(home)
    other = await issued(home, source, "B-1", mobile="+919999900009")
    answer = await share(home, token, other)
    assert answer["userErrors"] == [{"code": "NOT_FOUND", "path": ["certificateId"]}]
    refused = (await home.ask(TAKE_BACK, token, input={"certificateId": other}))["revokeShareLinks"]
    assert refused["userErrors"] == [{"code": "NOT_FOUND", "path": ["certificateId"]}]
    for key in (source, await home.client(Scope.FETCH)):
        response = await home.post(SHARE, key, input={"certificateId": other})
        assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await share(home, await home.client(Scope.ADMIN), other))["url"]
