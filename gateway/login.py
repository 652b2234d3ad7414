"""What /admin needs to let people in: which OpenID provider, and whether a key is taken, too."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backends.settings import Settings
from credential.ports import Tokens


@dataclass(frozen=True, slots=True)
class Login:
    """How people come in. Without a client id nobody logs in with a provider; nothing here is a secret."""

    issuer: str = ""
    client_id: str = ""
    scope: str = ""
    key: bool = True

    async def origins(self, tokens: Tokens | None, *, now: datetime) -> tuple[str, ...]:
        """Return where the page talks to the provider: its own place, and that of its tokens where it is another."""
        if tokens is None or not self.client_id:
            return ()
        parts = urlsplit(self.issuer)
        return tuple(filter(None, dict.fromkeys((f"{parts.scheme}://{parts.netloc}", await tokens.origin(now=now)))))


class _Provider(msgspec.Struct, rename="camel"):
    issuer: str
    client_id: str
    scope: str


class _Config(msgspec.Struct, rename="camel"):
    key_login: bool
    oidc: _Provider | None


def login_of(settings: Settings) -> Login:
    """Return how people come in."""
    if settings.oidc is None:
        return Login(key=settings.admin_key_login)
    chosen = settings.oidc
    return Login(chosen.issuer, chosen.client_id, chosen.login_scopes, settings.admin_key_login)


async def config(request: Request) -> Response:
    """Return the page's configuration: `{"keyLogin": true, "oidc": {"issuer", "clientId", "scope"} or null}`."""
    login: Login = request.app.state.gateway.made_of.login
    provider = _Provider(login.issuer, login.client_id, login.scope) if login.client_id else None
    body = msgspec.json.encode(_Config(login.key, provider))
    return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})


ROUTES = [Route("/admin/config.json", config, methods=["GET"])]
