"""Sample people, issued to as a source system does."""

from typing import Any

from gateway.commands.graphql_client import Gateway
from tests.servers.whole import Whole

MOBILE = "+919000000001"
ISSUE = """mutation($records: RecordList!) { issueCertificates(input: {recordsJson: $records, waitMs: 10000}) {
  results { certificate { id status } error { message path } } } }"""
Record = dict[str, Any]


def record(beneficiary: str, name: str, mobile: str = MOBILE, **vaccination: Any) -> Record:  # noqa: ANN401 - any JSON
    given = {
        "name": "COVISHIELD",
        "batch": "SAMPLE-1",
        "manufacturer": "Serum Institute of India",
        "date": "2021-06-01T10:00:00+05:30",
        "dose": 2,
        "totalDoses": 2,
    }
    return {
        "beneficiaryId": beneficiary,
        "recipient": {"name": name, "dateOfBirth": "1980-05-17", "gender": "Female", "mobile": mobile},
        "vaccination": given | vaccination,
        "facility": {"name": "Sample Health Centre", "address": {"district": "Pune", "state": "Maharashtra"}},
    }


def issue(house: Whole, records: list[Record]) -> list[str]:
    """Issue to them all, wait for the signatures, and return the ids. Raises RuntimeError where one was refused."""
    results = Gateway(house.url, house.source).ask(ISSUE, records=records)["issueCertificates"]["results"]
    issued = [one["certificate"] for one in results if one["certificate"] and one["certificate"]["status"] == "ISSUED"]
    if len(issued) < len(records):
        raise RuntimeError(results)
    return [str(one["id"]) for one in issued]
