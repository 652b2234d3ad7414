"""What the demonstration does against a running gateway: each step has an expected and a found result."""

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.commands.demo import documents
from gateway.commands.graphql_client import Gateway

CORRECTED_NAME = "Sample Person One"
CHANNEL = "sample-app"
ISSUER_KEY = "issuer.pem"
DOCUMENT_SECONDS, STATS_SECONDS = 60, 15
PAUSE_SECONDS = 0.2
OK, AGAIN = 200, 503
Verify = Callable[[Path, Path], str]


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
    """The demonstration so far. `verify_alone` runs `pramaan verify` on a file with a key, without the gateway."""

    actors: Actors
    records: Sequence[dict[str, Any]]
    out: Path
    verify_alone: Verify
    report: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    verified: int = 0

    def note(self, name: str, expected: str, found: str) -> None:
        """Note a step and tell it."""
        step = Step(name, expected, found)
        self.steps.append(step)
        self.report(step)

    def path(self, number: int, suffix: str) -> Path:
        """Return the file of a sample person."""
        return self.out / f"{self.records[number - 1]['beneficiaryId']}.{suffix}"

    def id(self, number: int) -> str:
        """Return the certificate id of a sample person."""
        return self.ids[self.records[number - 1]["beneficiaryId"]]


def tell(story: Story) -> Mapping[str, Any]:
    """Run every step; return the figures of the end."""
    issue(story)
    issue_again(story)
    fetch_key(story)
    fetch_documents(story)
    fetch_as_partner(story)
    verify_genuine(story)
    verify_altered(story)
    update(story)
    revoke(story)
    return figures(story)


def issue(story: Story) -> None:
    """Issue all records in one request."""
    results = _issue(story, story.records, "demo")
    made = [result["certificate"] for result in results if result["certificate"]]
    story.ids.update({one["beneficiaryId"]: one["id"] for one in made})
    stages = Counter(one["stage"] for one in made if one["status"] == "ISSUED")
    expected = Counter(_stage(record) for record in story.records)
    story.note(f"issue {len(story.records)} records", _counts(expected), _counts(stages))
    kinds = Counter(one["kind"] for one in made)
    story.note("  of both kinds", _counts(Counter(record["kind"] for record in story.records)), _counts(kinds))


def issue_again(story: Story) -> None:
    """Send the same again, with its idempotency key and without."""
    same = [result["certificate"]["id"] for result in _issue(story, story.records, "demo") if result["certificate"]]
    story.note("send them again, same key", "same ids", "same ids" if same == list(story.ids.values()) else "others")
    (result,) = _issue(story, story.records[:1], None)
    found = (result["error"] or {}).get("code", "ISSUED")
    story.note("send one again, no key", "DUPLICATE", found)


def fetch_key(story: Story) -> None:
    """Fetch the issuer's public key, as anyone can."""
    _, pem = story.actors.anyone.get("/did:india")
    (story.out / ISSUER_KEY).write_bytes(pem)
    found = pem.splitlines()[0] if pem else b""
    story.note("fetch the issuer's key", "-----BEGIN PUBLIC KEY-----", found.decode(errors="replace"))


def fetch_documents(story: Story) -> None:
    """Write each certificate as PDF in two languages, its QR as PNG, and its signed JSON."""
    pdfs = pngs = 0
    for number in range(1, len(story.records) + 1):
        for language in ("en", "hi"):
            pdfs += _write_document(story, number, f".pdf?language={language}", f"{language}.pdf", b"%PDF-")
        pngs += _write_document(story, number, ".png", "png", b"\x89PNG")
        text = json.dumps(_credential(story, number), ensure_ascii=False, indent=2)
        story.path(number, "json").write_text(text + "\n", encoding="utf-8")
    story.note("write PDFs, English and Hindi", str(2 * len(story.records)), str(pdfs))
    story.note("write QR codes", str(len(story.records)), str(pngs))


def fetch_as_partner(story: Story) -> None:
    """Fetch as a partner app: without the beneficiary's proof it sees nothing."""
    mobile = story.records[1]["recipient"]["mobile"]
    for name, proof, expected in (("without proof", None, "nothing"), ("with proof", {"mobile": mobile}, "ISSUED")):
        found = story.actors.partner.ask(documents.FETCH, id=story.id(2), proof=proof)["certificate"]
        story.note(f"partner app fetches {name}", expected, found["status"] if found else "nothing")


def verify_genuine(story: Story) -> None:
    """Verify a QR code through the gateway, and with the command alone."""
    story.note("verify a QR through the gateway", "VALID", _verify(story, story.path(2, "png")))
    story.note("verify it with the command alone", "VALID", _verify_alone(story, story.path(2, "png")))
    story.note("verify an international one alone", "VALID", _verify_alone(story, story.path(5, "png")))


def verify_altered(story: Story) -> None:
    """Verify a certificate with another name, and one whose dose and totalDoses changed places."""
    tampered = _credential(story, 3)
    tampered["credentialSubject"]["name"] = "Sample Person 99"
    swapped = _credential(story, 1)
    entry = swapped["evidence"][0]
    entry["dose"], entry["totalDoses"] = entry["totalDoses"], entry["dose"]
    for name, altered, check in (("tampered", tampered, "SIGNATURE"), ("swapped-doses", swapped, "FIELD_BINDING")):
        path = story.out / f"{name}.json"
        path.write_text(json.dumps(altered, ensure_ascii=False), encoding="utf-8")
        label = name.replace("-", " ")
        story.note(
            f"verify a {label} one" if check == "SIGNATURE" else f"verify {label}",
            f"INVALID by {check}",
            _verify(story, path),
        )
        story.note("  with the command alone", f"INVALID by {check}", _verify_alone(story, path))


def update(story: Story) -> None:
    """Correct a name: the old QR says SUPERSEDED from then on, the new one VALID."""
    answer = story.actors.source.ask(documents.UPDATE, id=story.id(1), name=CORRECTED_NAME)["updateCertificate"]
    made = answer["certificate"] or {"status": _codes(answer), "version": 0}
    story.note("update a name", "ISSUED, version 2", f"{made['status']}, version {made['version']}")
    story.note("verify the old QR", "SUPERSEDED", _verify(story, story.path(1, "png")))
    if "id" in made:
        story.ids[story.records[0]["beneficiaryId"]] = made["id"]
        _write_document(story, 1, ".png", "updated.png", b"\x89PNG")
        story.note("verify the new QR", "VALID", _verify(story, story.path(1, "updated.png")))


def revoke(story: Story) -> None:
    """Revoke a certificate: its QR says so at once."""
    answer = story.actors.source.ask(documents.REVOKE, ids=[story.id(7)])["revokeCertificates"]
    found = ", ".join(one["status"] for one in answer["certificates"]) or _codes(answer)
    story.note("revoke one", "REVOKED", found)
    story.note("verify its QR", "REVOKED", _verify(story, story.path(7, "png")))


def figures(story: Story) -> Mapping[str, Any]:
    """Ask for the figures until they count everything; workers fold events in within seconds."""
    wanted = f"issued {len(story.records)}, updated 1, revoked 1, verified {story.verified}, {CHANNEL} 1"
    deadline = time.monotonic() + STATS_SECONDS
    while True:
        stats: dict[str, Any] = story.actors.analyst.ask(documents.STATS)["stats"]
        found = _figures(stats)
        if found == wanted or time.monotonic() > deadline:
            break
        time.sleep(PAUSE_SECONDS)
    story.note("count", wanted, found)
    return stats


def _figures(stats: dict[str, Any]) -> str:
    totals = stats["totals"]
    by_channel = {each["channel"]: each["count"] for each in stats["accessedByChannel"]}
    counted = ", ".join(f"{name} {totals[name]}" for name in ("issued", "updated", "revoked", "verified"))
    return f"{counted}, {CHANNEL} {by_channel.get(CHANNEL, 0)}"


def _issue(story: Story, records: Sequence[dict[str, Any]], key: str | None) -> list[dict[str, Any]]:
    payload = story.actors.source.ask(documents.ISSUE, records=records, key=key)["issueCertificates"]
    results: list[dict[str, Any]] = payload["results"]
    return results


def _credential(story: Story, number: int) -> dict[str, Any]:
    credential: dict[str, Any] = story.actors.source.ask(documents.CREDENTIAL, id=story.id(number))["certificate"][
        "credential"
    ]
    return credential


def _write_document(story: Story, number: int, door: str, suffix: str, beginning: bytes) -> bool:
    """Write a document and tell whether it begins as its kind does."""
    data = _document(story, number, door)
    story.path(number, suffix).write_bytes(data)
    return data.startswith(beginning)


def _document(story: Story, number: int, door: str) -> bytes:
    """Return a document, asking again while a worker makes it; empty when it does not come."""
    deadline = time.monotonic() + DOCUMENT_SECONDS
    while True:
        status, data = story.actors.source.get(f"/certificates/{story.id(number)}{door}")
        if status == OK:
            return data
        if status != AGAIN or time.monotonic() > deadline:
            return b""
        time.sleep(PAUSE_SECONDS)


def _verify(story: Story, path: Path) -> str:
    """Return the gateway's verdict on a file, with the check that failed."""
    data = path.read_bytes()
    given = {"text": data.decode()} if path.suffix == ".json" else {"bytes": base64.b64encode(data).decode()}
    story.verified += 1
    return judged(story.actors.anyone.ask(documents.VERIFY, input=given)["verify"])


def _verify_alone(story: Story, path: Path) -> str:
    return story.verify_alone(path, story.out / ISSUER_KEY)


def judged(answer: Mapping[str, Any]) -> str:
    """Return a verdict as one phrase: an INVALID one with the check that failed."""
    failed = [check["code"] for check in answer["checks"] if check["status"] == "FAILED"]
    verdict = str(answer["verdict"])
    return f"{verdict} by {failed[0]}" if verdict == "INVALID" and failed else verdict


def _stage(record: dict[str, Any]) -> str:
    dose, total = record["vaccination"]["dose"], record["vaccination"]["totalDoses"]
    return "PROVISIONAL" if dose < total else "FINAL" if dose == total else "PRECAUTION"


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"


def _codes(payload: Mapping[str, Any]) -> str:
    return ", ".join(error["code"] for error in payload["userErrors"])
