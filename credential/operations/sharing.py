"""Sharing: a holder hands out a link to one document, for a while, and can take it back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from credential.access import ALL_ROWS, Caller, own_rows
from credential.certificate import Certificate
from credential.errors import BadUserInput, NotFound
from credential.operations.documents import DocumentFormat, document_key, has_documents
from credential.ports import AuditEntry, Counting, Holders, OpenLink, Reading, Request, Sharing
from credential.rendering import Layout
from credential.share_link import ID_BYTES, LONGEST, SHORTEST, Share, share_token

CHANNEL = "share"
READER = Caller(name="whoever has the link", channel=CHANNEL, purpose="shared by the holder")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shared, and for how long."""

    certificate_id: str
    format: DocumentFormat
    language: str | None
    layout: Layout | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Link:
    """A token, and when it ends."""

    token: str = field(repr=False)
    ends_at: datetime


async def share(
    wanted: Wanted,
    *,
    request: Request,
    reading: Reading,
    holders: Holders,
    sharing: Sharing,
    randomness: Callable[[int], bytes],
    secret: bytes,
) -> Link:
    """Open a link. Raises NotFound, BadUserInput for minutes, language or layout, LimitReached."""
    if not SHORTEST <= timedelta(minutes=wanted.minutes) <= LONGEST:
        raise BadUserInput("Give 5 to 1,440 minutes.", ("minutes",))
    certificate = await _own(wanted.certificate_id, request.caller, reading)
    key = document_key(certificate, form=wanted.format, language=wanted.language, layout=wanted.layout)
    ends_at = datetime.fromtimestamp(int(request.now.timestamp()), UTC) + timedelta(minutes=wanted.minutes)
    link = OpenLink(randomness(ID_BYTES).hex(), certificate.id, ends_at)
    link = await sharing.open_link(link, request=request)
    contact = await _contact(certificate, holders)
    ends = int(link.ends_at.timestamp())
    named = Share(link.id, certificate.id, key.format, key.language, key.layout, contact, ends)
    return Link(share_token(named, secret=secret), link.ends_at)


async def unshare(certificate_id: str, *, request: Request, reading: Reading, sharing: Sharing) -> int:
    """Take all links of a certificate back; return how many were open. Raises NotFound."""
    [certificate] = await reading.by_ids([certificate_id], visible=own_rows(request.caller))
    if certificate is None:
        raise NotFound("No certificate of yours has this id.", ("certificateId",))
    return await sharing.close_links(certificate_id, request=request)


async def opened(
    share: Share, *, reading: Reading, holders: Holders, sharing: Sharing, counting: Counting, now: datetime
) -> Certificate | None:
    """Return what a link shows, audited as a read that the holder sees.

    None where the link was taken back, or the holder is reached by another number since. A certificate that was revoked
    or superseded is returned: whoever asks must look whether it has documents.
    """
    if not await sharing.is_open(share.id, share.certificate_id):
        return None
    [certificate] = await reading.by_ids([share.certificate_id], visible=ALL_ROWS)
    if certificate is None or not has_documents(certificate):
        return certificate
    if await _contact(certificate, holders) != share.contact:
        return None
    await counting.audit([AuditEntry(READER, "read", certificate.id, now, "share link")])
    return certificate


async def _own(certificate_id: str, caller: Caller, reading: Reading) -> Certificate:
    [certificate] = await reading.by_ids([certificate_id], visible=own_rows(caller))
    if certificate is None or not has_documents(certificate):
        raise NotFound("No certificate of yours that counts has this id.", ("certificateId",))
    return certificate


async def _contact(certificate: Certificate, holders: Holders) -> str:
    return await holders.contact_of(certificate.programme, certificate.beneficiary_id) or ""
