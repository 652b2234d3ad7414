"""What the pages keep for verifying without a network: fetched from the gateway, renewed by deltas, never older."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from credential.access import Scope
from credential.jobs import PUBLISH_REVOCATIONS, Job
from credential.verification import Policy
from tests.flow.house import CERTIFICATE, JSON, REVOKE, House
from tests.interop.portal.certificates import public_keys
from tests.interop.portal.sides import Case, Portal, kept, portal
from tests.issued import NOW
from tests.status_samples import REFRESH, REVOCATION, content, listed_as, status_list


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


class Network:
    """Fetches from the gateway and remembers what came; `again` gives the same once more."""

    def __init__(self, home: House) -> None:
        self._home = home
        self.came: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []

    async def fetch(self, address: str, body: str | None) -> tuple[int, str]:
        self.asked.append(address)
        headers = {"content-type": "application/json"}
        http = self._home.http
        response = await (http.post(address, content=body, headers=headers) if body else http.get(address))
        self.came[address] = response.status_code, response.text
        return self.came[address]

    async def again(self, address: str, _body: str | None) -> tuple[int, str]:
        return self.came.get(address, (404, ""))


async def issued(home: House, key: str) -> tuple[str, str]:
    """Return id and JSON text of a certificate, its lists published."""
    identifier = await home.issued(key)
    found: JSON = (await home.ask(CERTIFICATE, key, id=identifier))["certificate"]["credential"]
    await home.workbench.enqueue([Job(PUBLISH_REVOCATIONS)])
    return identifier, json.dumps(found)


async def revoke(home: House, key: str, identifier: str) -> None:
    await home.ask(REVOKE, key, input={"target": {"ids": [identifier]}, "reason": "FRAUD"})
    await home.workbench.enqueue([Job(PUBLISH_REVOCATIONS)])


def verdict(pages: Portal, text: str, kept: JSON, later: timedelta = timedelta()) -> str:
    return str(pages.verify(text, kept, datetime.now(UTC) + later, Policy.STANDARD)["verdict"])


async def test_a_revocation_comes_as_a_delta_and_is_never_forgotten(home: House, pages: Portal) -> None:
    key, before, after = await home.client(Scope.ISSUE, Scope.REVOKE), Network(home), Network(home)
    identifier, text = await issued(home, key)
    first = await pages.keep(before.fetch)
    assert before.asked == ["/graphql", "/status?embed=true"]
    assert verdict(pages, text, first) == "VALID"
    assert verdict(pages, text, first, timedelta(days=2)) == "INCONCLUSIVE"

    await revoke(home, key, identifier)
    second = await pages.keep(after.fetch, first)
    assert any("/deltas?since=" in address for address in after.asked)
    assert len(second["statusLists"]) == len(first["statusLists"]) + 1
    assert verdict(pages, text, second) == "REVOKED"
    assert verdict(pages, text, second, timedelta(days=2)) == "REVOKED"

    before.came["/status?embed=false"] = before.came["/status?embed=true"]
    older = await pages.keep(before.again, second)
    assert verdict(pages, text, older) == "REVOKED"


async def test_what_is_kept_already_is_not_fetched_again(home: House, pages: Portal) -> None:
    key, before, after = await home.client(Scope.ISSUE), Network(home), Network(home)
    await issued(home, key)
    first = await pages.keep(before.fetch)
    assert first["statusLists"]
    assert (await pages.keep(after.fetch, first))["statusLists"] == first["statusLists"]
    assert after.asked == ["/graphql", "/status?embed=false"]


async def test_of_many_lists_only_those_are_fetched_that_matter(pages: Portal) -> None:
    """The first page and what was asked for by number, then and whenever it is kept already."""
    first = await pages.keep((network := ManyLists()).fetch)
    assert network.asked == ["/graphql", "/status?embed=true"]
    assert first["statusLists"] == NEAR

    second = await pages.keep((network := ManyLists()).fetch, first, [60])
    assert network.asked[2:] == ["/status?after=59&embed=false", "/status/revocation/60", "/status/refresh/60"]
    assert second["statusLists"] == [*NEAR, *FAR]

    third = await pages.keep((network := ManyLists()).fetch, second)
    assert network.asked == ["/graphql", "/status?embed=false", "/status?after=59&embed=false"]
    assert third["statusLists"] == second["statusLists"]


NEAR = [status_list(content(REVOCATION, number=0))]
FAR = [status_list(content(REVOCATION, number=60)), status_list(content(REFRESH, number=60))]
ANSWERS: JSON = {
    "/graphql": {"data": {"issuer": {"keys": kept(Case("", public_keys(), NOW))["keys"]}, "trustedIssuers": []}},
    "/status?embed=true": {"lists": list(map(listed_as, NEAR)), "next": "https://issuer.example/status?after=49"},
    "/status?after=59&embed=false": {
        "lists": [listed_as(one) | {"credential": None} for one in (*FAR, status_list(content(REVOCATION, number=61)))],
        "next": None,
    },
    "/status/revocation/60": FAR[0],
    "/status/refresh/60": FAR[1],
}
ANSWERS["/status?embed=false"] = ANSWERS["/status?embed=true"]


class ManyLists:
    """Answers as the gateway of an issuer who has more lists than one page names, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, address: str, _body: str | None) -> tuple[int, str]:
        self.asked.append(address)
        return 200, json.dumps(ANSWERS[address])


async def test_a_list_that_is_not_the_issuers_takes_no_ones_place(home: House, pages: Portal) -> None:
    key, before, after = await home.client(Scope.ISSUE, Scope.REVOKE), Network(home), Network(home)
    identifier, text = await issued(home, key)
    first = await pages.keep(before.fetch)
    await revoke(home, key, identifier)
    await pages.keep(after.fetch)
    status, listing = after.came["/status?embed=true"]
    after.came["/status?embed=false"] = status, listing.replace('"encodedList":"u', '"encodedList":"uA')
    assert (await pages.keep(after.again, first))["statusLists"] == first["statusLists"]
    after.came["/status?embed=true"] = after.came["/status?embed=false"]
    nothing = await pages.keep(after.again)
    assert nothing["statusLists"] == []
    assert verdict(pages, text, nothing) == "INCONCLUSIVE"
