"""issuer: who signs, and with which keys."""

import strawberry

from credential.keys import Algorithm, Profile, PublicKey
from credential.trust import TrustedKey
from resolvers.context import Info
from resolvers.fields import computed
from resolvers.scalars import DateTime, moment


@strawberry.type(description="A public key of the issuer; retired ones stay published.")
class IssuerKey:
    """A key with its period."""

    id: strawberry.ID = strawberry.field(description="The JWK thumbprint (RFC 7638).")
    issuer: str | None = strawberry.field(description="The issuer whose certificates it signs; null for any.")
    verification_method: str = strawberry.field(description="The name that proofs bear; several keys may share it.")
    algorithm: Algorithm = strawberry.field(description="Kind of key.")
    public_key_pem: str = strawberry.field(description="The key as PEM SubjectPublicKeyInfo.")
    active_from: DateTime | None = strawberry.field(description="Since when it signs; null for as long as we know.")
    retired_at: DateTime | None = strawberry.field(description="Until when it signed; null while it signs.")
    compromised_at: DateTime | None = strawberry.field(
        description="When it was found compromised: certificates of it count only where the issuer's records hold them."
    )
    bound_from: DateTime | None = strawberry.field(
        description="From when its certificates of Co-WIN profiles carry the binding mark; null for never."
    )


@strawberry.type(description="The issuer of this deployment's certificates.")
class Issuer:
    """Name, id, keys and profiles."""

    name: str = strawberry.field(description="Name of the issuer.")
    id: str = strawberry.field(description="The issuer as Co-WIN profiles name it.")
    did: str = strawberry.field(description="The issuer as VC 2.0 credentials name it.")
    profiles: list[Profile] = strawberry.field(description="Profiles that are signed here.")

    @computed("All public keys.")
    async def keys(self, info: Info) -> list[IssuerKey]:
        """Read the keys that workers registered."""
        policy = info.context.deployment.policy
        return [_issuer_key(key, policy.key_id) for key in await info.context.ports.keys.public_keys()]


@strawberry.type(description="Another issuer whose certificates count as genuine here.")
class TrustedIssuer:
    """An issuer of the trust list, with its keys."""

    id: str = strawberry.field(description="The issuer as its certificates name it.")
    name: str = strawberry.field(description="Name of the issuer.")
    country: str = strawberry.field(description="Country by ISO 3166, two letters; may be empty.")
    keys: list[IssuerKey] = strawberry.field(description="The keys that are trusted for it.")


async def trusted_issuers(info: Info) -> list[TrustedIssuer]:
    """Return the trust list by issuer."""
    found = await info.context.ports.trust.trusted_keys()
    by_issuer: dict[str, list[TrustedKey]] = {}
    for one in found:
        by_issuer.setdefault(one.key.issuer or "", []).append(one)
    return [
        TrustedIssuer(id=name, name=of[0].name, country=of[0].country, keys=[_issuer_key(one.key, "") for one in of])
        for name, of in by_issuer.items()
    ]


def issuer(info: Info) -> Issuer:
    """Describe the issuer."""
    deployment = info.context.deployment
    signed = {profile for profiles in deployment.policy.profiles.values() for profile in profiles}
    return Issuer(
        name=deployment.issuer_name,
        id=deployment.policy.issuer,
        did=deployment.policy.did,
        profiles=[profile for profile in Profile if profile in signed],
    )


def _issuer_key(key: PublicKey, default_method: str) -> IssuerKey:
    return IssuerKey(
        id=strawberry.ID(key.id),
        issuer=key.issuer,
        verification_method=key.verification_method or default_method,
        algorithm=key.algorithm,
        public_key_pem=key.pem,
        active_from=moment(key.active_from) if key.active_from else None,
        retired_at=moment(key.retired_at) if key.retired_at else None,
        compromised_at=moment(key.compromised_at) if key.compromised_at else None,
        bound_from=moment(key.bound_from) if key.bound_from else None,
    )
