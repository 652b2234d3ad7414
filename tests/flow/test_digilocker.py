"""DigiLocker's door: what is given, to whom, and what stays behind of what is refused."""

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from backends.sql.tables import audit, events
from credential.access import Scope, Terms
from credential.errors import BadUserInput
from credential.formats.digilocker_xml import DOC_REQUEST, URI_REQUEST, data_content, read_request
from credential.operations import digilocker
from credential.operations.digilocker import Rules, Superseded
from gateway.limits import Limits
from tests.flow.house import UPDATE, House
from tests.flow.source_requests import certified, old_request, send

KEY = b"sample-hmac-key"
CODE, MOBILE, NAME, BORN = "20000000000001", "9999900001", "Sample Person 1", "15-06-1990"
URI, DOC = "/digilocker/pull-uri", "/digilocker/pull-doc"
OLD_URI, OLD_DOC = "/cert/api/pullUriRequest", "/cert/api/pullDocRequest"


def uri_request(form: str = "xml", kind: str = "VACER", **details: str) -> bytes:
    given = {"DocType": kind, "DigiLockerId": "sample-locker", "UID": "", "tracking_id": CODE} | details
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ns2:PullURIRequest xmlns:ns2="http://tempuri.org/" ver="1.0" '
        f'ts="2021-06-01T10:00:00+05:30" txn="txn-1" orgId="dl" format="{form}"><DocDetails>{inner}</DocDetails>'
        f"</ns2:PullURIRequest>"
    ).encode()


def doc_request(uri: str, form: str = "xml", **details: str) -> bytes:
    given = {"URI": uri, "DigiLockerId": "sample-locker", "FullName": NAME, "DOB": BORN} | details
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
    root = f'<PullDocRequest ver="1.0" ts="t" txn="txn-2" orgId="dl" format="{form}">'
    return f"{root}<DocDetails>{inner}</DocDetails></PullDocRequest>".encode()


def mac(body: bytes, key: bytes = KEY) -> str:
    """Return the header by the definition of HMAC (RFC 2104), without the library that the door uses."""
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    digest = hashlib.sha256(outer + hashlib.sha256(inner + body).digest()).hexdigest()
    return base64.b64encode(digest.encode()).decode()


def opened(home: House, superseded: Superseded = Superseded.CURRENT) -> House:
    object.__setattr__(home.app.state.gateway.made_of, "digilocker", Rules(KEY, "in.gov.sample", superseded))
    return home


@pytest.fixture
async def door(home: House) -> House:
    return opened(home)


async def ask(home: House, path: str, body: bytes, header: str | bytes | None = None) -> httpx.Response:
    given = mac(body) if header is None else header
    shown = given if isinstance(given, bytes) else given.encode()
    headers = {b"x-digilocker-hmac": shown, b"content-type": b"application/xml"}
    return await home.http.post(path, content=body, headers=headers)


def status_of(response: httpx.Response) -> tuple[str, str | None]:
    status = ET.fromstring(response.content).find("ResponseStatus")  # noqa: S314 - our own answer
    assert status is not None
    return status.attrib["Status"], status.attrib.get("code")


def detail(response: httpx.Response, name: str) -> str:
    return ET.fromstring(response.content).findtext(f"DocDetails/{name}") or ""  # noqa: S314


async def given_certificates(home: House, *doses: int, **recipient: str) -> list[str]:
    source = await home.client(Scope.ISSUE, Scope.UPDATE, Scope.REVOKE)
    return await certified(home, source, *(old_request(dose=dose, **recipient) for dose in doses or (1,)))


async def test_beyond_a_budget_right_and_wrong_are_refused_alike(door: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await given_certificates(door)
    monkeypatch.setattr(digilocker, "CALLER", replace(digilocker.CALLER, terms=Terms(daily_reads=1)))
    found = await ask(door, URI, uri_request(Mobile=MOBILE))
    again = [await ask(door, URI, uri_request(Mobile=mobile)) for mobile in (MOBILE, "9999900002")]
    again += [await ask(door, DOC, doc_request(detail(found, "URI"), FullName=name)) for name in (NAME, "Nobody")]
    assert [(one.status_code, status_of(one)) for one in again] == [(429, ("0", "RATE_LIMITED"))] * 4
    assert int(again[0].headers["retry-after"]) > 0


async def left_behind(home: House) -> tuple[int, int]:
    """Return how many reads were audited, and how many accesses counted."""
    await home.app.state.gateway.close()
    async with home.store._database.read() as connection:
        reads = select(func.count()).select_from(audit).where(audit.c.action == "read")
        counted = select(func.count()).select_from(events).where(events.c.measure == "ACCESSED")
        return (await connection.execute(reads)).scalar_one(), (await connection.execute(counted)).scalar_one()


@pytest.mark.parametrize("path", [URI, OLD_URI])
@pytest.mark.parametrize("factor", [{"Mobile": MOBILE}, {"FullName": " sample  person 1", "DOB": BORN}])
async def test_a_uri_by_mobile_or_by_name_and_birth(door: House, path: str, factor: dict[str, str]) -> None:
    [identifier] = await given_certificates(door)
    response = await ask(door, path, uri_request(**factor))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/xml")
    assert status_of(response) == ("1", None)
    assert detail(response, "URI") == f"in.gov.sample-VACER-{identifier}"
    content = base64.b64decode(detail(response, "DataContent")).decode()
    assert content.startswith(f'<certificate id="{identifier}"><![CDATA[{{')
    assert json.loads(ET.fromstring(content).text or "")["evidence"][0]["certificateId"] == identifier  # noqa: S314
    assert detail(response, "DocContent") == ""
    assert await left_behind(door) == (1, 1)


async def test_the_answer_has_the_old_members_in_the_old_order(door: House) -> None:
    [identifier] = await given_certificates(door)
    response = await ask(door, URI, uri_request(Mobile=MOBILE, FullName="x"))
    head, _, rest = response.text.partition("<DataContent>")
    assert head == (
        '<PullURIResponse ns2=""><ResponseStatus Status="1" ts="2021-06-01T10:00:00+05:30" txn="txn-1">'
        "</ResponseStatus>"
        "<DocDetails><DocType>VACER</DocType><DigiLockerId>sample-locker</DigiLockerId><UID></UID>"
        "<FullName>x</FullName><DOB></DOB><tracking_id></tracking_id><Mobile></Mobile><UDF1></UDF1>"
        f"<URI>in.gov.sample-VACER-{identifier}</URI><DocContent></DocContent>"
    )
    assert rest.endswith("</DataContent></DocDetails></PullURIResponse>")


WRONG_FACTORS = [
    {"Mobile": "9999900002"},
    {"Mobile": ""},
    {"FullName": NAME},
    {"FullName": NAME, "DOB": "16-06-1990"},
    {"FullName": "Sample Person 2", "DOB": BORN},
    {"DOB": BORN},
    {"FullName": NAME, "DOB": "1990-06-15"},
    {"Mobile": MOBILE, "tracking_id": "20000000000999"},
]


@pytest.mark.parametrize("details", WRONG_FACTORS)
async def test_a_wrong_factor_and_an_unknown_id_get_status_0_and_leave_nothing(
    door: House, details: dict[str, str]
) -> None:
    await given_certificates(door)
    response = await ask(door, URI, uri_request(**details))
    assert response.status_code == 200
    assert status_of(response) == ("0", "NOT_FOUND")
    assert await left_behind(door) == (0, 0)


@pytest.mark.parametrize("path", [DOC, OLD_DOC])
@pytest.mark.parametrize("prefix", ["in.gov.sample", "in.gov.covin"])
async def test_a_document_by_its_uri(door: House, path: str, prefix: str) -> None:
    [identifier] = await given_certificates(door)
    response = await ask(door, path, doc_request(f"{prefix}-VACER-{identifier}", "both"))
    assert status_of(response) == ("1", None)
    assert base64.b64decode(detail(response, "DocContent")).startswith(b"%PDF")
    assert identifier.encode() in base64.b64decode(detail(response, "DataContent"))


@pytest.mark.parametrize("details", [{"FullName": "Sample Person 2"}, {"FullName": ""}, {"DOB": "01-01-1990"}])
async def test_a_uri_alone_opens_nothing(door: House, details: dict[str, str]) -> None:
    [identifier] = await given_certificates(door)
    response = await ask(door, DOC, doc_request(f"in.gov.sample-VACER-{identifier}", **details))
    assert status_of(response) == ("0", "NOT_FOUND")
    assert await left_behind(door) == (0, 0)


async def test_a_superseded_certificate_is_answered_with_the_current_one(door: House) -> None:
    source = await door.client(Scope.ISSUE, Scope.UPDATE)
    [first] = await certified(door, source, old_request())
    given = {"certificateId": first, "recipient": {"gender": "Male"}, "waitMs": 10_000}
    second = (await door.ask(UPDATE, source, input=given))["updateCertificate"]["certificate"]["id"]
    body = doc_request(f"in.gov.covin-VACER-{first}")
    response = await ask(door, DOC, body)
    assert second.encode() in base64.b64decode(detail(response, "DataContent"))
    assert status_of(await ask(opened(door, Superseded.REFUSE), DOC, body)) == ("0", "NOT_FOUND")


async def test_a_revoked_certificate_is_refused(door: House) -> None:
    source = await door.client(Scope.ISSUE, Scope.REVOKE)
    [identifier] = await certified(door, source, old_request())
    await send(door, "DELETE", f"/v1/certificates/{CODE}?allDoses=true", source)
    assert status_of(await ask(door, DOC, doc_request(f"in.gov.sample-VACER-{identifier}"))) == ("0", "NOT_FOUND")
    assert status_of(await ask(door, URI, uri_request(Mobile=MOBILE))) == ("0", "NOT_FOUND")


@pytest.mark.parametrize(("doses", "status"), [((1,), "0"), ((1, 2), "1")], ids=["not done", "done"])
async def test_an_international_page_where_it_is_due(door: House, doses: tuple[int, ...], status: str) -> None:
    await given_certificates(door, *doses)
    response = await ask(door, URI, uri_request("pdf", "IVACR", Mobile=MOBILE))
    assert status_of(response)[0] == status
    assert bool(detail(response, "DocContent")) == (status == "1")
    assert detail(response, "DataContent") == ""


async def test_a_photograph_of_three_megabytes(door: House) -> None:
    await given_certificates(door)
    body = uri_request(Mobile=MOBILE, Photo=base64.b64encode(bytes(2_250_000)).decode())
    assert len(body) > 3_000_000
    assert status_of(await ask(door, URI, body)) == ("1", None)


BODY = uri_request(Mobile=MOBILE)
WRONG_HEADERS: dict[str, str | bytes] = {
    "absent": "",
    "of another key": mac(BODY, b"another-key"),
    "of another body": mac(BODY + b" "),
    "not base64": "%%%",
    "hexadecimal without base64": base64.b64decode(mac(BODY)).decode(),
    "not ASCII": b"\xe9",
}


@pytest.mark.parametrize("fault", WRONG_HEADERS)
async def test_a_wrong_hmac_is_401_and_leaves_nothing(
    door: House, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    await given_certificates(door)
    response = await ask(door, URI, BODY, WRONG_HEADERS[fault])
    assert response.status_code == 401
    assert status_of(response) == ("0", "UNAUTHENTICATED")
    assert await left_behind(door) == (0, 0)
    written = "".join(capfd.readouterr())
    assert mac(BODY) not in written
    assert CODE not in written


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><PullURIRequest>&b;</PullURIRequest>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/hostname">]><PullURIRequest>&f;</PullURIRequest>'
BROKEN = {
    "no XML": b"certificate, please",
    "empty": b"",
    "cut short": BODY[:-9],
    "another root": doc_request("in.gov.covin-VACER-1"),
    "a billion laughs": LAUGHS.encode(),
    "an entity from outside": OUTSIDE.encode(),
    "a document type in UTF-16": LAUGHS.encode("utf-16"),
    "a document type in UTF-7": b'<?xml version="1.0" encoding="utf-7"?>' + LAUGHS.encode("utf-7"),
    "not UTF-8": BODY.replace(b"sample-locker", b"\xff"),
    "a member too long": uri_request(Mobile="9" * 300),
    "an unknown format": uri_request("zip", Mobile=MOBILE),
    "no document type": uri_request(kind="", Mobile=MOBILE),
    "too many elements": BODY.replace(b"</DocDetails>", b"<UDFn/>" * 300 + b"</DocDetails>"),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_body_gets_an_xml_error_and_leaves_nothing(door: House, fault: str) -> None:
    await given_certificates(door)
    response = await ask(door, URI, BROKEN[fault])
    assert response.status_code == 400
    assert status_of(response) == ("0", "BAD_USER_INPUT")
    assert await left_behind(door) == (0, 0)


async def test_a_huge_body_is_413(door: House) -> None:
    response = await ask(door, URI, b"<" * (Limits().body + 1))
    assert response.status_code == 413
    assert status_of(response) == ("0", "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("uri", ["", "x", "in.gov.other-VACER-1", "in.gov.sample-1", "in.gov.sample-vacer-1"])
async def test_a_uri_of_another_form(door: House, uri: str) -> None:
    assert (await ask(door, DOC, doc_request(uri))).status_code == 400


async def test_an_unknown_id_in_a_uri(door: House) -> None:
    response = await ask(door, DOC, doc_request("in.gov.sample-VACER-1ABC"))
    assert (response.status_code, status_of(response)) == (200, ("0", "NOT_FOUND"))


@pytest.mark.parametrize("path", [URI, DOC, OLD_URI, OLD_DOC])
async def test_without_a_key_there_is_no_door(home: House, path: str) -> None:
    assert (await ask(home, path, BODY)).status_code == 404


def test_a_text_that_ends_a_cdata_section_comes_back_whole() -> None:
    text = '{"name": "]]>"}'
    assert ET.fromstring(data_content("1A", text)).text == text  # noqa: S314


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: f"<{URI_REQUEST}>{text}".encode("utf-8", "replace"))
)
def test_any_body_is_read_or_refused(body: bytes) -> None:
    for root in (URI_REQUEST, DOC_REQUEST):
        with suppress(BadUserInput):
            assert read_request(body, root).root == root
