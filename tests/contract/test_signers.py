"""One suite for every signer: what it signs verifies with the public key that it shows, by an independent check."""

import multiprocessing
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)

from backends.registry import open_signer
from backends.settings import Settings
from backends.signers.development import ensure_keys
from credential.errors import ConfigurationError, SigningFailed
from credential.jwk import read_public_key, thumbprint
from credential.key_choice import choose, fits, require
from credential.keys import Algorithm, Profile, PublicKey
from credential.ports import Signer
from credential.primitives import PrivateKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SINCE = "activation = 2026-01-01T00:00:00Z\n"
RSA_KEY = generate_rsa(65537, 2048)
ED25519_KEY = Ed25519PrivateKey.generate()
P256_KEY = generate_private_key(ec.SECP256R1())


def pem(key: PrivateKey, encryption: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def settings(tmp_path: Path, url: str = "", **more: str) -> Settings:
    return Settings.from_environment(
        {
            "PRAMAAN_DATA_DIR": str(tmp_path / "data"),
            "PRAMAAN_SIGNER_URL": url or f"file:{tmp_path}/keys",
            "PRAMAAN_PUBLIC_URL": "https://certificates.example",
            **{f"PRAMAAN_{name}": value for name, value in more.items()},
        }
    )


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Make a key directory with one key of each kind; the P-256 one is encrypted."""
    path = tmp_path / "keys"
    path.mkdir()
    (path / "rsa.pem").write_bytes(pem(RSA_KEY))
    (path / "ed.pem").write_bytes(pem(ED25519_KEY))
    (path / "secret.pem").write_bytes(pem(P256_KEY, BestAvailableEncryption(b"open sesame")))
    (path / "keys.toml").write_text(
        f'[rsa]\nalgorithm = "RSA"\n{SINCE}retirement = 2027-01-01T00:00:00Z\nboundFrom = 2026-02-01T00:00:00Z\n'
        f'[ed]\nalgorithm = "Ed25519"\n{SINCE}verificationMethod = "did:india"\n'
        f'[p]\nalgorithm = "P-256"\n{SINCE}file = "secret.pem"\n'
    )
    return path


@pytest.fixture(params=["file", "development"])
async def signer(request: pytest.FixtureRequest, tmp_path: Path, keys: Path) -> AsyncIterator[Signer]:
    url = "development:" if request.param == "development" else ""
    async with open_signer(settings(tmp_path, url, KEY_PASSPHRASE="open sesame")) as opened:
        yield opened


def public_keys(signer: Signer) -> Sequence[PublicKey]:
    return signer.keys()


def check(key: PublicKey, signature: bytes, data: bytes) -> None:
    """Verify with `cryptography` alone: PSS with a salt of 32 bytes, pure Ed25519, raw r||s."""
    public = load_pem_public_key(key.pem.encode())
    if isinstance(public, RSAPublicKey):
        public.verify(signature, data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    elif isinstance(public, Ed25519PublicKey):
        public.verify(signature, data)
    else:
        assert isinstance(public, EllipticCurvePublicKey)
        assert len(signature) == 64
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        public.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))


async def test_signatures_fit_payloads_in_order(signer: Signer) -> None:
    payloads = [b"", *(b"payload %d" % number for number in range(40))]
    for key in public_keys(signer):
        signatures = await signer.sign(key.id, key.algorithm, payloads)
        for signature, payload in zip(signatures, payloads, strict=True):
            check(key, signature, payload)


async def test_nothing_to_sign_is_no_fault(signer: Signer) -> None:
    key = signer.keys()[0]
    assert await signer.sign(key.id, key.algorithm, []) == []


async def test_keys_are_named_by_their_thumbprint(signer: Signer) -> None:
    for key in public_keys(signer):
        assert key.id == thumbprint(read_public_key(key.pem))
        assert "PRIVATE" not in key.pem


async def test_an_unknown_key_fails_to_sign(signer: Signer) -> None:
    with pytest.raises(SigningFailed, match="does not hold the key"):
        await signer.sign("other", Algorithm.RSA, [b""])


async def test_another_algorithm_fails_to_sign(signer: Signer) -> None:
    for key in public_keys(signer):
        other = next(algorithm for algorithm in Algorithm if algorithm is not key.algorithm)
        with pytest.raises(SigningFailed):
            await signer.sign(key.id, other, [b""])


async def test_every_profile_has_a_key(signer: Signer) -> None:
    keys, now = signer.keys(), datetime.now(UTC)
    require(keys, Profile, now)
    assert all(fits(choose(keys, profile, now), profile) for profile in Profile)


async def test_keys_toml_decides_name_issuer_and_period(tmp_path: Path, keys: Path) -> None:
    async with open_signer(settings(tmp_path, KEY_PASSPHRASE="open sesame")) as opened:
        rsa, ed25519, p256 = opened.keys()
    assert (rsa.verification_method, rsa.issuer) == ("did:india", "https://cowin.gov.in/")
    assert rsa.retired_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert rsa.bound_from == datetime(2026, 2, 1, tzinfo=UTC)
    assert (ed25519.verification_method, ed25519.issuer) == ("did:india", "https://cowin.gov.in/")
    did = "did:web:certificates.example"
    assert (p256.verification_method, p256.issuer, p256.bound_from) == (f"{did}#{p256.id}", did, None)
    assert p256.active_from == datetime(2026, 1, 1, tzinfo=UTC)


async def test_exact_demands_no_mark(tmp_path: Path, keys: Path) -> None:
    async with open_signer(settings(tmp_path, KEY_PASSPHRASE="open sesame", COWIN="exact")) as opened:
        assert all(key.bound_from is None for key in public_keys(opened))


async def refused(chosen: Settings) -> str:
    with pytest.raises(ConfigurationError) as caught:
        async with open_signer(chosen):
            pass
    return str(caught.value)


async def test_an_encrypted_key_needs_its_passphrase(tmp_path: Path, keys: Path) -> None:
    assert "set PRAMAAN_KEY_PASSPHRASE" in await refused(settings(tmp_path))
    message = await refused(settings(tmp_path, KEY_PASSPHRASE="wrong"))
    assert "PRAMAAN_KEY_PASSPHRASE is not its passphrase" in message


async def test_a_directory_without_keys_toml(tmp_path: Path) -> None:
    assert "keys.toml cannot be read" in await refused(settings(tmp_path, f"file:{tmp_path}/nowhere"))


async def test_no_address_at_all(tmp_path: Path) -> None:
    assert "names no directory" in await refused(settings(tmp_path, "file:"))


def test_an_unknown_scheme_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_SIGNER_URL must begin with one of development:, file:"):
        open_signer(settings(tmp_path, "hsm:slot"))


@pytest.mark.parametrize(
    ("table", "remedy"),
    [
        ("[rsa", "no TOML"),
        ("", "names no key"),
        (f'[gone]\nalgorithm = "RSA"\n{SINCE}', "file of key gone cannot be read"),
        (f'[rsa]\nalgorithm = "Ed25519"\n{SINCE}', "is no Ed25519 key"),
        (f'[rsa]\nalgorithm = "RS256"\n{SINCE}', "table rsa of keys.toml is wrong"),
        ('[rsa]\nalgorithm = "RSA"\n', "activation"),
        (f'[rsa]\nalgorithm = "RSA"\n{SINCE}retired = true\n', "retired"),
        ('[rsa]\nalgorithm = "RSA"\nactivation = 2026-01-01T00:00:00\n', "need an offset"),
        (f'[rsa]\nalgorithm = "RSA"\n{SINCE}retirement = 2026-01-01T00:00:00Z\n', "retires before it is active"),
        (
            f'[rsa]\nalgorithm = "RSA"\n{SINCE}[two]\nalgorithm = "RSA"\nfile = "rsa.pem"\n{SINCE}',
            "names one key twice",
        ),
        (f'[keys]\nalgorithm = "RSA"\nfile = "keys.toml"\n{SINCE}', "is no PEM private key"),
        (f'[short]\nalgorithm = "RSA"\n{SINCE}', "2048 bits or more"),
        (f'[curve]\nalgorithm = "P-256"\n{SINCE}', "is no PEM private key of RSA, Ed25519 or P-256"),
    ],
)
async def test_what_is_wrong_is_named(tmp_path: Path, keys: Path, table: str, remedy: str) -> None:
    (keys / "keys.toml").write_text(table)
    (keys / "short.pem").write_bytes(pem(generate_rsa(65537, 1024)))  # noqa: S505 - refused
    (keys / "curve.pem").write_bytes(pem(generate_private_key(ec.SECP384R1())))
    assert remedy in await refused(settings(tmp_path, KEY_PASSPHRASE="open sesame"))


async def test_development_keys_stay_and_are_for_the_owner_only(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "development:")
    async with open_signer(chosen) as first, open_signer(chosen) as second:
        assert first.keys() == second.keys()
        assert [key.algorithm for key in public_keys(first)] == [Algorithm.RSA, Algorithm.ED25519]
    files = list((tmp_path / "data" / "keys").iterdir())
    assert len(files) == 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_processes_that_start_together_use_the_same_keys(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(partial(ensure_keys, now=NOW), [tmp_path / "keys"] * 6)
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


async def test_production_refuses_development_keys(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "development:")
    production = Settings.from_environment(
        {
            "PRAMAAN_ENV": "production",
            "PRAMAAN_STORE_URL": chosen.store_url,
            "PRAMAAN_QUEUE_URL": "redis://queue.example/0",
            "PRAMAAN_ARTIFACTS_URL": chosen.artifacts_url,
            "PRAMAAN_PUBLIC_URL": chosen.public_url,
            "PRAMAAN_SHARD_KEY": "A" * 43,
            "PRAMAAN_CONTACT_PEPPER": "A" * 43,
            "PRAMAAN_DATA_KEYS": "one:" + "A" * 43,
        }
    )
    assert "PRAMAAN_SIGNER_URL" in await refused(production)
    assert not (production.data_dir / "keys").exists()
