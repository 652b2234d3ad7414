"""Values for the store's contract suite: synthetic records, requests, signatures."""

import hashlib
from datetime import UTC, datetime, timedelta

from backends.sql.store import SqlStore, StoreKeys
from credential.access import Caller, Scope
from credential.keys import Profile
from credential.ports import Accepted, Intent, Request, SignedCertificate
from credential.record import VaccinationRecord, parse_record

NOW = datetime(2022, 3, 4, 20, 0, tzinfo=UTC)  # 5 March in India
SECOND = timedelta(seconds=1)
KEYS = StoreKeys(
    shard_key=b"shard key of the contract suite.",
    contact_pepper=b"pepper of the contract suite ...",
    data_keys={"one": bytes(range(32))},
    active_data_key="one",
)
SOURCE = Caller("source", "Source", frozenset({Scope.ISSUE, Scope.UPDATE, Scope.REVOKE}))
OTHER = Caller("other", "Other source", frozenset({Scope.ISSUE}))


def record(number: int = 1, *, dose: int = 1, **recipient: str | int | None) -> VaccinationRecord:
    """Return the record of a synthetic person."""
    person = {
        "name": f"Sample Person {number}",
        "dateOfBirth": "1990-06-15",
        "gender": "Female",
        "mobile": f"+9190000{number:05}",
    }
    address = {"district": "Bengaluru Urban", "state": "Karnataka"}
    vaccination = {
        "name": "COVISHIELD",
        "batch": "4121Z045",
        "manufacturer": "Serum Institute of India",
        "date": "2022-03-04T06:30:00Z",
        "dose": dose,
        "totalDoses": 2,
    }
    data = {
        "beneficiaryId": f"beneficiary-{number}",
        "recipient": person | recipient,
        "vaccination": vaccination,
        "facility": {"name": "Sample Health Centre", "id": "F1", "address": address},
    }
    return parse_record(data, now=NOW)


def request(
    key: str | None = None,
    *,
    caller: Caller = SOURCE,
    operation: str = "issue",
    fingerprint: bytes = b"input",
    now: datetime = NOW,
) -> Request:
    """Return a request."""
    return Request(caller, operation, key, fingerprint, now)


def signed(certificate_id: str) -> SignedCertificate:
    """Return what a signer might have made."""
    text = f'{{"certificate":"{certificate_id}","proof":{{"jws":"{signature_hash(certificate_id) * 2}"}}}}'
    return SignedCertificate(certificate_id, {Profile.COWIN_V1: text}, (signature_hash(certificate_id),))


def signature_hash(certificate_id: str) -> str:
    """Return 22 characters that stand for the hash of a signature."""
    return hashlib.sha256(certificate_id.encode()).hexdigest()[:22]


async def sign(store: SqlStore, *ids: str, now: datetime = NOW) -> list[str]:
    """Take certificates to ISSUED as the signing operation does."""
    taken = await store.take(ids)
    await store.intend([Intent(item.id, "key-1", item.issued_at or now, b"digest") for item in taken])
    return await store.complete([signed(item.id) for item in taken], now=now)


def ids_of(accepted: Accepted) -> list[str]:
    """Return the certificate ids of an answer without faults."""
    assert all(outcome.fault is None for outcome in accepted.outcomes), accepted
    return [outcome.certificate_id or "" for outcome in accepted.outcomes]


async def issued(store: SqlStore, item: VaccinationRecord | None = None, *, now: datetime = NOW) -> str:
    """Issue one certificate to its end and return its id."""
    (certificate_id,) = ids_of(await store.accept(request(now=now), [item or record()]))
    assert await sign(store, certificate_id, now=now) == [certificate_id]
    return certificate_id
