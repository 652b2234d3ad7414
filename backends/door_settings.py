"""Settings of doors that are closed unless they are configured."""

import re

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


def digilocker(variables: Variables) -> Rules | None:
    """Return how DigiLocker's door is set, None where it stays closed."""
    prefix, superseded = variables.read(DIGILOCKER_URI_PREFIX), variables.read(DIGILOCKER_SUPERSEDED)
    if not variables.is_set(DIGILOCKER_HMAC_KEY.name):
        return None
    return Rules(variables.read(DIGILOCKER_HMAC_KEY), prefix, superseded)
