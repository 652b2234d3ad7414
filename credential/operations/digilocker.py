"""DigiLocker: find the certificate that a locker may hold (Co-WIN specification, section 5, with its faults repaired).

The caller is known by its HMAC; the citizen is not. A tracking id, which is the beneficiary's, needs the mobile number,
or name and date of birth. A URI, which names an unguessable certificate id, needs the name, and the date of birth where
the record has a full one.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from credential.access import ALL_ROWS, Caller, Proof, Scope
from credential.certificate import Certificate, Status
from credential.errors import BadUserInput, NotFound
from credential.formats.digilocker_xml import PullRequest
from credential.operations import fetch
from credential.policy import is_for_travel
from credential.ports import AuditEntry, CertificateFilter, Counting, ReadAllowance, Reading
from credential.record import DEFAULT_PROGRAMME
from credential.rendering import Layout

OLD_PREFIX = "in.gov.covin"
"""The spelling in the URIs that lie in holders' lockers."""
INTERNATIONAL_TYPE = "IVACR"
CALLER = Caller(
    client_id="digilocker",
    name="DigiLocker",
    scopes=frozenset({Scope.FETCH}),
    channel="digilocker",
    purpose="the citizen's own locker",
)
FULL_DATE = 10
ALL = 100
_ISSUED = CertificateFilter(statuses=frozenset({Status.ISSUED}))
_DAY = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
_TYPE = re.compile(r"[A-Z0-9]{1,20}")
_NOTHING = "No certificate fits this request."


class Superseded(StrEnum):
    """What a URI of a superseded or revoked certificate gets: the one that counts now, or nothing."""

    CURRENT = "current"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rules:
    """How the door is set: the HMAC's key, the URI's prefix, and what becomes of URIs that no longer count."""

    key: bytes = field(repr=False)
    prefix: str = "in.gov.cowin"
    superseded: Superseded = Superseded.CURRENT


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate to hand out, the layout of its page, and its URI."""

    certificate: Certificate
    layout: Layout
    uri: str


async def pull_uri(
    asked: PullRequest, *, rules: Rules, reading: Reading, counting: Counting, allowance: ReadAllowance, now: datetime
) -> Found:
    """Return the newest certificate of a tracking id; audited. Raises NotFound, whatever the reason, BadUserInput."""
    kind = _document_type(asked.detail("DocType"))
    await allowance.spend(CALLER, 1)
    by_mobile = await _held(asked, Proof(mobile=asked.detail("Mobile")), reading)
    by_birth = await _held(asked, Proof(date_of_birth=_born(asked)), reading)
    named = [one for one in by_birth if _is_named(one, asked)]
    latest = fetch.latest(by_mobile or named)
    if latest is None:
        raise NotFound(_NOTHING)
    found = _handed_out(latest, kind, rules)
    await counting.audit([AuditEntry(CALLER, "read", latest.id, now, "pull-uri")])
    return found


async def pull_doc(
    asked: PullRequest, *, rules: Rules, reading: Reading, counting: Counting, allowance: ReadAllowance, now: datetime
) -> Found:
    """Return the certificate of a URI, or the one that counts now in its place. Audited. Raises as `pull_uri` does."""
    kind, certificate_id = _parts(asked.detail("URI"), rules)
    await allowance.spend(CALLER, 1)
    (versions,) = await reading.versions([certificate_id], visible=ALL_ROWS)
    named = next((one for one in versions if one.id == certificate_id), None)
    current = next((one for one in versions if one.status is Status.ISSUED), None)
    if named is None or current is None or not _is_of(named, asked):
        raise NotFound(_NOTHING)
    if current.id != certificate_id and rules.superseded is Superseded.REFUSE:
        raise NotFound("The certificate was superseded or revoked; ask for the URI again.")
    found = _handed_out(current, kind, rules)
    await counting.audit([AuditEntry(CALLER, "read", current.id, now, "pull-doc")])
    return found


def _handed_out(certificate: Certificate, kind: str, rules: Rules) -> Found:
    abroad = kind == INTERNATIONAL_TYPE
    if abroad and not is_for_travel(certificate.kind, certificate.dose, certificate.total_doses):
        raise NotFound("No international certificate is due: it needs that kind, and the schedule done.")
    layout = Layout.INTERNATIONAL if abroad else Layout.DOMESTIC
    return Found(certificate, layout, f"{rules.prefix}-{kind}-{certificate.id}")


async def _held(asked: PullRequest, proof: Proof, reading: Reading) -> list[Certificate]:
    page = await reading.of_beneficiary(
        DEFAULT_PROGRAMME, asked.detail("tracking_id"), visible=ALL_ROWS, proof=proof, where=_ISSUED, first=ALL
    )
    return list(page.items) if page else []


def _is_named(certificate: Certificate, asked: PullRequest) -> bool:
    name = _plain(asked.detail("FullName"))
    return bool(name) and name == _plain(certificate.record.recipient.name)


def _is_of(certificate: Certificate, asked: PullRequest) -> bool:
    """Tell whether a URI's request names the holder: by name, and by date of birth where the record has a full one."""
    born = certificate.record.recipient.date_of_birth or ""
    fits = len(born) < FULL_DATE or born == _born(asked)
    return fits and _is_named(certificate, asked)


def _born(asked: PullRequest) -> str:
    """Return DD-MM-YYYY as YYYY-MM-DD; "" where it is absent or no date, which fits nobody."""
    found = _DAY.fullmatch(asked.detail("DOB"))
    return f"{found[3]}-{found[2]}-{found[1]}" if found else ""


def _plain(name: str) -> str:
    """Return a name without what spelling it again changes: form, case, spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _document_type(text: str) -> str:
    if not _TYPE.fullmatch(text):
        raise BadUserInput("DocType must be capital letters and digits, such as IVACR.")
    return text


def _parts(uri: str, rules: Rules) -> tuple[str, str]:
    """Return document type and certificate id of a URI. Raises BadUserInput."""
    prefix, _, rest = uri.rpartition("-")[0].rpartition("-")
    if prefix not in {rules.prefix, OLD_PREFIX}:
        raise BadUserInput(f"The URI must be {rules.prefix}-<type>-<id>.")
    return _document_type(rest), uri.rpartition("-")[2]
