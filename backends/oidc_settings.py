"""Settings of logging in with an OpenID provider. Without OIDC_ISSUER there are client keys only."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from backends.variables import Variable, Variables, one_of, web_address

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""What may be allowed: signatures alone, so neither `none` nor a shared secret."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Which provider is believed. `jwks_url` is None where the provider's discovery document names it.

    `client_id` and `login_scopes` are for pages, on which people log in.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    scopes_claim: str
    jwks_url: str | None
    client_id: str
    login_scopes: str


def _algorithms(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not set(names) <= set(ALGORITHMS):
        raise ValueError
    return names


def _address(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(web_address(text))
    if parts.query or parts.fragment or "@" in parts.netloc or text != "".join(text.split()):
        raise ValueError
    return text


OIDC_ISSUER = Variable("OIDC_ISSUER", _address, "the https address of the OpenID provider, as its tokens say it", "")
OIDC_AUDIENCE = Variable("OIDC_AUDIENCE", str, "the audience that tokens for this gateway name", "")
OIDC_ALGORITHMS = Variable(
    "OIDC_ALGORITHMS", _algorithms, f"some of {', '.join(ALGORITHMS)}", "RS256,ES256,EdDSA,Ed25519"
)
OIDC_SCOPES_CLAIM = Variable("OIDC_SCOPES_CLAIM", str, "a claim's name, such as realm_access.roles", "scope")
OIDC_JWKS_URL = Variable("OIDC_JWKS_URL", _address, "the https address of the provider's keys", "")
OIDC_CLIENT_ID = Variable("OIDC_CLIENT_ID", str, "the id of the pages at the provider, a public client", "")
OIDC_LOGIN_SCOPES = Variable("OIDC_LOGIN_SCOPES", str, "scopes to ask the provider for", "openid profile")
ADMIN_KEY_LOGIN = Variable("ADMIN_KEY_LOGIN", one_of("yes", "no"), "yes or no", "yes")


def oidc_settings(variables: Variables) -> OidcSettings | None:
    """Return which provider is believed, None for none. What does not fit together is a problem."""
    read = variables.read
    issuer, jwks_url = read(OIDC_ISSUER), read(OIDC_JWKS_URL)
    found = OidcSettings(
        issuer=issuer,
        audience=read(OIDC_AUDIENCE),
        algorithms=read(OIDC_ALGORITHMS),
        scopes_claim=read(OIDC_SCOPES_CLAIM),
        jwks_url=jwks_url or None,
        client_id=read(OIDC_CLIENT_ID),
        login_scopes=read(OIDC_LOGIN_SCOPES),
    )
    if not issuer:
        return None
    if not found.audience:
        variables.problem("OIDC_AUDIENCE", f"is not set; set it to {OIDC_AUDIENCE.expected}")
    for variable, address in ((OIDC_ISSUER, issuer), (OIDC_JWKS_URL, jwks_url)):
        if variables.production and address.startswith("http:"):
            variables.problem(variable.name, f"must be {variable.expected}")
    return found
