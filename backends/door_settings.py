"""Settings of doors that are closed unless they are configured."""

import re
from dataclasses import dataclass, field

from backends.variables import Variable, Variables
from credential.operations.digilocker import Rules, Superseded

MINIMUM_KEY = 8


def _key(text: str) -> bytes:
    if len(text) < MINIMUM_KEY:
        raise ValueError
    return text.encode()


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)+", text):
        raise ValueError
    return text


DIGILOCKER_HMAC_KEY = Variable(
    "DIGILOCKER_HMAC_KEY", _key, f"the key that DigiLocker gave, {MINIMUM_KEY} characters or more", "no key is set"
)
DIGILOCKER_URI_PREFIX = Variable(
    "DIGILOCKER_URI_PREFIX", _prefix, "the issuer's id at DigiLocker, such as in.gov.cowin", "in.gov.cowin"
)
DIGILOCKER_SUPERSEDED = Variable("DIGILOCKER_SUPERSEDED", Superseded, "current or refuse", "current")


SMS_URL = Variable("SMS_URL", str, "where text messages go, such as https://gateway.example/send", "")
SMS_AUTHORIZATION = Variable("SMS_AUTHORIZATION", str, "the value of the gateway's Authorization header", "")
MAIL_URL = Variable("MAIL_URL", str, "where mail goes, smtp://user:password@host:587?from=...", "")


@dataclass(frozen=True, slots=True)
class Messages:
    """How holders are reached; an empty URL is no way."""

    sms_url: str = field(default="", repr=False)
    mail_url: str = field(default="", repr=False)
    sms_authorization: str = field(default="", repr=False)


def messages(variables: Variables) -> Messages:
    """Return how holders are reached: in development by the console, where nothing is set."""
    default = "" if variables.production else "console:"
    found = Messages(
        variables.read(SMS_URL, default=default),
        variables.read(MAIL_URL, default=default),
        variables.read(SMS_AUTHORIZATION),
    )
    if variables.production:
        for name, url in ((SMS_URL.name, found.sms_url), (MAIL_URL.name, found.mail_url)):
            if url.startswith(("console:", "memory:", "http:")):
                variables.problem(name, "is for development; set it to https://... or smtp://...")
    return found


def digilocker(variables: Variables) -> Rules | None:
    """Return how DigiLocker's door is set, None where it stays closed."""
    prefix, superseded = variables.read(DIGILOCKER_URI_PREFIX), variables.read(DIGILOCKER_SUPERSEDED)
    if not variables.is_set(DIGILOCKER_HMAC_KEY.name):
        return None
    return Rules(variables.read(DIGILOCKER_HMAC_KEY), prefix, superseded)
