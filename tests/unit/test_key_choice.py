"""The choice of the signing key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from credential.errors import ConfigurationError
from credential.key_choice import choose, require
from credential.keys import Algorithm, Profile, PublicKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DID = "did:web:certificates.example"


def cowin(kid: str, algorithm: Algorithm = Algorithm.RSA, *, since: datetime = NOW - 9 * DAY) -> PublicKey:
    return PublicKey(kid, algorithm, "", "did:india", "https://cowin.gov.in/", since)


def vc2(kid: str, algorithm: Algorithm = Algorithm.ED25519) -> PublicKey:
    return PublicKey(kid, algorithm, "", f"{DID}#{kid}", DID, NOW - 9 * DAY)


def test_cowin_profiles_prefer_rsa() -> None:
    keys = [cowin("ed", Algorithm.ED25519, since=NOW - DAY), cowin("rsa")]
    assert choose(keys, Profile.COWIN_V1, NOW).id == "rsa"
    assert choose(keys[:1], Profile.COWIN_V2, NOW).id == "ed"


def test_vc2_prefers_ed25519() -> None:
    keys = [vc2("p", Algorithm.P256), vc2("ed"), cowin("rsa")]
    assert choose(keys, Profile.VC2, NOW).id == "ed"
    assert choose([keys[0], keys[2]], Profile.VC2, NOW).id == "p"


def test_the_newest_activation_wins_from_its_moment_on() -> None:
    keys = [cowin("old"), cowin("new", since=NOW)]
    assert choose(keys, Profile.COWIN_V1, NOW - timedelta(microseconds=1)).id == "old"
    assert choose(keys, Profile.COWIN_V1, NOW).id == "new"


def test_a_key_without_activation_is_the_oldest() -> None:
    keys = [replace(cowin("always"), active_from=None), cowin("dated")]
    assert choose(keys, Profile.COWIN_V1, NOW).id == "dated"
    assert choose(keys[:1], Profile.COWIN_V1, NOW).id == "always"


def test_a_retired_or_compromised_key_signs_no_more() -> None:
    key = cowin("rsa")
    assert choose([replace(key, retired_at=NOW + DAY)], Profile.COWIN_V1, NOW).id == "rsa"
    for ended in (replace(key, retired_at=NOW), replace(key, compromised_at=NOW)):
        with pytest.raises(ConfigurationError, match="cowin-v1"):
            choose([ended], Profile.COWIN_V1, NOW)


@pytest.mark.parametrize(
    ("key", "profile"),
    [
        (cowin("p", Algorithm.P256), Profile.COWIN_V1),
        (vc2("ed"), Profile.COWIN_V1),
        (cowin("ed", Algorithm.ED25519), Profile.VC2),
        (vc2("rsa", Algorithm.RSA), Profile.VC2),
        (replace(vc2("ed"), issuer=None), Profile.VC2),
    ],
)
def test_a_key_of_another_algorithm_or_role_does_not_fit(key: PublicKey, profile: Profile) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_SIGNER_URL"):
        choose([key], profile, NOW)


def test_every_profile_needs_its_key() -> None:
    require([cowin("rsa"), vc2("ed")], Profile, NOW)
    with pytest.raises(ConfigurationError, match="vc2"):
        require([cowin("rsa")], Profile, NOW)
