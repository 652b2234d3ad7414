"""Answers with a file: entity tags, conditions and ranges as RFC 9110 has them."""

from collections.abc import AsyncIterator
from hashlib import sha256

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.doors.serving import File, answer, disposition

DATA = bytes(range(10))
HUGE = "9" * 5000
ETAG = f'"{sha256(DATA).hexdigest()}"'


async def in_pieces(start: int, end: int) -> AsyncIterator[bytes]:
    for place in range(start, end):
        yield DATA[place : place + 1]


async def small(request: Request) -> Response:
    return answer(request, File("application/pdf", "x.pdf", ETAG.strip('"'), len(DATA), DATA))


async def large(request: Request) -> Response:
    return answer(request, File("application/zip", "x.zip", ETAG.strip('"'), len(DATA), in_pieces))


APP = Starlette(routes=[Route("/small", small, methods=["GET"]), Route("/large", large, methods=["GET"])])


async def asked(path: str, method: str = "GET", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.fixture(params=["/small", "/large"])
def path(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


async def test_the_whole(path: str) -> None:
    response = await asked(path)
    assert (response.status_code, response.content) == (200, DATA)
    assert response.headers["etag"] == ETAG
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["cache-control"] == "private, no-cache"
    assert response.headers["vary"] == "authorization"


async def test_the_head_alone(path: str) -> None:
    response = await asked(path, "HEAD", range="bytes=0-1")
    assert (response.status_code, response.content) == (200, b"")
    assert (response.headers["content-length"], response.headers["etag"]) == ("10", ETAG)


@pytest.mark.parametrize("given", [ETAG, f"W/{ETAG}", f'"x", {ETAG}', "*", f'W/"y",{ETAG}'])
async def test_who_holds_it_gets_nothing(path: str, given: str) -> None:
    response = await asked(path, if_none_match=given, range="bytes=0-1")
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", ETAG)


@pytest.mark.parametrize("given", ['"x"', ETAG.strip('"'), ETAG[:-2] + '"', ""])
async def test_who_holds_another_gets_it(path: str, given: str) -> None:
    assert (await asked(path, if_none_match=given)).content == DATA


@pytest.mark.parametrize(
    ("asked_for", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=2-5", 2, 6),
        ("bytes=5-", 5, 10),
        ("bytes=-3", 7, 10),
        ("bytes=-30", 0, 10),
        ("bytes=0-", 0, 10),
        ("bytes=9-100", 9, 10),
        ("bytes = 2 - 5", 2, 6),
    ],
)
async def test_a_range(path: str, asked_for: str, start: int, end: int) -> None:
    for condition in ({}, {"if_range": ETAG}):
        response = await asked(path, range=asked_for, **condition)
        assert (response.status_code, response.content) == (206, DATA[start:end])
        assert response.headers["content-range"] == f"bytes {start}-{end - 1}/10"
        assert response.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked_for", ["bytes=10-", "bytes=10-20", "bytes=-0"])
async def test_a_range_that_there_is_not(path: str, asked_for: str) -> None:
    response = await asked(path, range=asked_for)
    assert (response.status_code, response.headers["content-range"]) == (416, "bytes */10")


@pytest.mark.parametrize(
    "asked_for",
    [
        "bytes=-",
        "bytes=0-1,3-4",
        "items=0-1",
        "bytes=x-1",
        "bytes=-30",
        "bytes=0-",
        "bytes=5-2",
        "bytes",
        "bytes=" + "9" * 5000 + "-",
    ],
)
async def test_what_is_no_range_that_we_know_is_the_whole(path: str, asked_for: str) -> None:
    assert (await asked(path, range=asked_for)).content == DATA


@pytest.mark.parametrize("condition", ['"x"', f"W/{ETAG}", "Mon, 01 Jan 2035 00:00:00 GMT"])
async def test_a_range_of_what_changed_meanwhile_is_the_whole(path: str, condition: str) -> None:
    response = await asked(path, range="bytes=0-1", if_range=condition)
    assert (response.status_code, response.content) == (200, DATA)


@given(first=st.integers(0, 12), last=st.integers(0, 12))
async def test_ranges_agree_with_slices(first: int, last: int) -> None:
    response = await asked("/small", range=f"bytes={first}-{last}")
    if last < first:
        assert response.status_code == 200
    elif first >= len(DATA):
        assert response.status_code == 416
    else:
        assert response.content == DATA[first : last + 1]


def test_names_of_files() -> None:
    assert disposition("x-ta.pdf", "inline") == 'inline; filename="x-ta.pdf"'
    tamil = disposition("தமிழ் 1.pdf", "attachment")
    assert tamil.startswith("attachment; filename=\" 1.pdf\"; filename*=UTF-8''%E0%AE")
    assert disposition('a"b\\c\r\n.pdf', "inline").count('"') == 2
    assert "\n" not in disposition("a\r\nx: y", "inline")


async def test_one_is_shown_and_the_other_saved() -> None:
    assert (await asked("/small")).headers["content-disposition"].startswith("inline;")
    assert (await asked("/large")).headers["content-disposition"].startswith("attachment;")
