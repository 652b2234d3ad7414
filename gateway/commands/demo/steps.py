"""The steps of the demonstration, in their order."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from credential.certificate import stage_of
from gateway.commands.demo import documents
from gateway.commands.demo.story import CHANNEL, ISSUER_KEY, PAUSE_SECONDS, Story, save

CORRECTED_NAME = "Sample Person One"
STATS_SECONDS = 15
FIRST_OF_TWO, GENUINE, TAMPERED, ABROAD, REVOKED = 1, 2, 3, 5, 7
PDF, PNG = b"%PDF-", b"\x89PNG"


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
    return count(story)


def issue(story: Story) -> None:
    """Issue all records in one request."""
    made = [result["certificate"] for result in story.issue(story.records, "demo") if result["certificate"]]
    story.ids.update({one["beneficiaryId"]: one["id"] for one in made})
    total = len(story.records)
    story.note(f"issue {total} records", f"{total} ISSUED", f"{sum(one['status'] == 'ISSUED' for one in made)} ISSUED")
    wanted = Counter(_stage(record) for record in story.records)
    found = Counter(one["stage"] for one in made)
    for stage in wanted:
        story.note("  and of these", f"{wanted[stage]} {stage}", f"{found[stage]} {stage}")
    kind = "INTERNATIONAL"
    abroad = sum(record["kind"] == kind for record in story.records)
    story.note("  and of these", f"{abroad} {kind}", f"{sum(one['kind'] == kind for one in made)} {kind}")


def issue_again(story: Story) -> None:
    """Send the same again, with its idempotency key and without."""
    again = [result["certificate"]["id"] for result in story.issue(story.records, "demo") if result["certificate"]]
    story.note("send again, same key", "same ids", "same ids" if again == list(story.ids.values()) else "others")
    (result,) = story.issue(story.records[:1], None)
    story.note("send one again, no key", "DUPLICATE", (result["error"] or {}).get("code", "ISSUED"))


def fetch_key(story: Story) -> None:
    """Fetch the issuer's public key, as anyone can."""
    _, pem = story.actors.anyone.get("/did:india")
    (story.out / ISSUER_KEY).write_bytes(pem)
    story.note("fetch the issuer's key", "a PEM key", "a PEM key" if pem.startswith(b"-----BEGIN PUBLIC") else "none")


def fetch_documents(story: Story) -> None:
    """Write each certificate as PDF in two languages, its QR as PNG, and its signed JSON."""
    english = hindi = codes = 0
    for number in range(1, len(story.records) + 1):
        english += story.write(number, ".pdf?language=en", "en.pdf", PDF)
        hindi += story.write(number, ".pdf?language=hi", "hi.pdf", PDF)
        codes += story.write(number, ".png", "png", PNG)
        save(story.path(number, "json"), story.credential(number))
    for name, made in (("English PDFs", english), ("Hindi PDFs", hindi), ("QR codes", codes)):
        story.note(f"write {name}", len(story.records), made)


def fetch_as_partner(story: Story) -> None:
    """Fetch as a partner app: without the beneficiary's proof it sees nothing."""
    mobile = story.records[GENUINE - 1]["recipient"]["mobile"]
    for name, proof, expected in (("without proof", None, "nothing"), ("with proof", {"mobile": mobile}, "ISSUED")):
        found = story.actors.partner.ask(documents.FETCH, id=story.id(GENUINE), proof=proof)["certificate"]
        story.note(f"partner, {name}", expected, found["status"] if found else "nothing")


def verify_genuine(story: Story) -> None:
    """Verify a QR code through the gateway, and with the command alone."""
    story.note("verify a QR", "VALID", story.verify(story.path(GENUINE, "png")))
    story.note("  by the command alone", "VALID", story.verify_alone(story.path(GENUINE, "png")))
    story.note("  an international one", "VALID", story.verify_alone(story.path(ABROAD, "png")))


def verify_altered(story: Story) -> None:
    """Verify a certificate with another name, and one whose dose and totalDoses changed places."""
    tampered = story.credential(TAMPERED)
    tampered["credentialSubject"]["name"] = "Sample Person 99"
    swapped = story.credential(FIRST_OF_TWO)
    entry = swapped["evidence"][0]
    entry["dose"], entry["totalDoses"] = entry["totalDoses"], entry["dose"]
    for name, document, check in (
        ("another name", tampered, "SIGNATURE"),
        ("swapped doses", swapped, "FIELD_BINDING"),
    ):
        path = save(story.out / f"{name.replace(' ', '-')}.json", document)
        story.note(f"verify {name}", f"INVALID by {check}", story.verify(path))
        story.note("  by the command alone", f"INVALID by {check}", story.verify_alone(path))


def update(story: Story) -> None:
    """Correct a name: the old QR says SUPERSEDED from then on, the new one VALID."""
    answer = story.actors.source.ask(documents.UPDATE, id=story.id(FIRST_OF_TWO), name=CORRECTED_NAME)
    made = answer["updateCertificate"]["certificate"]
    found = f"{made['status']}, version {made['version']}" if made else _codes(answer["updateCertificate"])
    story.note("correct a name", "ISSUED, version 2", found)
    story.note("verify the old QR", "SUPERSEDED", story.verify(story.path(FIRST_OF_TWO, "png")))
    if made:
        story.ids[story.records[FIRST_OF_TWO - 1]["beneficiaryId"]] = made["id"]
        story.write(FIRST_OF_TWO, ".png", "corrected.png", PNG)
        story.note("verify the new QR", "VALID", story.verify(story.path(FIRST_OF_TWO, "corrected.png")))


def revoke(story: Story) -> None:
    """Revoke a certificate: its QR says so at once."""
    answer = story.actors.source.ask(documents.REVOKE, ids=[story.id(REVOKED)])["revokeCertificates"]
    found = ", ".join(one["status"] for one in answer["certificates"]) or _codes(answer)
    story.note("revoke one", "REVOKED", found)
    story.note("verify its QR", "REVOKED", story.verify(story.path(REVOKED, "png")))


def count(story: Story) -> Mapping[str, Any]:
    """Ask for the figures until they count everything; workers fold events in within seconds."""
    wanted = {"issued": len(story.records), "updated": 1, "revoked": 1, "verified": story.verified, CHANNEL: 1}
    deadline = time.monotonic() + STATS_SECONDS
    while True:
        stats: dict[str, Any] = story.actors.analyst.ask(documents.STATS)["stats"]
        channels = {each["channel"]: each["count"] for each in stats["accessedByChannel"]}
        found = {name: (stats["totals"] | channels).get(name, 0) for name in wanted}
        if found == wanted or time.monotonic() > deadline:
            break
        time.sleep(PAUSE_SECONDS)
    for name, expected in wanted.items():
        story.note(f"count {name}", expected, found[name])
    return stats


def _stage(record: dict[str, Any]) -> str:
    return stage_of(record["vaccination"]["dose"], record["vaccination"]["totalDoses"])


def _codes(payload: Mapping[str, Any]) -> str:
    return ", ".join(error["code"] for error in payload["userErrors"])
