"""Requests as today's source systems send them, about synthetic people."""

from typing import Any

import httpx

from tests.flow.house import House

JSON = dict[str, Any]
API = "/divoc/api"


def old_request(code: str = "20000000000001", dose: int = 1, **recipient: Any) -> JSON:  # noqa: ANN401
    """Return a CertificationRequestV2."""
    return {
        "preEnrollmentCode": code,
        "recipient": {
            "name": "Sample Person 1",
            "dob": "1990-06-15",
            "age": "31",
            "gender": "Female",
            "nationality": "Indian",
            "identity": "did:Passport:Z0000001",
            "contact": ["tel:9999900001"],
            "address": {"addressLine1": "1, Sample Road", "district": "Kolhapur", "pincode": 416201},
        }
        | recipient,
        "vaccination": {
            "name": "COVISHIELD",
            "batch": "SAMPLE-1",
            "manufacturer": "Serum Institute of India",
            "date": "2021-12-15T00:00:00.000Z",
            "effectiveStart": "2021-12-15",
            "effectiveUntil": "2022-12-15",
            "dose": dose,
            "totalDoses": 2,
        },
        "vaccinator": {"name": "Sample Vaccinator"},
        "facility": {
            "name": "Sample Hospital",
            "address": {"addressLine1": "2, Sample Road", "district": "Kolhapur", "pincode": 416201},
        },
        "meta": {"facilityType": "PR", "paymentType": "S", "previousCertificateId": "52160015111"},
    }


async def send(home: House, method: str, path: str, key: str | None, **more: Any) -> httpx.Response:  # noqa: ANN401
    """Call a source door, with a key if there is one; `headers` are added to it."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return await home.http.request(method, API + path, headers=headers | more.pop("headers", {}), **more)


async def certified(home: House, key: str, *requests: JSON, version: str = "v3") -> list[str]:
    """Send requests that must be taken; return the certificate ids."""
    response = await send(home, "POST", f"/{version}/certify", key, json=list(requests) or [old_request()])
    assert response.status_code == 200, response.text
    await home.app.state.gateway.nudges.close()
    return [result["certificateId"] for result in response.json()["results"]]
