"""The old addresses of partner apps and of the source system, on certificates of synthetic people."""

import json

import httpx
import pytest

from credential.access import Scope
from tests.flow.house import UPDATE, House
from tests.flow.source_requests import certified, old_request, send

CODE, MOBILE = "20000000000001", "9999900001"
ASKED = {"mobile": MOBILE, "beneficiaryId": CODE}
CERTIFICATES, PDF = "/cert/external/api/certificates", "/cert/external/pdf/certificate"
KYC = f"/cert/external/kyc/{CODE}"
PROOF = {"x-proof-mobile": MOBILE}


class Callers:
    """A house with a source system and a partner app."""

    def __init__(self, home: House, source: str, partner: str) -> None:
        self.home, self.source, self.partner = home, source, partner

    async def call(self, method: str, path: str, key: str | None, **more: object) -> httpx.Response:
        headers = ({"authorization": f"Bearer {key}"} if key else {}) | dict(more.pop("headers", {}))  # type: ignore[call-overload]
        return await self.home.http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]

    async def given(self, *doses: int, total: int = 2, version: str = "v3", **recipient: str) -> list[str]:
        requests = [old_request(dose=dose, **recipient) for dose in doses]
        for one in requests:
            one["vaccination"]["totalDoses"] = total
            one["facility"]["address"]["state"] = "Tamil Nadu"
        return await certified(self.home, self.source, *requests, version=version)


@pytest.fixture
async def callers(home: House) -> Callers:
    source = await home.client(Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)
    return Callers(home, source, await home.client(Scope.FETCH, channel="aarogya-setu"))


async def test_a_partner_reads_what_counts_byte_for_byte(callers: Callers) -> None:
    await callers.given(1, 2)
    response = await callers.call("POST", CERTIFICATES, callers.partner, json=ASKED)
    assert response.status_code == 200
    found = response.json()["certificates"]
    assert [one["dose"] for one in found] == [2, 1]
    assert {one["preEnrollmentCode"] for one in found} == {CODE}
    assert json.loads(found[0]["certificate"])["evidence"][0]["dose"] == 2


REFUSED = [
    ("unknown id", {"mobile": MOBILE, "beneficiaryId": "20000000000999"}),
    ("another's mobile", {"mobile": "9999900002", "beneficiaryId": CODE}),
    ("no mobile number at all", {"mobile": "x", "beneficiaryId": CODE}),
]


@pytest.mark.parametrize("path", [CERTIFICATES, PDF])
async def test_unknown_wrong_and_revoked_answer_alike(callers: Callers, path: str) -> None:
    await callers.given(1)
    answers = {name: await callers.call("POST", path, callers.partner, json=asked) for name, asked in REFUSED}
    await send(callers.home, "DELETE", f"/v1/certificates/{CODE}?allDoses=true", callers.source)
    answers["revoked"] = await callers.call("POST", path, callers.partner, json=ASKED)
    assert {one.status_code for one in answers.values()} == {404}
    assert len({one.content for one in answers.values()}) == 1
    assert answers["revoked"].json()["errorCode"] == 1
    assert answers["revoked"].json()["status"] == "not_found"


@pytest.mark.parametrize("missing", ["mobile", "beneficiaryId"])
async def test_both_members_are_needed(callers: Callers, missing: str) -> None:
    given = {name: value for name, value in ASKED.items() if name != missing}
    response = await callers.call("POST", CERTIFICATES, callers.partner, json=given)
    assert response.status_code == 400
    assert response.json()["errors"][0]["path"] == [missing]


@pytest.mark.parametrize(("language", "printed"), [("", "ta"), ("?language=HIN", "hi"), ("?language=brx", "brx")])
async def test_a_page_in_old_and_new_codes(callers: Callers, language: str, printed: str) -> None:
    await callers.given(1)
    await callers.call("POST", PDF + language, callers.partner, json=ASKED)
    response = await callers.call("POST", PDF + language, callers.partner, json=ASKED)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert f"-{printed}.pdf" in response.headers["content-disposition"]


async def test_an_unknown_language_is_told(callers: Callers) -> None:
    await callers.given(1)
    response = await callers.call("POST", f"{PDF}?language=QQQ", callers.partner, json=ASKED)
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("doses", "status", "days"),
    [
        ((1,), "PARTIALLY_VACCINATED", ("15-12-2021", "")),
        ((1, 2), "FULLY_VACCINATED", ("15-12-2021", "15-12-2021")),
        ((1, 2, 3), "FULLY_VACCINATED", ("15-12-2021", "15-12-2021")),
    ],
)
async def test_kyc_counts_a_precaution_dose_as_full(
    callers: Callers, doses: tuple[int, ...], status: str, days: tuple[str, str]
) -> None:
    await callers.given(*doses, identity="did:Aadhar Card:123456789012")
    response = await callers.call("GET", KYC, callers.partner, headers=PROOF)
    assert response.status_code == 200
    found = response.json()
    assert (found["status"], found["dateOfDose1"], found["dateOfDose2"]) == (status, *days)
    assert (found["name"], found["age"], found["vaccine"]) == ("Sample Person 1", "31", "COVISHIELD")
    assert found["identity"] == "Aadhaar # XXXXXXXX9012"


@pytest.mark.parametrize("proof", [{}, {"x-proof-mobile": "9999900002"}, {"x-proof-mobile": ""}])
async def test_kyc_needs_the_mobile_number(callers: Callers, proof: dict[str, str]) -> None:
    await callers.given(1)
    assert (await callers.call("GET", KYC, callers.partner, headers=proof)).status_code == 404


async def test_what_was_superseded_is_not_handed_out(callers: Callers) -> None:
    [first] = await callers.given(1)
    given = {"certificateId": first, "recipient": {"name": "Sample Person 9"}, "waitMs": 10_000}
    await callers.home.ask(UPDATE, callers.source, input=given)
    found = (await callers.call("POST", CERTIFICATES, callers.partner, json=ASKED)).json()["certificates"]
    assert [one["name"] for one in found] == ["Sample Person 9"]
    assert first not in {one["certificateId"] for one in found}


async def test_accesses_are_counted_to_the_channel_once_and_only_where_something_was_given(callers: Callers) -> None:
    await callers.given(1)
    await callers.call("POST", PDF, callers.partner, json=ASKED)
    await callers.call("POST", PDF, callers.partner, json=ASKED)
    await callers.call("POST", CERTIFICATES, callers.partner, json=ASKED)
    await callers.call("GET", KYC, callers.partner, headers=PROOF)
    await callers.call("POST", PDF, callers.partner, json=ASKED | {"mobile": "9999900002"})
    home = callers.home
    await home.app.state.gateway.close()
    await home.store.rollup(now=home.app.state.gateway.made_of.clock())
    stats = (await home.ask("{ stats { totals { accessed } accessedByChannel { channel count } } }"))["stats"]
    assert stats["accessedByChannel"] == [{"channel": "aarogya-setu", "count": stats["totals"]["accessed"]}]
    assert stats["totals"]["accessed"] in {3, 4}, "the first page may have been on its way still"


SOURCE_PAGES = [
    f"/cert/api/certificatePDF/{CODE}",
    f"/certificatePDF/{CODE}",
    f"/cert/api/v2/certificatePDF/{CODE}?language=TAM",
    f"/cert/api/v3/ddcc/certificatePDF/{CODE}",
    f"/cert/api/certificatePDF/{CODE}?type=ddcc",
    f"/cert/api/certificatePDF/{CODE}/1",
]


@pytest.mark.parametrize("path", SOURCE_PAGES)
async def test_the_source_system_reads_pages_of_its_own(callers: Callers, path: str) -> None:
    await callers.given(1, 2)
    response = await callers.call("GET", path, callers.source)
    assert response.status_code == 200, response.text
    assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("path", SOURCE_PAGES)
async def test_an_unknown_code_is_404_and_no_panic(callers: Callers, path: str) -> None:
    response = await callers.call("GET", path, callers.source)
    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", SOURCE_PAGES)
async def test_another_source_and_a_partner_get_none(callers: Callers, path: str) -> None:
    await callers.given(1, 2)
    other = await callers.home.client(Scope.ISSUE)
    assert (await callers.call("GET", path, other)).status_code == 404
    assert (await callers.call("GET", path, callers.partner)).status_code == 403
    assert (await callers.call("GET", path, None)).status_code == 401


@pytest.mark.parametrize(("doses", "version"), [((1,), "v3"), ((1, 2), "v1")], ids=["not done", "domestic"])
async def test_no_international_page_where_none_is_due(callers: Callers, doses: tuple[int, ...], version: str) -> None:
    await callers.given(*doses, version=version)
    response = await callers.call("GET", f"/cert/api/v3/ddcc/certificatePDF/{CODE}", callers.source)
    assert (response.status_code, response.json()["code"]) == (400, "BAD_USER_INPUT")


async def test_ids_and_whether_there_is_one(callers: Callers) -> None:
    ids = await callers.given(1, 2)
    found = await callers.call("GET", f"/cert/api/certificateId/{CODE}/1", callers.source)
    assert found.json() == {"certificateId": ids[0]}
    assert (await callers.call("GET", f"/cert/api/certificateId/{CODE}/x", callers.source)).status_code == 400
    assert (await callers.call("GET", f"/cert/api/certificateId/{CODE}/3", callers.source)).status_code == 404
    statuses = [
        (await callers.call("HEAD", f"/cert/api/certificate/{place}", callers.source)).status_code
        for place in (CODE, f"{CODE}/2", f"{CODE}/3", "nobody")
    ]
    assert statuses == [200, 200, 404, 404]


@pytest.mark.parametrize(
    ("mobile", "status"), [(MOBILE, 200), ("+91 99999 00001", 200), ("9999900002", 404), ("", 404)]
)
async def test_a_page_by_mobile(callers: Callers, mobile: str, status: int) -> None:
    await callers.given(1)
    asked = {"mobile": mobile, "beneficiaryId": CODE}
    assert (await callers.call("POST", "/cert/pdf/certificate", callers.source, json=asked)).status_code == status


async def test_no_id_and_no_number_is_logged(callers: Callers, capfd: pytest.CaptureFixture[str]) -> None:
    await callers.given(1)
    await callers.call("POST", CERTIFICATES, callers.partner, json=ASKED)
    await callers.call("GET", KYC, callers.partner, headers=PROOF)
    await callers.call("GET", f"/cert/api/certificateId/{CODE}/1", callers.source)
    written = "".join(capfd.readouterr())
    assert "/cert/external/kyc/{code}" in written
    assert CODE not in written
    assert MOBILE not in written
