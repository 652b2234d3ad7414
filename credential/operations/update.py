"""Update: a new version with its own id beside the old one (contract, updateCertificate)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from credential.access import own_rows
from credential.certificate import Certificate, Status
from credential.errors import BadUserInput, LimitReached, NoChange, NotFound, StaleVersion, UserFault
from credential.jobs import SIGN, Job
from credential.operations.issue import check_qr
from credential.operations.nudging import nudge
from credential.policy import LIMIT_REACHED, IssuancePolicy
from credential.ports import CertificateFilter, Correction, Intake, Outcome, Queue, Reading, Request
from credential.record import DEFAULT_PROGRAMME, Kind, VaccinationRecord, change_record

ATTEMPTS = 3
_OPEN = (Status.PENDING, Status.ISSUED)


@dataclass(frozen=True, slots=True)
class UpdateTarget:
    """Which certificate: by its id, or by beneficiary and dose."""

    certificate_id: str | None = None
    programme: str = DEFAULT_PROGRAMME
    beneficiary_id: str | None = None
    dose: int | None = None


async def update(
    target: UpdateTarget,
    changes: Mapping[str, Any],
    *,
    request: Request,
    kind: Kind | None,
    expected_version: int | None,
    policy: IssuancePolicy,
    intake: Intake,
    reading: Reading,
    queue: Queue,
) -> Outcome:
    """Store a corrected version. `changes` has the record's JSON shape: absent is unchanged, null clears.

    Raises NotFound, BadUserInput, NoChange, LimitReached, StaleVersion and the idempotency faults. Without an expected
    version, a change that somebody else makes meanwhile is merged with, not overwritten.
    """
    stored = await intake.recall(request)
    if stored is not None:
        return stored
    for attempt in range(1, ATTEMPTS + 1):
        try:
            base = await _current(target, request, reading)
            _check_version(base, expected_version)
            wanted: Correction | UserFault = _correction(base, changes, kind, request, policy)
        except StaleVersion:
            raise
        except UserFault as fault:  # stored under the key: sent again later, the request must not begin to act
            wanted = fault
        try:
            outcome = await intake.correct(request, wanted)
        except StaleVersion:
            if expected_version is not None or attempt == ATTEMPTS:
                raise
        else:
            break
    await nudge(queue, Job(SIGN, (outcome.certificate_id,) if outcome.certificate_id else ()))
    return outcome


def _check_version(base: Certificate, expected: int | None) -> None:
    if expected not in (None, base.version):
        raise StaleVersion(
            "The certificate has another version now; read it again.", ("expectedVersion",), base.version
        )


def _correction(
    base: Certificate, changes: Mapping[str, Any], kind: Kind | None, request: Request, policy: IssuancePolicy
) -> Correction:
    wanted = kind or base.kind
    record = change_record(base.record, {**changes, "kind": wanted.value}, now=request.now)
    if record == msgspec.structs.replace(base.record, kind=base.kind):
        raise NoChange("Nothing changes; the certificate already says so.")
    check_qr(record, now=request.now, policy=policy)
    return Correction(base.id, record, wanted, counts(base, record), policy.update_limit)


def counts(base: Certificate, record: VaccinationRecord) -> bool:
    """Tell whether a change uses up a correction of its dose.

    What was never signed may still change, and a change of kind is free, also where it brings the date of birth that an
    international certificate needs and the record lacked.
    """
    if base.status is Status.PENDING and base.live:
        return False
    before = msgspec.structs.replace(base.record, kind=record.kind)
    if base.kind is not record.kind and is_more_precise(record, before):
        born = msgspec.structs.replace(before.recipient, date_of_birth=record.recipient.date_of_birth)
        before = msgspec.structs.replace(before, recipient=born)
    return record != before


def is_more_precise(record: VaccinationRecord, before: VaccinationRecord) -> bool:
    """Tell whether a record's date of birth only adds to the one before: 1990 to 1990-06-15, or none to any."""
    new, old = record.recipient.date_of_birth or "", before.recipient.date_of_birth or ""
    return new != old and new.startswith(old)


async def planned(
    target: UpdateTarget,
    changes: Mapping[str, Any],
    *,
    request: Request,
    kind: Kind | None,
    policy: IssuancePolicy,
    reading: Reading,
) -> Correction:
    """Return what `update` would store, storing nothing. Raises NotFound, BadUserInput, NoChange, LimitReached."""
    base = await _current(target, request, reading)
    correction = _correction(base, changes, kind, request, policy)
    if correction.counts and base.status is Status.ISSUED and base.corrections >= policy.update_limit:
        raise LimitReached(LIMIT_REACHED)
    return correction


async def _current(target: UpdateTarget, request: Request, reading: Reading) -> Certificate:
    """Return the newest version that may be corrected. Raises NotFound, StaleVersion or BadUserInput."""
    visible = own_rows(request.caller)
    if target.certificate_id is not None:
        (versions,) = await reading.versions([target.certificate_id], visible=visible)
        return _newest_of(versions, target.certificate_id)
    if target.beneficiary_id is None or target.dose is None:
        raise BadUserInput("Give certificateId, or beneficiaryId and dose.", ("certificateId",))
    where = CertificateFilter(dose=target.dose, statuses=frozenset(_OPEN))
    page = await reading.of_beneficiary(target.programme, target.beneficiary_id, visible=visible, where=where)
    if page is None or not page.items:
        raise NotFound("No certificate of this beneficiary and dose can be corrected.", ("beneficiaryId",))
    return page.items[0]


def _newest_of(versions: list[Certificate], certificate_id: str) -> Certificate:
    named = next((one for one in versions if one.id == certificate_id), None)
    if named is None:
        raise NotFound("No such certificate.", ("certificateId",))
    newest = next((one for one in versions if one.status in _OPEN), None)
    if newest is None:
        raise BadUserInput("The certificate is revoked or failed; issue the dose again.", ("certificateId",))
    if named.status not in _OPEN:
        raise StaleVersion("The certificate has a newer version.", ("certificateId",), newest.version)
    return newest


__all__ = ["UpdateTarget", "counts", "planned", "update"]
