"""Electronic mail by SMTP (RFC 5321): `smtp://user:password@host:587?from=sender@example.org`, or smtps://.

`smtp:` begins TLS by STARTTLS where the server offers it; with `&tls=required` it sends nothing without.
"""

from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from credential.errors import ConfigurationError, Unavailable

SECONDS = 15.0
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpNotifier:
    """Implements Notifier for `mailto:` recipients; each message has a connection of its own."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    use_tls: bool = False
    start_tls: bool | None = None

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        """Send. Raises Unavailable where the server does not take it."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, recipient.removeprefix("mailto:"), subject
        mail.set_content(message)
        try:
            await aiosmtplib.send(
                mail,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.use_tls,
                start_tls=self.start_tls,
                timeout=SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError):
            raise Unavailable("The mail server does not take the message; it is tried again.") from None


def smtp_of(url: str) -> SmtpNotifier:
    """Return the notifier of a URL. Raises ConfigurationError."""
    parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
    sender = options.get("from", [""])[0]
    if not parts.hostname or "@" not in sender:
        raise ConfigurationError(
            "PRAMAAN_MAIL_URL must name host and sender: smtp://user:password@host:587?from=sender@example.org"
        )
    return SmtpNotifier(
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        sender,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        use_tls=parts.scheme == "smtps",
        start_tls=True if options.get("tls") == ["required"] else None,
    )
