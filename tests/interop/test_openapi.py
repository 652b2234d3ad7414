"""The description that is served: complete, and true of a real server whatever schemathesis sends it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from credential.formats.bulk_csv import OLD_TEMPLATE
from gateway.app import ROUTES
from gateway.doors.described import Described, Reply
from gateway.doors.openapi import DESCRIBED, PATH, openapi_document
from gateway.pages.portal import PAGES
from tests.flow.source_requests import API, old_request
from tests.servers.gateway import gateway

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NO_DOORS = {
    "/graphql",
    "/graphiql/{name}",
    "/portal/{name}",
    "/verify-worker.js",
    "/admin/config.json",
    *(f"/{name}" for name in PAGES),
}
EXAMPLES = 8
Operations = dict[str, Any]
NAMES = [f"{one.method} {one.path}" for one in DESCRIBED if one.path != PATH]
"""The description itself is read by whoever reads it."""
ASKING = [f"{one.method} {one.path}" for one in DESCRIBED if one.parameters or one.body is not None]
MODES = [(name, GenerationMode.POSITIVE) for name in NAMES] + [(name, GenerationMode.NEGATIVE) for name in ASKING]


def undescribed(routes: list[Any], described: list[Described]) -> set[tuple[str, str]]:
    """Return the method and path of what is only served or only described."""
    doors = [one for one in routes if isinstance(one, Route) and one.path not in NO_DOORS]
    there = {(method, one.path) for one in doors for method in told(one.methods or set())}
    return there ^ {(one.method, one.path) for one in described}


def told(methods: set[str]) -> set[str]:
    """Return the methods that are described: HEAD only where it stands alone, not beside the GET that brings it."""
    return methods - {"HEAD"} or methods


def test_every_door_is_described_and_every_description_is_a_door() -> None:
    assert undescribed(ROUTES, list(DESCRIBED)) == set()
    assert undescribed([*ROUTES, Route("/new", lambda _: None)], list(DESCRIBED)) == {("GET", "/new")}
    gone = Described("GET", "/gone", "", "", {200: Reply("")})
    assert undescribed(ROUTES, [*DESCRIBED, gone]) == {("GET", "/gone")}


def test_every_operation_has_a_name_of_its_own() -> None:
    paths = openapi_document(DESCRIBED)["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names)) == len(DESCRIBED)


def test_every_parameter_of_a_path_is_described() -> None:
    for path, methods in openapi_document(DESCRIBED)["paths"].items():
        for operation in methods.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == {part[1:].partition("}")[0] for part in path.split("/") if part.startswith("{")}, path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve an empty store; give the address and a key that may do everything."""
    with gateway(tmp_path_factory.mktemp("openapi")) as served:
        yield served


@pytest.fixture(scope="module")
def described(server: tuple[str, str]) -> Operations:
    """Return the operations of the description that is served, by their names."""
    schema = schemathesis.openapi.from_url(server[0] + "/openapi.json")
    return {one.label: one for one in (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))}


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_whatever_is_sent_is_answered_as_described(
    server: tuple[str, str], described: Operations, name: str, mode: GenerationMode
) -> None:
    operation, (address, key) = described[name], server
    asked = list[int]()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:  # noqa: ANN401 - schemathesis' own
        headers = {"authorization": f"Bearer {key}"}
        response = case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)
        asked.append(response.status_code)

    ask()
    assert asked


def test_what_is_taken_is_answered_as_described(server: tuple[str, str], described: Operations) -> None:
    address, key = server
    table = ",".join(member.source[0] for member in OLD_TEMPLATE.members)
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"}) as http:
        taken = http.post(f"{API}/v2/certify", json=[old_request("1"), old_request("2"), old_request("1")])
        upload = http.post(f"{API}/v1/bulkCertify", files={"file": ("day.csv", f"{table}\n1{',' * 25}\n")})
        errors = f"{API}/v1/certify/uploads/{upload.json()['uploadId']}/errors"
        answers = {
            f"POST {API}/v2/certify": taken,
            f"PUT {API}/v1/certificate": http.put(f"{API}/v1/certificate", json=[old_request("2", name="Sample")]),
            f"POST {API}/v1/bulkCertify": upload,
            f"GET {API}/v1/certify/uploads": http.get(f"{API}/v1/certify/uploads"),
            f"GET {API}/v1/certify/uploads/{{upload_id}}/errors": http.get(errors),
            f"DELETE {API}/v1/certificates/{{pre_enrollment_code}}": http.delete(
                f"{API}/v1/certificates/1?allDoses=true"
            ),
            f"POST {API}/v1/events": http.post(f"{API}/v1/events", json=[{"type": "verify"}]),
        }
        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
        assert http.get(errors).json()["errorRows"]
        for name, answer in answers.items():
            answer.request.read()
            described[name].validate_response(answer)
