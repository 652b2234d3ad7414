"""The demonstration so far: who acts, which files lie where, and each step's expected and found result."""

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.commands.demo import documents
from gateway.commands.graphql_client import Gateway

CHANNEL = "sample-app"
ISSUER_KEY = "issuer.pem"
DOCUMENT_SECONDS = 60
PAUSE_SECONDS = 0.2
OK, AGAIN = 200, 503


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was done, what should come of it, what came."""

    name: str
    expected: str
    found: str

    @property
    def ok(self) -> bool:
        """Whether it went as it should."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Actors:
    """The gateway as each of the callers reaches it."""

    source: Gateway
    partner: Gateway
    analyst: Gateway
    anyone: Gateway


@dataclass(slots=True)
class Story:
    """What happens to the sample records, numbered from 1.

    `alone` runs `pramaan verify` on a file with a key and no gateway; `report` is told each step. `ids` are the
    certificates by beneficiary; `verified` counts what the gateway was asked to verify.
    """

    actors: Actors
    records: Sequence[dict[str, Any]]
    out: Path
    alone: Callable[[Path, Path], str]
    report: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    verified: int = 0

    def note(self, name: str, expected: object, found: object) -> None:
        """Note a step and tell it."""
        step = Step(name, str(expected), str(found))
        self.steps.append(step)
        self.report(step)

    def path(self, number: int, suffix: str) -> Path:
        """Return the file of a sample person."""
        return self.out / f"{self.records[number - 1]['beneficiaryId']}.{suffix}"

    def id(self, number: int) -> str:
        """Return the certificate id of a sample person."""
        return self.ids[self.records[number - 1]["beneficiaryId"]]

    def issue(self, records: Sequence[dict[str, Any]], key: str | None) -> list[dict[str, Any]]:
        """Issue records as the source system; return the results."""
        payload = self.actors.source.ask(documents.ISSUE, records=records, key=key)["issueCertificates"]
        results: list[dict[str, Any]] = payload["results"]
        return results

    def credential(self, number: int) -> dict[str, Any]:
        """Return the signed JSON of a sample person's certificate."""
        found = self.actors.source.ask(documents.CREDENTIAL, id=self.id(number))["certificate"]
        credential: dict[str, Any] = found["credential"]
        return credential

    def write(self, number: int, door: str, suffix: str, beginning: bytes) -> bool:
        """Write a document and tell whether it begins as its kind does."""
        data = self._fetch(f"/certificates/{self.id(number)}{door}")
        self.path(number, suffix).write_bytes(data)
        return data.startswith(beginning)

    def verify(self, path: Path) -> str:
        """Return the gateway's verdict on a file."""
        data = path.read_bytes()
        given = {"text": data.decode()} if path.suffix == ".json" else {"bytes": base64.b64encode(data).decode()}
        self.verified += 1
        return judged(self.actors.anyone.ask(documents.VERIFY, input=given)["verify"])

    def verify_alone(self, path: Path) -> str:
        """Return the verdict of the command alone, which knows the issuer's key only."""
        return self.alone(path, self.out / ISSUER_KEY)

    def _fetch(self, door: str) -> bytes:
        """Return a document, asking again while a worker makes it; empty when it does not come."""
        deadline = time.monotonic() + DOCUMENT_SECONDS
        while True:
            status, data = self.actors.source.get(door)
            if status == OK:
                return data
            if status != AGAIN or time.monotonic() > deadline:
                return b""
            time.sleep(PAUSE_SECONDS)


def judged(answer: Mapping[str, Any]) -> str:
    """Return a verdict as one phrase: an INVALID one with the check that failed."""
    failed = [check["code"] for check in answer["checks"] if check["status"] == "FAILED"]
    verdict = str(answer["verdict"])
    return f"{verdict} by {failed[0]}" if verdict == "INVALID" and failed else verdict


def save(path: Path, document: Mapping[str, Any]) -> Path:
    """Write a JSON document for people and return its path."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
