"""Text messages by an HTTP gateway: POST of a JSON object with number and text to the address that is configured.

The members are `to` and `message`; `?to=NAME&message=NAME` in the address gives them other names, and other parameters
there become members as they are. Redirects are not followed: nobody but the configured host gets a number.
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx

from credential.errors import Unavailable

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SmsNotifier:
    """Implements Notifier for `tel:` recipients. `authorization` is that header's value."""

    http: httpx.AsyncClient = field(repr=False)
    address: str
    to: str = "to"
    message: str = "message"
    more: tuple[tuple[str, str], ...] = ()
    authorization: str = field(default="", repr=False)

    async def notify(self, recipient: str, subject: str, message: str) -> None:  # noqa: ARG002 - texts have no subject
        """Send. Raises Unavailable unless the gateway answers 2xx."""
        body = dict(self.more) | {self.to: recipient.removeprefix("tel:"), self.message: message}
        headers = {"authorization": self.authorization} if self.authorization else {}
        try:
            response = await self.http.post(self.address, json=body, headers=headers)
        except (httpx.HTTPError, OSError):
            raise Unavailable("The gateway of text messages does not answer; it is tried again.") from None
        if not response.is_success:
            raise Unavailable("The gateway of text messages refuses; it is tried again.")


def sms_of(url: str, authorization: str, http: httpx.AsyncClient) -> SmsNotifier:
    """Return the notifier of a URL."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    names = {name: given.pop(name, name) for name in ("to", "message")}
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return SmsNotifier(http, address, names["to"], names["message"], tuple(given.items()), authorization)
