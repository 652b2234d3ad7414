"""Which notifier reaches which recipient: `tel:` by PRAMAAN_SMS_URL, `mailto:` by PRAMAAN_MAIL_URL."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from backends.notifiers.console import ConsoleNotifier
from backends.notifiers.memory import MemoryNotifier
from backends.notifiers.sms import SECONDS, sms_of
from backends.notifiers.smtp import smtp_of
from credential.errors import ConfigurationError
from credential.ports import Notifier

Opener = Callable[[str, str, httpx.AsyncClient], Notifier]
NOTIFIERS: Mapping[str, Opener] = {
    "console": lambda _url, _secret, _http: ConsoleNotifier(),
    "memory": lambda _url, _secret, _http: MemoryNotifier(),
    "smtp": lambda url, _secret, _http: smtp_of(url),
    "smtps": lambda url, _secret, _http: smtp_of(url),
    "http": sms_of,
    "https": sms_of,
}
"""Which code stands behind a URL scheme."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Implements Notifier: each recipient by its scheme; to whom there is no way, nothing is said."""

    ways: Mapping[str, Notifier]

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        """Pass on."""
        way = self.ways.get(recipient.partition(":")[0])
        if way is not None:
            await way.notify(recipient, subject, message)


@asynccontextmanager
async def open_notifiers(sms_url: str, mail_url: str, authorization: str) -> AsyncIterator[Routes]:
    """Open the ways that are configured. Raises ConfigurationError for an unknown scheme."""
    async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as http:
        ways = {}
        for scheme, name, url in (("tel", "PRAMAAN_SMS_URL", sms_url), ("mailto", "PRAMAAN_MAIL_URL", mail_url)):
            if url:
                opener = NOTIFIERS.get(url.partition(":")[0])
                if opener is None:
                    known = ", ".join(f"{one}:" for one in NOTIFIERS)
                    raise ConfigurationError(f"{name} must begin with one of {known}.")
                ways[scheme] = opener(url, authorization, http)
        yield Routes(ways)
