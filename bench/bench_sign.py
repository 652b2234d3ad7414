"""Canonicalising, signing and verifying, each as a ratio to its floor measured in the same run, on one core.

Run as `python bench/bench_sign.py [--json] [--seconds S]`. Each way walks a batch of documents of one shape with
different values, warmed up; the rate is the best of several rounds, so that a busy machine disturbs both sides of a
ratio alike. Building the documents is left out. "Whole" signing is prepare, the primitive, attach and the JSON text;
"whole" verifying is from the QR's zip.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pyld import jsonld

from credential import jwk, primitives, proof
from credential.canonical import canonicalise
from credential.contexts import document_loader
from credential.document import ToIssue, build
from credential.formats.qr_zip import pack, unpack
from credential.keys import Algorithm, Profile, PublicKey
from credential.policy import IssuancePolicy
from credential.record import Kind, parse_record

NOW = datetime(2022, 1, 1, 6, 30, tzinfo=UTC)
BATCH = 50
ROUNDS = 5

Documents = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """Operations per second of a step and of its floor, and their quotient."""

    step: str
    per_second: float
    floor: str
    floor_per_second: float
    ratio: float


def record(number: int) -> dict[str, Any]:
    """Return a synthetic record as JSON."""
    address = {"line1": f"{number} Sample Road", "district": "Pune", "state": "Maharashtra", "postalCode": "411001"}
    return {
        "beneficiaryId": f"{10**13 + number}",
        "recipient": {"name": f"Sample Person {number}", "age": 18 + number, "mobile": "+919000000000"},
        "vaccination": {
            "name": "COVISHIELD",
            "batch": f"SAMPLE{number}",
            "manufacturer": "Sample Biologics",
            "date": "2021-12-15T06:00:00Z",
            "dose": 1,
            "totalDoses": 2,
        },
        "facility": {"name": "Sample Health Centre", "address": address},
    }


def documents(profile: Profile) -> list[dict[str, Any]]:
    """Return a batch of unsigned credentials."""
    records = [parse_record(record(number), now=NOW) for number in range(BATCH)]
    uuid = "00000000-0000-4000-8000-00000000000"
    items = [
        ToIssue(f"9000000{number:04}", each, Kind.DOMESTIC, NOW, f"{uuid}{number % 10}")
        for number, each in enumerate(records)
    ]
    return build(items, profile=profile, policy=IssuancePolicy())


def rates(seconds: float, *ways: Callable[[], object]) -> list[float]:
    """Return calls per second of each way: best of ROUNDS, the ways taking turns."""
    best = [0.0] * len(ways)
    for _ in range(ROUNDS):
        for place, way in enumerate(ways):
            calls, start = 0, time.perf_counter()
            while (elapsed := time.perf_counter() - start) < seconds / ROUNDS or not calls:
                way()
                calls += 1
            best[place] = max(best[place], calls / elapsed)
    return best


def row(step: str, floor: str, pair: Sequence[float]) -> Row:
    """Return a step and its floor, rounded, with their quotient."""
    return Row(step, round(pair[0], 1), floor, round(pair[1], 1), round(pair[0] / pair[1], 3))


PYLD_OPTIONS = {
    "algorithm": "URDNA2015",
    "format": "application/n-quads",
    "documentLoader": document_loader,
    "base": None,
}


def pyld(document: dict[str, Any]) -> str:
    """Canonicalise as PyLD does by itself."""
    return str(jsonld.normalize(document, PYLD_OPTIONS))


def canonicalising(profile: Profile, seconds: float) -> Row:
    """Compare ours with plain PyLD, whose texts must be the same."""
    made = documents(profile)
    for _ in range(3):
        assert canonicalise(made) == [pyld(document) for document in made]
    ours, plain = rates(seconds, lambda: canonicalise(made), lambda: pyld(made[0]))
    return row(f"canonicalise {profile.value}", "plain PyLD", [ours * BATCH, plain])


def sign_all(profile: Profile, algorithm: Algorithm, key: primitives.PrivateKey, made: Documents) -> list[str]:
    """Sign a batch from documents to JSON texts."""
    suite = proof.suite_for(profile, algorithm)
    prepared = proof.prepare(made, suite=suite, created=NOW, verification_method="did:india")
    signatures = [primitives.sign(algorithm, key, item.signing_input) for item in prepared]
    return [json.dumps(signed, ensure_ascii=False) for signed in proof.attach(prepared, signatures)]


def signing_and_verifying(
    profile: Profile, algorithm: Algorithm, key: primitives.PrivateKey, seconds: float
) -> list[Row]:
    """Compare whole signing and verifying with the primitives alone."""
    made, public = documents(profile), key.public_key()
    texts = sign_all(profile, algorithm, key, made)
    data = b"x" * 120
    signature = primitives.sign(algorithm, key, data)
    trusted = PublicKey(jwk.thumbprint(public), algorithm, jwk.to_pem(public))
    archives = [pack(text) for text in texts]

    def verify_all() -> None:
        for archive in archives:
            proof.verify(json.loads(unpack(archive)), trusted)

    verify_all()
    whole, raw, verified, checked = rates(
        seconds,
        lambda: sign_all(profile, algorithm, key, made),
        lambda: primitives.sign(algorithm, key, data),
        verify_all,
        lambda: primitives.verify(algorithm, public, signature, data),
    )
    name = f"{profile.value} {algorithm.value}"
    return [
        row(f"sign {name}, whole", "raw signature", [whole * BATCH, raw]),
        row(f"verify {name}, from the QR's zip", "raw check", [verified * BATCH, checked]),
    ]


def run(seconds: float) -> list[Row]:
    """Measure everything, about `seconds` for each step and each floor."""
    rows = [canonicalising(profile, seconds) for profile in Profile]
    rsa_key, ed_key = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
    rows += signing_and_verifying(Profile.COWIN_V1, Algorithm.RSA, rsa_key, seconds)
    rows += signing_and_verifying(Profile.COWIN_V1, Algorithm.ED25519, ed_key, seconds)
    rows += signing_and_verifying(Profile.VC2, Algorithm.ED25519, ed_key, seconds)
    p256 = ec.generate_private_key(ec.SECP256R1())
    return rows + signing_and_verifying(Profile.VC2, Algorithm.P256, p256, seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.add_argument("--seconds", type=float, default=1.0, help="per step and floor (default 1)")
    arguments = parser.parse_args()
    rows = run(arguments.seconds)
    if arguments.json:
        print(json.dumps([asdict(each) for each in rows], indent=1))
        return
    print(f"{'step':44} {'per second':>11}  {'floor':14} {'per second':>11}  {'ratio':>7}")
    for each in rows:
        floor = f"{each.floor:14} {each.floor_per_second:11,.0f}"
        print(f"{each.step:44} {each.per_second:11,.0f}  {floor}  {each.ratio:7.2f}")


if __name__ == "__main__":
    main()
