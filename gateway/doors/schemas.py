"""JSON Schemas of what the GraphQL schema takes as JSON."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from credential.record import VaccinationRecord
from gateway.doors.described import ANY_OBJECT, Described, Reply
from resolvers.issue import MAX_RECORDS
from resolvers.scalars import RECORD_LIST_SCHEMA

_SCHEMA = msgspec.json.encode(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "RecordList",
        **msgspec.json.schema(list[VaccinationRecord]),
        "minItems": 1,
        "maxItems": MAX_RECORDS,
    }
)


async def record_list(_request: Request) -> Response:
    """Return the JSON Schema of the scalar RecordList."""
    return Response(_SCHEMA, 200, {"cache-control": "public, max-age=3600"}, "application/schema+json")


_REPLIES = {200: Reply("The schema.", ANY_OBJECT, "application/schema+json")}
DESCRIBED = [Described("GET", RECORD_LIST_SCHEMA, "Descriptions", "Read the JSON Schema of records in bulk", _REPLIES)]
