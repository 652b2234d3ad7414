"""Issue: take records in durably, then sign them in batches (architecture, The ways through)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from credential.document import ToIssue, build
from credential.errors import BadUserInput, DocumentError, IntendedKeyGone, UserFault
from credential.formats import qr_zip
from credential.jobs import EARLIER_DOSES, SIGN, Job
from credential.key_choice import choose
from credential.key_choice import fits as fits_profile
from credential.keys import Profile, PublicKey
from credential.operations.nudging import nudge
from credential.policy import IssuancePolicy
from credential.ports import (
    Accepted,
    Intake,
    Intent,
    PendingCertificate,
    Queue,
    Request,
    SignedCertificate,
    Signer,
    Signing,
    SigningFailure,
)
from credential.proof import Prepared, attach, prepare, proof_facts, signature_hash, suite_for
from credential.qr import fits
from credential.record import Kind, VaccinationRecord, parse_record, record_to_json
from credential.status.positions import LIST_SIZE, StatusPosition

# Below this many bytes of record a QR of version 40-M is never filled, whatever the text: skeleton and proof take about
# 1,200 bytes.
SURELY_FITS = 700
WORST_PROOF_BYTES = 520
FAR_POSITION = StatusPosition(99_999, LIST_SIZE - 1)
"""As many digits as thirteen thousand million certificates need."""


async def accept(
    records: Sequence[Any], *, request: Request, kind: Kind, policy: IssuancePolicy, intake: Intake, queue: Queue
) -> Accepted:
    """Check each record and store the good ones; one outcome per record, in order. Durable when it returns.

    Raises IdempotencyConflict or IdempotencyInProgress for the request as a whole, Unavailable when the store is away.
    """
    items = [checked(record, now=request.now, kind=kind, policy=policy) for record in records]
    return await take(items, request=request, intake=intake, queue=queue)


async def take(
    items: Sequence[VaccinationRecord | UserFault], *, request: Request, intake: Intake, queue: Queue
) -> Accepted:
    """Store records that were checked; a fault in a record's place is its outcome. Raises as `accept` does."""
    accepted = await intake.accept(request, items)
    ids = tuple(outcome.certificate_id for outcome in accepted.outcomes if outcome.certificate_id)
    await nudge(queue, Job(SIGN, ids), *_earlier(items, accepted))
    return accepted


def _earlier(items: Sequence[VaccinationRecord | UserFault], accepted: Accepted) -> list[Job]:
    """Return the job about those whose records name earlier doses."""
    ids = tuple(
        outcome.certificate_id
        for item, outcome in zip(items, accepted.outcomes, strict=True)
        if outcome.certificate_id and isinstance(item, VaccinationRecord) and item.earlier_doses
    )
    return [Job(EARLIER_DOSES, ids)] if ids else []


def checked(record: Any, *, now: datetime, kind: Kind, policy: IssuancePolicy) -> VaccinationRecord | UserFault:  # noqa: ANN401 - JSON
    """Return the parsed record, or the fault that refuses it."""
    try:
        parsed = parse_record(record, now=now, kind=kind)
        check_qr(parsed, now=now, policy=policy)
    except UserFault as fault:
        return fault
    return parsed


def check_qr(record: VaccinationRecord, *, now: datetime, policy: IssuancePolicy) -> None:
    """Refuse a record whose QR would not fit version 40-M, before anything is stored. Raises BadUserInput."""
    if len(record_to_json(record)) < SURELY_FITS:
        return
    kind = record.kind or Kind.DOMESTIC
    item = ToIssue("1" + "0" * 27, record, kind, now, str(UUID(int=0)), FAR_POSITION)
    (document,) = build([item], profile=policy.profiles[kind][0], policy=policy)
    # Incompressible stand-in for the proof: hexadecimal digests of a counter carry about the entropy of a base64url
    # signature.
    filler = "".join(sha256(bytes([index])).hexdigest() for index in range(WORST_PROOF_BYTES // 64 + 1))
    if not fits(qr_zip.pack(to_text({**document, "proof": filler}))):
        raise BadUserInput("The certificate's text is too long for a QR code; shorten names and addresses.")


def to_text(document: dict[str, Any]) -> str:
    """Return the JSON text as the old system wrote it: member order kept, no spaces, characters not escaped."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SigningPart:
    """One profile of one certificate on its way to the signer."""

    certificate_id: str
    profile: Profile
    key: PublicKey
    prepared: Prepared


async def sign(
    ids: Sequence[str], *, policy: IssuancePolicy, signing: Signing, signer: Signer, now: datetime
) -> list[str]:
    """Build, canonicalise and sign those of the certificates that are PENDING; return the ids that became ISSUED.

    Intent is stored before the signer is called, and a retry keeps its issuance time and key. A record that cannot be
    built becomes FAILED and spoils none of the others. Raises SigningFailed when the signer is away: the outbox brings
    the ids again.
    """
    pending = [_timed(item, now) for item in await _placed(await signing.take(ids), policy, signing)]
    parts, failures = prepare_all(pending, policy, signer.keys(), now)
    if failures:
        await signing.fail(failures, now=now)
    if not parts:
        return []
    # Another worker may have the same ids: whoever stored the intent first signs, and nobody signs something else.
    held = set(await signing.intend(_intents(pending, parts)))
    parts = [part for part in parts if part.certificate_id in held]
    documents = await _sign_parts(parts, signer)
    return await signing.complete(_signed(parts, documents), now=now)


async def _placed(
    taken: Sequence[PendingCertificate], policy: IssuancePolicy, signing: Signing
) -> list[PendingCertificate]:
    """Give a bit of the status lists to those that are to have one and for which no intent is stored yet."""
    without = [item.position is None and item.issued_at is None and policy.lists_status(item.kind) for item in taken]
    positions = iter(await signing.positions(sum(without)) if any(without) else ())
    return [
        replace(item, position=next(positions)) if needs else item for item, needs in zip(taken, without, strict=True)
    ]


def _timed(item: PendingCertificate, now: datetime) -> PendingCertificate:
    """Fix the issuance time, in milliseconds, once."""
    return replace(item, issued_at=item.issued_at or now.replace(microsecond=now.microsecond // 1000 * 1000))


def prepare_all(
    pending: Sequence[PendingCertificate], policy: IssuancePolicy, keys: Sequence[PublicKey], now: datetime
) -> tuple[list[SigningPart], list[SigningFailure]]:
    """Return what there is to sign, per profile, and the certificates that cannot be built."""
    parts: list[SigningPart] = []
    failures: list[SigningFailure] = []
    for group in _groups(pending):
        try:
            parts += _prepare(group, policy, keys, now)
        except DocumentError:
            for item in group:
                try:
                    parts += _prepare([item], policy, keys, now)
                except DocumentError as error:
                    failures.append(SigningFailure(item.id, error.code, final=True))
    return parts, failures


def _groups(pending: Iterable[PendingCertificate]) -> Iterator[list[PendingCertificate]]:
    """Split by what decides key, profile and proof options, so that each group is one batch."""
    groups: dict[tuple[Kind, str | None, datetime | None], list[PendingCertificate]] = {}
    for item in pending:
        groups.setdefault((item.kind, item.key_id, item.issued_at), []).append(item)
    yield from groups.values()


def _prepare(
    group: Sequence[PendingCertificate], policy: IssuancePolicy, keys: Sequence[PublicKey], now: datetime
) -> list[SigningPart]:
    """Prepare one group in every profile of its kind. Raises DocumentError for a record that cannot be built."""
    parts: list[SigningPart] = []
    created = group[0].issued_at or now
    items = [
        ToIssue(item.id, item.record, item.kind, item.issued_at or now, subject_uuid(item.id), item.position)
        for item in group
    ]
    for profile in policy.profiles[group[0].kind]:
        key = _key(profile, keys, created, group[0].key_id)
        documents = build(items, profile=profile, policy=policy)
        suite = suite_for(profile, key.algorithm)
        method = key.verification_method or policy.key_id
        prepared = prepare(documents, suite=suite, created=created, verification_method=method)
        parts += [SigningPart(item.id, profile, key, ready) for item, ready in zip(group, prepared, strict=True)]
    return parts


def _key(profile: Profile, keys: Sequence[PublicKey], created: datetime, intended: str | None) -> PublicKey:
    """Choose the key that is active at the time of issuance; for a profile of its kind, the intended one.

    A retry so signs what was intended, even if the key retired meanwhile. Raises IntendedKeyGone.
    """
    if intended is None:
        return choose(keys, profile, created)
    own = [key for key in keys if key.id == intended and fits_profile(key, profile)]
    if own:
        return own[0]
    if any(key.id == intended for key in keys):  # the primary profile's key; this is another profile
        return choose(keys, profile, created)
    raise IntendedKeyGone("The key that an earlier attempt meant to sign with is gone; replay signs with another.")


def subject_uuid(certificate_id: str) -> str:
    """Return the vc2 subject's UUID: it tells nothing beyond the certificate id and is the same at every attempt."""
    return str(UUID(bytes=sha256(b"pramaan-subject\0" + certificate_id.encode()).digest()[:16], version=4))


def _intents(pending: Sequence[PendingCertificate], parts: Sequence[SigningPart]) -> list[Intent]:
    of = {item.id: item for item in pending}
    digests: dict[str, Any] = {}
    primary: dict[str, str] = {}
    for part in parts:
        digests.setdefault(part.certificate_id, sha256()).update(part.prepared.signing_input)
        primary.setdefault(part.certificate_id, part.key.id)
    return [
        Intent(certificate_id, primary[certificate_id], moment, digest.digest(), of[certificate_id].position)
        for certificate_id, digest in digests.items()
        if (moment := of[certificate_id].issued_at)
    ]


async def _sign_parts(parts: Sequence[SigningPart], signer: Signer) -> list[dict[str, Any]]:
    """Sign key by key, in batches; return the signed documents in the order of the parts."""
    signatures: dict[int, bytes] = {}
    by_key: dict[str, list[int]] = {}
    for index, part in enumerate(parts):
        by_key.setdefault(part.key.id, []).append(index)
    for indexes in by_key.values():
        key = parts[indexes[0]].key
        made = await signer.sign(key.id, key.algorithm, [parts[index].prepared.signing_input for index in indexes])
        signatures.update(zip(indexes, made, strict=True))
    return attach([part.prepared for part in parts], [signatures[index] for index in range(len(parts))])


def _signed(parts: Sequence[SigningPart], documents: Sequence[dict[str, Any]]) -> list[SignedCertificate]:
    texts: dict[str, dict[Profile, str]] = {}
    hashes: dict[str, list[str]] = {}
    for part, document in zip(parts, documents, strict=True):
        texts.setdefault(part.certificate_id, {})[part.profile] = to_text(document)
        hashes.setdefault(part.certificate_id, []).append(signature_hash(proof_facts(document).signature))
    return [SignedCertificate(key, credentials, tuple(hashes[key])) for key, credentials in texts.items()]
