"""Which key signs: one that fits the profile and is active, the newest first (contract, Profiles and Running)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from credential.errors import ConfigurationError
from credential.keys import Algorithm, Profile, PublicKey

_COWIN: Final = (Algorithm.RSA, Algorithm.ED25519)
PREFERENCES: Final[Mapping[Profile, tuple[Algorithm, ...]]] = {
    Profile.COWIN_V1: _COWIN,
    Profile.COWIN_V2: _COWIN,
    Profile.VC2: (Algorithm.ED25519, Algorithm.P256),
}
"""Algorithms that sign a profile, the preferred first: old Co-WIN verifiers hold one RSA key; vc2 has no RSA suite."""

_EVER: Final = datetime.min.replace(tzinfo=UTC)


def choose(keys: Iterable[PublicKey], profile: Profile, now: datetime) -> PublicKey:
    """Return the key that signs a profile: preferred algorithm first, then the newest activation.

    Raises ConfigurationError where no key fits.
    """
    fitting = [key for key in keys if fits(key, profile) and is_active(key, now)]
    if not fitting:
        algorithms = " or ".join(PREFERENCES[profile])
        raise ConfigurationError(
            f"No active key signs the profile {profile}: give PRAMAAN_SIGNER_URL an {algorithms} key whose period "
            f"includes today{'' if profile is not Profile.VC2 else ' and whose verificationMethod is our did:web'}, "
            "or leave the profile out of PRAMAAN_PROFILE_DOMESTIC and PRAMAAN_PROFILE_INTERNATIONAL."
        )
    preference = PREFERENCES[profile]
    return min(fitting, key=lambda key: (preference.index(key.algorithm), -_timestamp(key), key.id))


def require(keys: Sequence[PublicKey], profiles: Iterable[Profile], now: datetime) -> None:
    """Make sure at start that every profile has a key. Raises ConfigurationError."""
    for profile in profiles:
        choose(keys, profile, now)


def fits(key: PublicKey, profile: Profile) -> bool:
    """Tell whether a key may sign a profile, by its algorithm and its role."""
    return key.algorithm in PREFERENCES[profile] and is_did_method(key) is (profile is Profile.VC2)


def is_did_method(key: PublicKey) -> bool:
    """Tell whether the key's name is a verification method of its issuer's own DID document, as Data Integrity asks.

    Co-WIN profiles use a bare name such as `did:india` instead.
    """
    return key.issuer is not None and (key.verification_method or "").startswith(f"{key.issuer}#")


def is_active(key: PublicKey, now: datetime) -> bool:
    """Tell whether new signatures may be made: within its period and not compromised."""
    return (
        (key.active_from or _EVER) <= now
        and (key.retired_at is None or now < key.retired_at)
        and (key.compromised_at is None or now < key.compromised_at)
    )


def _timestamp(key: PublicKey) -> float:
    return (key.active_from or _EVER).timestamp()
