"""Public keys, as other software wants them: JWK set, DID document, PEM."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from credential.jwk import read_public_key, to_jwk, to_multikey
from credential.keys import Algorithm, PublicKey
from credential.sandbox import DID_PATH
from gateway.doors.described import ANY_OBJECT, NOTHING_HERE, TEXT, TRY_AGAIN, Described, Reply
from gateway.doors.errors import not_found
from gateway.state import Gateway

CACHED = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
"""Public keys are for everybody, pages of other origins included."""
_ALGORITHMS = {Algorithm.RSA: "PS256", Algorithm.ED25519: "EdDSA", Algorithm.P256: "ES256"}
_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]
"""The last two define the types Multikey and JsonWebKey, each with `expires` and `revoked`."""


async def jwks(request: Request) -> Response:
    """Return all keys as a JWK set (RFC 7517), retired ones included."""
    keys = [
        {**to_jwk(read_public_key(key.pem)), "kid": key.id, "use": "sig", "alg": _ALGORITHMS[key.algorithm]}
        for key in await _public_keys(request)
    ]
    return JSONResponse({"keys": keys}, headers=CACHED, media_type="application/jwk-set+json")


async def did_document(request: Request) -> Response:
    """Return the DID document of our did:web.

    Retired keys stay assertion methods, as what they signed still counts, with the end of their period in `expires`;
    compromised ones do not, and have `revoked`.
    """
    gateway: Gateway = request.app.state.gateway
    did = gateway.made_of.policy.did
    keys = await _public_keys(request)
    methods = [_method(key, did) for key in keys]
    trusted = [f"{did}#{key.id}" for key in keys if key.compromised_at is None]
    document = {"@context": _CONTEXTS, "id": did, "verificationMethod": methods, "assertionMethod": trusted}
    return JSONResponse(document, headers=CACHED, media_type="application/did+json")


async def sandbox_did_document(request: Request) -> Response:
    """Return the same where a sandbox's did:web has it; elsewhere nothing is there."""
    gateway: Gateway = request.app.state.gateway
    if not gateway.made_of.policy.did.endswith(DID_PATH):
        return not_found(request)
    return await did_document(request)


async def pem(request: Request) -> Response:
    """Return the keys that bear the name of Co-WIN's verification method, newest first, as PEM one after another."""
    gateway: Gateway = request.app.state.gateway
    name = gateway.made_of.policy.key_id
    named = [key for key in await _public_keys(request) if (key.verification_method or name) == name]
    if not named:
        return not_found(request)
    named.sort(key=lambda key: key.active_from.timestamp() if key.active_from else 0.0, reverse=True)
    return PlainTextResponse("".join(key.pem.strip() + "\n" for key in named), headers=CACHED)


def _method(key: PublicKey, did: str) -> dict[str, Any]:
    """Return a verification method (W3C Controlled Identifiers 1.0, Verification Methods).

    Its `expires` is when the key should cease to be used, its `revoked` from when it must not be. Multikey knows no
    RSA there: such a key is a JsonWebKey.
    """
    public = read_public_key(key.pem)
    method: dict[str, Any] = {"id": f"{did}#{key.id}", "controller": did}
    if key.algorithm is Algorithm.RSA:
        method |= {"type": "JsonWebKey", "publicKeyJwk": to_jwk(public)}
    else:
        method |= {"type": "Multikey", "publicKeyMultibase": to_multikey(public)}
    ends = {"expires": key.retired_at, "revoked": key.compromised_at}
    return method | {name: _date_time_stamp(at) for name, at in ends.items() if at is not None}


def _date_time_stamp(at: datetime) -> str:
    """Return an instant as an XML Schema dateTimeStamp."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def _public_keys(request: Request) -> list[PublicKey]:
    gateway: Gateway = request.app.state.gateway
    return await gateway.ports.keys.public_keys()


_AWAY = {503: TRY_AGAIN}
DESCRIBED = [
    Described("GET", path, "Keys", summary, {200: Reply("The keys.", body, media_type), **more})
    for path, summary, body, media_type, more in (
        ("/.well-known/jwks.json", "Read all keys as JWK set", ANY_OBJECT, "application/jwk-set+json", _AWAY),
        ("/.well-known/did.json", "Read the DID document", ANY_OBJECT, "application/did+json", _AWAY),
        (
            "/sandbox/did.json",
            "Read a sandbox's DID document",
            ANY_OBJECT,
            "application/did+json",
            {404: NOTHING_HERE, **_AWAY},
        ),
        ("/did:india", "Read Co-WIN's keys as PEM", TEXT, "text/plain", {404: NOTHING_HERE, **_AWAY}),
    )
]
