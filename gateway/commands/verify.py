"""Check a certificate offline: JSON, a QR's zip or text, its picture, or a PDF."""

import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from credential.errors import BadUserInput, ConfigurationError, Unreadable
from credential.formats.received import decode
from credential.keys import PublicKey
from credential.verification.judge import judge, unreadable
from credential.verification.result import CheckStatus, Policy, Verdict, Verification
from credential.verification.status_lists import StatusLists
from gateway.commands.clock import now
from gateway.commands.key_files import read_keys
from gateway.commands.status_files import read_status
from gateway.commands.terminal import out, print_json, say

NOT_VALID, UNREADABLE = 1, 3
MAX_BYTES = 16 * 1024 * 1024
_COLOURS = {Verdict.VALID: "bold green", Verdict.INVALID: "bold red", Verdict.REVOKED: "bold red"}
_MARKS = {CheckStatus.PASSED: ("passed", "green"), CheckStatus.FAILED: ("FAILED", "bold red")}
_LABELS = {
    "name": "Name",
    "age": "Age",
    "date_of_birth": "Date of birth",
    "gender": "Gender",
    "beneficiary_id": "Beneficiary",
    "certificate_id": "Certificate",
    "vaccine": "Vaccine",
    "vaccine_type": "Type",
    "batch": "Batch",
    "manufacturer": "Manufacturer",
    "date": "Date",
    "facility": "Facility",
    "district": "District",
    "state": "State",
    "country": "Country",
}


def verify(
    file: Annotated[str, typer.Argument(help="The file, or - for what stands on the standard input.")],
    *,
    key: Annotated[
        list[Path] | None,
        typer.Option(help="A public key you trust; PEM, JWK or JWK Set, base58 or DID document. May be repeated."),
    ] = None,
    key_id: Annotated[
        str | None, typer.Option("--key-id", help="Demand that the proof names this key, such as did:india.")
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option(help="A status list, its deltas or a listing with lists, as downloaded. May be repeated."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="Where the highest sequences seen are remembered, so that no older list is believed."),
    ] = None,
    policy: Annotated[
        Policy | None,
        typer.Option(help="How much must be known for VALID.", show_default="STANDARD with --status, else OFFLINE"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Check a certificate offline, by its signature, its own words and the status lists at hand.

    Without --status, whether it was revoked or replaced is for a gateway to say.
    FILE may be the signed JSON, the zip that a QR carries, a QR's text
    (B64:...), a PNG, JPEG or WebP picture of the QR, or a PDF that has the
    certificate attached or its QR on a page. Compare what is printed with
    what the answer says. Without --key the issuer's keys come from the store.

      pramaan verify certificate.pdf --key issuer.pem
      curl -s https://example.org/did:india > issuer.pem
      curl -s 'https://example.org/status?embed=true' > lists.json
      curl -s https://example.org/.well-known/did.json > issuer.json
      pramaan verify certificate.pdf --key issuer.json --status lists.json

    Exit code: 0 VALID, 1 any other verdict, 3 UNREADABLE.
    """
    data, keys, lists = _read(file), _keys(key, key_id), _lists(status, state, key)
    answer = _verify(data, keys, policy or (Policy.STANDARD if lists else Policy.OFFLINE), lists)
    if json:
        print_json(as_json(answer))
    else:
        show(answer)
    if answer.verdict is not Verdict.VALID:
        raise typer.Exit(UNREADABLE if answer.verdict is Verdict.UNREADABLE else NOT_VALID)


def as_json(answer: Verification) -> dict[str, Any]:
    """Return the answer in the gateway's shape (contract, verify)."""
    facts = asdict(answer.facts) if answer.facts else None
    return {
        "verdict": answer.verdict,
        "checks": [{"code": one.code, "status": one.status, "message": one.message} for one in answer.checks],
        "ambiguousFields": list(answer.ambiguous_fields),
        "format": answer.format,
        "issuer": answer.issuer,
        "facts": {_camel(name): value for name, value in facts.items()} if facts else None,
        "newerCertificateExists": answer.newer_certificate_exists,
        "checkedAt": answer.checked_at.isoformat(timespec="milliseconds"),
        "statusAsOf": answer.status_as_of and answer.status_as_of.isoformat(timespec="milliseconds"),
    }


def show(answer: Verification) -> None:
    """Print the answer for people: the verdict, the checks, and what the certificate says."""
    say(answer.verdict, style=_COLOURS.get(answer.verdict, "bold yellow"))
    table = Table("check", "result", "why", box=None, pad_edge=False)
    for check in answer.checks:
        mark, style = _MARKS.get(check.status, ("not checked", "dim"))
        table.add_row(check.code, Text(mark, style), Text(check.message))
    out().print(table)
    if answer.ambiguous_fields:
        say(f"The signature does not tell these members apart: {', '.join(answer.ambiguous_fields)}.", style="yellow")
    if answer.facts is not None:
        _show_facts(answer)


def _show_facts(answer: Verification) -> None:
    facts = asdict(answer.facts) if answer.facts else {}
    say()
    say("It says" if answer.verdict is Verdict.VALID else "It says, which proves nothing", style="bold")
    table = Table.grid(padding=(0, 2))
    for name, label in _LABELS.items():
        if facts.get(name):
            table.add_row(label, Text(str(facts[name])))
    if facts.get("dose"):
        table.add_row("Dose", f"{facts['dose']} of {facts['total_doses']}")
    table.add_row("Issuer", Text(answer.issuer or ""))
    out().print(table)


def _read(file: str) -> bytes:
    """Return the bytes of a file or of the standard input. Raises BadUserInput."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except OSError as fault:
        raise BadUserInput(f"The file cannot be read ({fault.strerror}); check its path and permissions.") from None
    if len(data) > MAX_BYTES:
        raise BadUserInput("The file is larger than 16 MiB; no certificate is.")
    return data


def _verify(data: bytes, keys: list[PublicKey], policy: Policy, lists: StatusLists | None) -> Verification:
    moment = now()
    try:
        received = decode(data)
    except Unreadable as reason:
        return unreadable(reason, now=moment)
    return judge(received, keys=keys, policy=policy, now=moment, lists=lists)


def _lists(status: list[Path] | None, state: Path | None, key: list[Path] | None) -> StatusLists | None:
    """Return the lists at hand, None where none are given. Raises ConfigurationError, BadUserInput.

    They are signed with a key of the issuer's DID document, whatever name certificates give to theirs.
    """
    if status:
        return read_status(status, state, _keys(key, None))
    if state:
        raise BadUserInput("--state remembers the lists of --status FILE; give that, too.")
    return None


def _keys(files: list[Path] | None, key_id: str | None) -> list[PublicKey]:
    """Return the keys of files, or the store's. Raises ConfigurationError."""
    return [each for path in files for each in read_keys(path, key_id)] if files else _stored(key_id)


def _stored(key_id: str | None) -> list[PublicKey]:
    """Return the issuer's keys in the store. Raises ConfigurationError where there is none."""
    # Loaded when asked for: the store and its drivers take a second, which a check with --key need not wait for.
    published: list[PublicKey] = import_module("gateway.commands.published_keys").published_keys()
    if not published:
        raise ConfigurationError("The store of PRAMAAN_STORE_URL holds no key; give the issuer's with --key FILE.")
    return [key for key in published if key_id in (None, key.verification_method)]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
