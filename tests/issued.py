"""Certificates for tests, issued here with keys made from fixed seeds, to synthetic holders."""

import copy
import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credential import primitives, proof
from credential.canonical import canonicalise_received
from credential.document import ToIssue, build
from credential.formats.received import Format, Received
from credential.jwk import thumbprint, to_pem
from credential.keys import Algorithm, Profile, PublicKey
from credential.policy import IssuancePolicy
from credential.record import Kind, VaccinationRecord, parse_record
from credential.suites import jws_2018
from credential.verification import Policy, StandingLookup, Verification, judge

Json = dict[str, Any]

NOW: Final = datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)
ISSUED_AT: Final = datetime(2024, 5, 1, 6, 0, 0, 5000, tzinfo=UTC)
CERTIFICATE_ID: Final = "12345678901"
DID: Final = "did:web:issuer.example"
PRIVATE: Final = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"pramaan test key").digest())
OTHER_PRIVATE: Final = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"pramaan other test key").digest())
COWIN: Final = (Profile.COWIN_V1, Profile.COWIN_V2)


def public_key(private: Ed25519PrivateKey = PRIVATE, **changes: Any) -> PublicKey:  # noqa: ANN401
    key = private.public_key()
    given = {"id": thumbprint(key), "algorithm": Algorithm.ED25519, "pem": to_pem(key)} | changes
    return PublicKey(**given)


VOUCHED: Final = public_key()


def record_json(**vaccination: Any) -> Json:  # noqa: ANN401
    return {
        "beneficiaryId": "BEN223718502",
        "recipient": {
            "name": "Sample Person 1",
            "age": 33,
            "dateOfBirth": "1990-06-15",
            "gender": "Female",
            "nationality": "Indian",
            "identity": "did:Passport:Z1234567",
            "uhid": "12-3456-7890-1234",
            "mobile": "9999999999",
            "address": {
                "line1": "1, Sample Road",
                "district": "Kolhapur",
                "state": "Maharashtra",
                "postalCode": "416201",
            },
        },
        "vaccination": {
            "name": "COVISHIELD",
            "batch": "4121Z062",
            "manufacturer": "Serum Institute of India",
            "date": "2023-12-15T06:00:00Z",
            "effectiveStart": "2023-12-15",
            "effectiveUntil": "2024-12-15",
            "dose": 1,
            "totalDoses": 2,
            **vaccination,
        },
        "vaccinator": {"name": "Sample Vaccinator"},
        "facility": {
            "name": "Sample Hospital",
            "address": {"district": "Kolhapur", "state": "Maharashtra", "postalCode": "416201"},
        },
    }


def kind_of(profile: Profile) -> Kind:
    return Kind.DOMESTIC if profile is Profile.COWIN_V1 else Kind.INTERNATIONAL


def record(kind: Kind = Kind.DOMESTIC, **vaccination: Any) -> VaccinationRecord:  # noqa: ANN401
    return parse_record(record_json(**vaccination), now=NOW, kind=kind)


def unsigned(profile: Profile, *, bound: bool = True, **vaccination: Any) -> Json:  # noqa: ANN401
    kind = kind_of(profile)
    uuid = "5b1f4f0e-2d0b-4a5c-9a45-d1a9a7f4b6c3"
    item = ToIssue(CERTIFICATE_ID, record(kind, **vaccination), kind, ISSUED_AT, uuid)
    return build([item], profile=profile, policy=IssuancePolicy(bound=bound, did=DID))[0]


def signed(document: Json, created: datetime = ISSUED_AT, private: Ed25519PrivateKey = PRIVATE) -> Json:
    """Sign as we do: by the suite of the document's profile."""
    profile = Profile.COWIN_V1 if "evidence" in document else Profile.VC2
    suite = proof.suite_for(profile, Algorithm.ED25519)
    method = "did:india" if "evidence" in document else f"{DID}#key"
    prepared = proof.prepare([document], suite=suite, created=created, verification_method=method)
    signatures = [primitives.sign(Algorithm.ED25519, private, item.signing_input) for item in prepared]
    return proof.attach(prepared, signatures)[0]


def issued(profile: Profile, *, bound: bool = True, **vaccination: Any) -> Json:  # noqa: ANN401
    return signed(unsigned(profile, bound=bound, **vaccination))


def signed_over(document: Json, canonical: str) -> Json:
    """Sign a canonical form that we would never sign, as the old system did."""
    suite = proof.suite_for(Profile.COWIN_V1, Algorithm.ED25519)
    options = jws_2018.options(suite, "2024-05-01T06:00:00Z", "did:india")
    canonical_options = canonicalise_received(jws_2018.options_document(options))
    data = jws_2018.signing_input(jws_2018.header(suite), canonical_options, canonical)
    return {**document, "proof": jws_2018.proof(suite, options, primitives.sign(Algorithm.ED25519, PRIVATE, data))}


def signed_leniently(document: Json) -> Json:
    """Sign a document that only a lenient reader accepts, such as one whose ids hold spaces."""
    return signed_over(document, canonicalise_received(document))


def with_jws_header(document: Json, header: Json) -> Json:
    """Put another JWS header before the signature."""
    raw = urlsafe_b64encode(json.dumps(header, separators=(",", ":")).encode()).rstrip(b"=").decode()
    changed = copy.deepcopy(document)
    changed["proof"]["jws"] = raw + ".." + changed["proof"]["jws"].split(".")[2]
    return changed


def check(
    document: Json,
    *keys: PublicKey,
    policy: Policy = Policy.STANDARD,
    now: datetime = NOW,
    standing: StandingLookup | None = None,
) -> Verification:
    received = Received(Format.JSON, json.dumps(document), document)
    return judge(received, keys=keys or (VOUCHED,), policy=policy, now=now, standing=standing)
