"""Bulk upload, its listing and its error rows at the old addresses."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from backends.sql import ledger
from credential.access import Scope
from credential.errors import Unavailable
from credential.operations import uploads
from gateway.limits import Limits
from tests.contract.store_faults import rows
from tests.flow.house import House, house
from tests.flow.source_requests import send

COLUMNS = (
    "preEnrollmentCode,recipientName,recipientMobileNumber,recipientDOB,recipientAge,recipientGender,"
    "recipientNationality,recipientIdentity,vaccinationBatch,vaccinationDate,vaccinationDose,vaccinationTotalDoses,"
    "vaccinationEffectiveStart,vaccinationEffectiveEnd,vaccinationManufacturer,vaccinationName,vaccinatorName,"
    "facilityName,facilityAddressLine1,facilityAddressLine2,facilityDistrict,facilityState,facilityPincode"
)
LISTED = "ID CreatedAt UpdatedAt DeletedAt Filename TotalRecords UserID Status TotalErrorRows"
JSON = dict[str, Any]


def row(code: str, name: str = "Sample Person 1", mobile: str = "9999900001") -> str:
    return (
        f"{code},{name},{mobile},15-Jun-1990,,Female,Indian,,SAMPLE-1,2021-12-15T06:00:00Z,1,2,2021-12-15,2022-12-15,"
        'Serum Institute of India,COVISHIELD,Sample Vaccinator,"Sample Hospital, North",,,Pune,Maharashtra,411001'
    )


def table(*rows: str) -> bytes:
    return "\r\n".join([COLUMNS, *rows]).encode()


async def upload(home: House, key: str, data: bytes, **headers: str) -> httpx.Response:
    files = {"file": ("Sample day.csv", data, "text/csv")}
    response = await send(home, "POST", "/v1/bulkCertify", key, files=files, headers=headers)
    await home.app.state.gateway.nudges.close()
    return response


async def listed(home: House, key: str) -> list[JSON]:
    response = await send(home, "GET", "/v1/certify/uploads", key)
    assert response.status_code == 200
    found: list[JSON] = response.json()
    return found


async def errors(home: House, key: str, identifier: int) -> JSON:
    response = await send(home, "GET", f"/v1/certify/uploads/{identifier}/errors", key)
    assert response.status_code == 200, response.text
    body: JSON = response.json()
    return body


async def test_a_file_is_certified_row_by_row(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    response = await upload(home, key, table(row("1"), row("2", name=""), row("3", mobile=""), row("4"), row("1")))
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["totalRecords"], len(body["jobs"])) == (5, 1)
    [shown] = await listed(home, key)
    names = [
        "ID",
        "CreatedAt",
        "UpdatedAt",
        "DeletedAt",
        "Filename",
        "TotalRecords",
        "UserID",
        "Status",
        "TotalErrorRows",
    ]
    assert list(shown) == names
    assert shown["ID"] == body["uploadId"]
    assert (shown["Filename"], shown["TotalRecords"]) == ("Sample day.csv", 5)
    assert (shown["Status"], shown["TotalErrorRows"]) == ("Failed", 3)
    told = await errors(home, key, body["uploadId"])
    assert told["columns"] == [*COLUMNS.split(","), "errors"]
    assert [one["preEnrollmentCode"] for one in told["errorRows"]] == ["2", "3", "1"]
    assert [one["errors"].partition(":")[0] for one in told["errorRows"][:2]] == [
        "recipientName",
        "recipientMobileNumber",
    ]
    assert told["errorRows"][0]["facilityName"] == "Sample Hospital, North"
    read = await rows(home.store, "SELECT client_id, detail FROM audit WHERE action = 'readUpload'")
    assert [(one.client_id, one.detail) for one in read] == [(shown["UserID"], str(body["uploadId"]))]
    query = '{ beneficiary(id: "4") { latestCertificate { status holder { name } } } }'
    assert (await home.ask(query, key))["beneficiary"]["latestCertificate"]["status"] == "ISSUED"


async def test_a_file_without_faults_is_a_success_once_it_is_signed(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    home.workbench.idle = True
    body = (await upload(home, key, table(row("1"), row("2")))).json()
    [shown] = await listed(home, key)
    assert (shown["Status"], shown["TotalErrorRows"]) == ("Processing", 0)
    home.workbench.idle = False
    await home.workbench.enqueue(home.workbench.seen)
    [shown] = await listed(home, key)
    assert (shown["Status"], shown["TotalErrorRows"]) == ("Success", 0)
    assert (await errors(home, key, body["uploadId"]))["errorRows"] == []


@pytest.mark.parametrize(
    ("file", "total", "failed"), [("certificates-bulk-india.csv", 2, 2), ("certificates-bulk-main.csv", 0, 0)]
)
async def test_todays_files(home: House, vectors: Path, file: str, total: int, failed: int) -> None:
    """India's template has no preEnrollmentCode: its rows stayed Processing for ever, and now say why they failed."""
    key = await home.client(Scope.ISSUE)
    response = await upload(home, key, (vectors / "cowin" / "requests" / file).read_bytes())
    assert (response.status_code, response.json()["totalRecords"]) == (200, total)
    [shown] = await listed(home, key)
    assert (shown["Status"], shown["TotalErrorRows"]) == ("Failed" if failed else "Success", failed)
    for one in (await errors(home, key, response.json()["uploadId"]))["errorRows"]:
        assert one["errors"].startswith("preEnrollmentCode is missing")


async def test_a_header_of_no_template(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    response = await upload(home, key, table().replace(b"recipientName,", b""))
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "INVALID_TEMPLATE")
    assert body["message"] == "recipientName column doesn't exist in uploaded csv file."
    assert await listed(home, key) == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b'"', COLUMNS.encode() + b'\r\n"x'])
async def test_what_is_no_table_is_refused_and_leaves_nothing(home: House, data: bytes) -> None:
    key = await home.client(Scope.ISSUE)
    response = await upload(home, key, data)
    assert (response.status_code, bool(response.json()["message"])) == (400, True)
    assert await listed(home, key) == []


async def test_forms_that_hold_no_file(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    form = "multipart/form-data; boundary=x"
    bodies: list[tuple[str, bytes, int]] = [
        (form, b"", 400),
        (form, b"--x", 400),
        (form, b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--x--', 400),
        (form, b'--x\r\nContent-Disposition: form-data; name="other"; filename="f"\r\n\r\nx\r\n--x--', 400),
        (form, b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--", 400),
        ("multipart/form-data", b"", 400),
        ("text/csv", table(row("1")), 415),
        ("application/x-www-form-urlencoded", b"file=x", 415),
    ]
    for media_type, body, status in bodies:
        headers = {"content-type": media_type}
        response = await send(home, "POST", "/v1/bulkCertify", key, content=body, headers=headers)
        assert (response.status_code, bool(response.json()["code"])) == (status, True), body
    assert await listed(home, key) == []


async def test_a_file_beyond_the_limit(tmp_path: Path, signing_keys: Path) -> None:
    async with house(tmp_path, signing_keys, Limits(body=2_000)) as home:
        key = await home.client(Scope.ISSUE)
        response = await upload(home, key, table(*[row(str(number)) for number in range(20)]))
        assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_another_clients_upload_answers_like_an_unknown_one(home: House) -> None:
    key, other, admin = await home.client(Scope.ISSUE), await home.client(Scope.ISSUE), await home.client(Scope.ADMIN)
    identifier = (await upload(home, key, table(row("1")))).json()["uploadId"]
    assert await listed(home, other) == []
    assert len(await listed(home, admin)) == 1
    answers = [
        await send(home, "GET", f"/v1/certify/uploads/{one}/errors", other)
        for one in (identifier, identifier + 1, "x", "9" * 19, "0" * 20 + "9" * 40, "-1")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["message"] for answer in answers}) == 1


async def test_a_file_cut_half_way_goes_on_when_it_is_sent_again(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "BATCH", 2)
    key = await home.client(Scope.ISSUE)
    data = table(*[row(str(number)) for number in range(5)])
    note, calls = home.store.note_rows, list[int]()

    async def cut(*given: Any, **more: Any) -> None:  # noqa: ANN401
        calls.append(1)
        if len(calls) == 2:
            raise Unavailable("The store is away.")
        await note(*given, **more)

    monkeypatch.setattr(home.store, "note_rows", cut)
    monkeypatch.setattr(ledger, "LEASE", timedelta(0))
    assert (await upload(home, key, data, **{"idempotency-key": "f-1"})).status_code == 503
    response = await upload(home, key, data, **{"idempotency-key": "f-1"})
    assert (response.status_code, response.json()["totalRecords"]) == (200, 5)
    [shown] = await listed(home, key)
    assert (shown["Status"], shown["TotalErrorRows"]) == ("Success", 0), "nothing is a duplicate of itself"


async def test_the_same_file_under_the_same_key_is_the_same_upload(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    data = table(row("1"), row("2"))
    first, again = [await upload(home, key, data, **{"idempotency-key": "f-1"}) for _ in range(2)]
    assert first.json() == again.json()
    other = await upload(home, key, table(row("3")), **{"idempotency-key": "f-1"})
    assert other.status_code == 422
    assert len(await listed(home, key)) == 1
    without = await upload(home, key, data)
    [shown, _] = await listed(home, key)
    assert (shown["ID"], shown["TotalErrorRows"]) == (without.json()["uploadId"], 2), "both are duplicates now"


async def test_who_may_not(home: House) -> None:
    fetch = await home.client(Scope.FETCH)
    asked = [("POST", "/v1/bulkCertify"), ("GET", "/v1/certify/uploads"), ("GET", "/v1/certify/uploads/1/errors")]
    for method, path in asked:
        assert (await send(home, method, path, None)).status_code == 401
        assert (await send(home, method, path, fetch)).status_code == 403


async def test_the_error_rows_sent_again_have_one_column_of_errors(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    data = table(row("1", name="") + ",recipientName: Required field is missing.").replace(
        b"Pincode\r", b"Pincode,errors\r"
    )
    told = await errors(home, key, (await upload(home, key, data)).json()["uploadId"])
    assert told["columns"] == [*COLUMNS.split(","), "errors"]
    assert told["errorRows"][0]["errors"].startswith("recipientName: ")
