"""Tell holders what became of their certificates, in their language; never in the way of issuing.

The certificate's own state says what there is to tell. A message that cannot be sent comes back from the outbox, eight
times within about an hour, and is then a dead letter.
"""

from collections.abc import Sequence
from datetime import datetime

from credential.access import ALL_ROWS
from credential.certificate import Certificate, Status
from credential.errors import Unavailable
from credential.notices import HELPLINE, Kind, notice
from credential.ports import Contacting, Notices, Notifier, Reading
from credential.rendering.states import default_language
from credential.rendering.translation import translation


async def notify(ids: Sequence[str], *, notices: Notices, reading: Reading, notifier: Notifier, link: str) -> int:
    """Tell the holders of these certificates; return how many were told. Raises Unavailable where any could not be."""
    wanted = await notices.wanting_notice(ids)
    told, away = 0, False
    for certificate_id, certificate in zip(wanted, await reading.by_ids(wanted, visible=ALL_ROWS), strict=True):
        try:
            if certificate is not None:
                await _tell(certificate, notifier, link)
                await _tell_of_contact(certificate, reading, notifier)
        except Unavailable:
            away = True
        else:
            await notices.noticed(certificate_id, certificate.status if certificate else None)
            told += 1
    if away:
        raise Unavailable("Some messages could not be sent; they come back.")
    return told


def kind_of(certificate: Certificate) -> Kind | None:
    """Return what there is to tell of a certificate, None where another version tells it."""
    if certificate.status is Status.REVOKED:
        return "revoked"
    if certificate.status is Status.ISSUED:
        return "updated" if certificate.previous_id is not None else "issued"
    return None


async def _tell(certificate: Certificate, notifier: Notifier, link: str) -> None:
    kind = kind_of(certificate)
    if kind is None:
        return
    language = default_language(certificate.record.facility.address.state)
    text = notice(kind, language, link=link, helpline=HELPLINE)
    person = certificate.record.recipient
    for recipient in (person.mobile and f"tel:{person.mobile}", person.email and f"mailto:{person.email}"):
        if recipient:
            await notifier.notify(recipient, translation(language).titles.card, text)


async def _tell_of_contact(certificate: Certificate, reading: Reading, notifier: Notifier) -> None:
    """Tell the old number and the new one where a correction changed it: a thief of numbers is not alone in knowing."""
    if certificate.previous_id is None or certificate.status is not Status.ISSUED:
        return
    [before] = await reading.by_ids([certificate.previous_id], visible=ALL_ROWS)
    old, new = before.record.recipient.mobile if before else "", certificate.record.recipient.mobile
    if old and old != new:
        language = default_language(certificate.record.facility.address.state)
        for mobile in (old, new):
            if mobile:
                text = notice("contact_changed", language, helpline=HELPLINE)
                await notifier.notify(f"tel:{mobile}", "", text)


async def send_letters(*, contacting: Contacting, notifier: Notifier, now: datetime) -> int:
    """Send the letters that wait; return how many were sent."""
    sent = []
    for letter in await contacting.unsent_letters(now=now):
        try:
            await notifier.notify(letter.recipient, "", letter.text)
        except Unavailable:
            continue  # it comes back
        sent.append(letter.id)
    await contacting.letters_sent(sent)
    return len(sent)
