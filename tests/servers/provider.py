"""An OpenID provider that signs tokens: discovery and keys over HTTP, tokens of any kind, right ones and wrong ones."""

import asyncio
import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from credential.jwk import to_jwk
from tests.servers.http import served

JSON = dict[str, Any]
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey
AUDIENCE = "pramaan"


@dataclass
class Provider:
    """What a test holds on to. `person` is whoever logs in: claims of the token.

    `seen` counts how often the keys were asked for; `state` is up, down or silent.
    """

    issuer: str = ""
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    more: list[JSON] = field(default_factory=list)
    discovery: JSON = field(default_factory=dict)
    person: JSON = field(default_factory=dict)
    logins: dict[str, JSON] = field(default_factory=dict)
    seen: int = 0
    state: str = "up"

    def claims(self, **changes: Any) -> JSON:  # noqa: ANN401 - any JSON
        """Return the claims of a right token; None takes one out."""
        now = int(time.time())
        whole = {"iss": self.issuer, "aud": AUDIENCE, "sub": "p-1", "iat": now, "exp": now + 300, "scope": "admin"}
        return {name: value for name, value in {**whole, "name": "Sample Person 1", **changes}.items() if value != ()}

    def token(
        self,
        kid: str = "rsa",
        *,
        header: JSON | None = None,
        key: PrivateKey | bytes | None = None,
        **changes: Any,  # noqa: ANN401 - any JSON
    ) -> str:
        """Return a token, signed by a key or by another than its header says."""
        signer = key or self.keys[kid]
        head = {"alg": algorithm(signer), "typ": "at+jwt", "kid": kid} | (header or {})
        return signed(head, self.claims(**changes), signer)

    @property
    def jwks(self) -> JSON:
        """The published keys."""
        ours = [to_jwk(key.public_key()) | {"kid": kid, "use": "sig"} for kid, key in self.keys.items()]
        return {"keys": [*ours, *self.more]}


def algorithm(key: PrivateKey | bytes) -> str:
    match key:
        case RSAPrivateKey():
            return "RS256"
        case Ed25519PrivateKey():
            return "EdDSA"
        case EllipticCurvePrivateKey():
            return "ES256"
    return "HS256"


def signed(header: JSON, claims: object, key: PrivateKey | bytes) -> str:
    text = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"
    return f"{text}.{_b64(_signature(text.encode(), key))}"


def _signature(text: bytes, key: PrivateKey | bytes) -> bytes:
    match key:
        case RSAPrivateKey():
            return key.sign(text, PKCS1v15(), SHA256())
        case EllipticCurvePrivateKey():
            numbers = decode_dss_signature(key.sign(text, ECDSA(SHA256())))
            return b"".join(number.to_bytes(32, "big") for number in numbers)
        case Ed25519PrivateKey():
            return key.sign(text)
    return hmac.digest(key, text, "sha256") if key else b""


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_keys() -> dict[str, PrivateKey]:
    """Return one of each kind, by kid."""
    return {
        "rsa": generate_rsa(65537, 2048),
        "ec": generate_ec(SECP256R1()),
        "ed": Ed25519PrivateKey.generate(),
    }


@contextmanager
def provider() -> Iterator[Provider]:
    """Serve one on a free loopback port."""
    here = Provider(keys=new_keys())

    async def discovery(_request: Request) -> Response:
        at = here.issuer
        ends = {"authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token"}
        document = {"issuer": at, "jwks_uri": f"{at}/keys", **ends, **here.discovery}
        return JSONResponse(document, 200 if here.state != "down" else 503, {"access-control-allow-origin": "*"})

    async def keys(_request: Request) -> Response:
        here.seen += 1
        while here.state == "silent":  # noqa: ASYNC110 - the test sets it in another thread
            await asyncio.sleep(0.02)
        return JSONResponse(here.jwks, 200 if here.state == "up" else 503)

    async def authorize(request: Request) -> Response:
        """Log the sample person in, without asking, and send the browser back with a code."""
        asked = request.query_params
        code = hashlib.sha256(asked["code_challenge"].encode()).hexdigest()
        here.logins[code] = dict(asked)
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def token(request: Request) -> Response:
        """Change a code for tokens, once, for who knows what the challenge was made of (RFC 7636)."""
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = here.logins.pop(given.get("code", ""), {})
        proven = _b64(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        same = all(given.get(name) == asked.get(name) for name in ("client_id", "redirect_uri"))
        if not (asked and same and proven == asked["code_challenge"]):
            return JSONResponse({"error": "invalid_grant"}, 400, {"access-control-allow-origin": "*"})
        answer = {"access_token": here.token(**here.person), "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(answer, headers={"access-control-allow-origin": "*"})

    doors = {
        "/.well-known/openid-configuration": discovery,
        "/keys": keys,
        "/authorize": authorize,
        "/token": token,
    }
    routes = [Route(path, door, methods=["POST"] if path == "/token" else ["GET"]) for path, door in doors.items()]
    app = Starlette(routes=routes)
    with served(app) as here.issuer:
        yield here
        here.state = "up"
