"""Settings of acknowledgements. Without ACK_URL nothing is acknowledged."""

import base64
from dataclasses import dataclass, field

from backends.callbacks.hosts import Hosts, allowed_url
from backends.variables import Variable, Variables, web_address
from credential.acknowledgement import Form

MINIMUM_SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class CallbackSettings:
    """Where acknowledgements go, and how. Addresses may carry a token in their query: none is in the representation."""

    url: str = field(repr=False)
    login_url: str | None = field(repr=False)
    login_key: str = field(repr=False)
    form: Form
    secret: bytes | None = field(repr=False)
    hosts: Hosts


def _address(text: str) -> str:
    return web_address(text) if text else ""


def _secret(text: str) -> bytes | None:
    """Return the bytes of a Standard Webhooks secret, `whsec_` and base64."""
    if not text:
        return None
    raw = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    if len(raw) < MINIMUM_SECRET_BYTES:
        raise ValueError
    return raw


ACK_URL = Variable("ACK_URL", _address, "the https address of the source's callback", "")
ACK_AUTH_URL = Variable("ACK_AUTH_URL", _address, "the https address where the callback's token is fetched", "")
ACK_AUTH_KEY = Variable("ACK_AUTH_KEY", str, "the key that the login address knows us by", "")
ACK_FORMAT = Variable("ACK_FORMAT", Form, "json or cloudevents", "json")
ACK_SECRET = Variable(
    "ACK_SECRET", _secret, "whsec_ and base64 of 24 bytes or more, such as `openssl rand -base64 32` prints", ""
)
ACK_HOSTS = Variable("ACK_HOSTS", Hosts.parse, "host names, addresses or networks, separated by commas", "")


def callback_settings(variables: Variables) -> CallbackSettings | None:
    """Return how acknowledgements are sent, None where they are not. What does not fit together is a problem."""
    read = variables.read
    url, login_url, hosts = read(ACK_URL), read(ACK_AUTH_URL), read(ACK_HOSTS)
    login_key, form, secret = read(ACK_AUTH_KEY), read(ACK_FORMAT), read(ACK_SECRET)
    if not url:
        return None
    for variable, address in ((ACK_URL, url), (ACK_AUTH_URL, login_url)):
        if address and not allowed_url(address, hosts, plain=not variables.production):
            variables.problem(
                variable.name,
                "must be an https address (http in development) without user or fragment, whose host is in "
                "PRAMAAN_ACK_HOSTS",
            )
    if bool(login_url) != bool(login_key):
        variables.problem("ACK_AUTH_URL", "and PRAMAAN_ACK_AUTH_KEY belong together; set both or neither")
    if form is Form.CLOUDEVENTS and secret is None:
        variables.problem("ACK_SECRET", f"is not set; cloudevents are signed: set it to {ACK_SECRET.expected}")
    return CallbackSettings(url, login_url or None, login_key, form, secret, hosts)
