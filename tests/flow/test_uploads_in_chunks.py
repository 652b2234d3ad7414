"""A file in chunks over HTTP: announced, sent, resumed, previewed; nobody else's business."""

from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from credential.access import Scope
from credential.formats.sample_csv import CsvForm, sample_csv
from credential.operations import files
from gateway.limits import Limits
from tests.flow.house import House, house

JSON = dict[str, Any]
CREATE = """mutation($input: CreateUploadInput!) { createUpload(input: $input) {
  upload { id name url byteSize chunkSize received complete } userErrors { code message path } } }"""
UPLOAD = """query($id: ID!, $first: Int!) { upload(id: $id) { received complete expiresAt preview(first: $first) {
  template encoding delimiter columns ignored userErrors { code message path }
  rows { number line record error { code message path } } } } }"""
LINES = sample_csv(CsvForm.DIVOC_INDIA).splitlines()
DATA = "\r\n".join(
    [LINES[0] + ",shoeSize", LINES[1] + ",42", LINES[1].replace("2021-03-01", "soon"), LINES[1].replace(",1,", ",=1,")]
).encode("utf-8-sig")
SIZE = 300


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", SIZE)


def announced(data: bytes = DATA, **changes: Any) -> JSON:  # noqa: ANN401 - GraphQL input
    return {"name": "Sample.csv", "byteSize": len(data), "sha256": sha256(data).hexdigest(), **changes}


async def created(home: House, key: str, data: bytes = DATA) -> JSON:
    payload: JSON = (await home.ask(CREATE, key, input=announced(data)))["createUpload"]
    assert payload["userErrors"] == []
    upload: JSON = payload["upload"]
    return upload


def chunk(number: int, data: bytes = DATA) -> bytes:
    return data[number * SIZE : (number + 1) * SIZE]


async def put(
    home: House, key: str | None, url: str, number: int, data: bytes, *, digest: bytes | None = None
) -> httpx.Response:
    told = b64encode(sha256(data).digest() if digest is None else digest).decode()
    headers = {"content-digest": f"sha-512=:AA==:, sha-256=:{told}:"}
    if key:
        headers["authorization"] = f"Bearer {key}"
    return await home.http.put(f"{url}/{number}", content=data, headers=headers)


async def test_a_file_is_sent_resumed_and_previewed(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    upload = await created(home, key)
    url, chunks = upload["url"], -(-len(DATA) // SIZE)
    assert (upload["chunkSize"], upload["received"], upload["complete"], chunks) == (SIZE, 0, False, 4)
    for number in (3, 1):
        response = await put(home, key, url, number, chunk(number))
        assert (response.status_code, response.headers["upload-complete"]) == (204, "?0")
    asked = {"authorization": f"Bearer {key}"}
    progress = await home.http.get(url, headers=asked)
    assert progress.status_code == 200
    assert progress.json()["missing"] == [0, 2]
    head = await home.http.head(url, headers=asked)
    assert (head.headers["upload-missing"], head.headers["upload-complete"]) == ("0, 2", "?0")
    assert (await home.ask(UPLOAD, key, id=upload["id"], first=1))["upload"]["preview"] is None
    assert (await put(home, key, url, 0, chunk(0))).status_code == 204
    last = await put(home, key, url, 2, chunk(2))
    assert (last.status_code, last.headers["upload-complete"], last.headers["upload-missing"]) == (204, "?1", "")
    assert (await put(home, key, url, 2, chunk(2))).status_code == 204
    found = (await home.ask(UPLOAD, key, id=upload["id"], first=10))["upload"]
    assert (found["complete"], found["received"]) == (True, len(DATA))
    preview = found["preview"]
    assert (preview["template"], preview["delimiter"], preview["ignored"]) == ("DIVOC", ",", ["shoeSize"])
    assert preview["columns"] == (LINES[0] + ",shoeSize").split(",")
    good, bad, formula = preview["rows"]
    assert (good["number"], good["line"], good["error"]) == (0, 2, None)
    assert (good["record"]["beneficiaryId"], good["record"]["vaccination"]["dose"]) == ("SAMPLE-1", 1)
    assert (bad["record"], bad["error"]["path"]) == (None, ["vaccinationDate"])
    assert (formula["record"], formula["error"]["path"]) == (None, ["vaccinationDose"])
    assert "formula" in formula["error"]["message"]


async def test_what_is_refused(home: House) -> None:
    key = await home.client(Scope.RECONCILE)
    url = (await created(home, key))["url"]
    wrong = await put(home, key, url, 0, chunk(0), digest=bytes(32))
    assert (wrong.status_code, wrong.json()["errors"][0]["message"]) == (400, files.WRONG_DIGEST)
    headers = {"authorization": f"Bearer {key}"}
    for more in ({}, {"content-digest": "sha-256=:AAA:"}, {"content-digest": "sha-512=:AA==:"}):
        response = await home.http.put(f"{url}/0", content=chunk(0), headers=headers | more)
        assert (response.status_code, "Content-Digest" in response.text) == (400, True)
    assert (await put(home, key, url, 0, chunk(0) + b"x")).status_code == 413
    assert (await put(home, key, url, 0, chunk(0)[1:])).status_code == 400
    assert (await put(home, key, url, 4, b"x")).status_code == 404
    assert (await put(home, key, url, 0, chunk(0))).status_code == 204
    other = await put(home, key, url, 0, b"x" * SIZE)
    assert (other.status_code, other.json()["errors"][0]["extensions"]["code"]) == (409, "CONFLICT")
    assert len(home.workbench.artifacts._kept) == 1


async def test_a_whole_of_another_digest_is_to_be_sent_again(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    url = (await home.ask(CREATE, key, input=announced(sha256="00" * 32)))["createUpload"]["upload"]["url"]
    answers = [await put(home, key, url, number, chunk(number)) for number in range(4)]
    assert [one.status_code for one in answers] == [204, 204, 204, 400]
    assert answers[-1].json()["errors"][0]["message"] == files.WRONG_WHOLE
    progress = await home.http.get(url, headers={"authorization": f"Bearer {key}"})
    assert progress.json()["missing"] == [0, 1, 2, 3]


async def test_uploads_are_their_clients_own(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    upload = await created(home, key)
    other, reader = await home.client(Scope.ISSUE), await home.client(Scope.FETCH, channel="sample")
    statuses = [
        (await put(home, one, upload["url"], 0, chunk(0))).status_code for one in (None, "unknown", reader, other)
    ]
    assert statuses == [401, 401, 403, 404]
    assert (await home.http.get(upload["url"])).status_code == 401
    assert (await home.ask(UPLOAD, other, id=upload["id"], first=1))["upload"] is None
    admin = await home.client(Scope.ADMIN)
    assert (await home.ask(UPLOAD, admin, id=upload["id"], first=1))["upload"] is not None
    refused = (await home.post(CREATE, reader, input=announced())).json()
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_one_key_one_upload(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    given = announced(idempotencyKey="one")
    first, second = [(await home.ask(CREATE, key, input=given))["createUpload"]["upload"] for _ in range(2)]
    assert first == second
    other = (await home.ask(CREATE, key, input={**given, "name": "Other.csv"}))["createUpload"]
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_CONFLICT"


async def test_a_file_that_is_no_use_says_why(home: House) -> None:
    key = await home.client(Scope.ISSUE)
    data = b"recipientName,vaccinationName\nSample Person 1,COVISHIELD\n"
    upload = await created(home, key, data)
    assert (await put(home, key, upload["url"], 0, data)).status_code == 204
    preview = (await home.ask(UPLOAD, key, id=upload["id"], first=1))["upload"]["preview"]
    assert (preview["template"], preview["rows"], preview["columns"]) == (None, [], [])
    [error] = preview["userErrors"]
    assert (error["code"], error["path"]) == ("BAD_USER_INPUT", ["recipientMobileNumber"])


@pytest.fixture
async def narrow(tmp_path: Path, signing_keys: Path) -> AsyncIterator[House]:
    async with house(tmp_path, signing_keys, Limits(upload=1000)) as opened:
        yield opened


async def test_the_largest_file(narrow: House) -> None:
    key = await narrow.client(Scope.ISSUE)
    refused = (await narrow.ask(CREATE, key, input=announced(byteSize=1001)))["createUpload"]
    assert (refused["upload"], refused["userErrors"][0]["path"]) == (None, ["byteSize"])
    assert (await narrow.ask(CREATE, key, input=announced(byteSize=1000)))["createUpload"]["upload"] is not None


@pytest.mark.parametrize("form", list(CsvForm))
async def test_templates_are_for_anyone(home: House, form: CsvForm) -> None:
    response = await home.http.get("/uploads/template.csv", params={"form": form.value})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == f'attachment; filename="pramaan-{form}.csv"'
    assert response.content == sample_csv(form).encode("utf-8-sig")


async def test_a_template_that_there_is_not(home: House) -> None:
    response = await home.http.get("/uploads/template.csv?form=other")
    assert response.status_code == 400
    assert "divoc-india" in response.json()["errors"][0]["message"]
