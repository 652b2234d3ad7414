"""Settings: defaults in development, demands in production, and messages that name variable and remedy."""

import base64
import multiprocessing
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.secrets import development_secrets
from backends.settings import Environment, Settings
from backends.variables import data_keys, did_web, origin, secret
from credential.errors import ConfigurationError
from credential.keys import Profile
from credential.record import Kind

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")
PRODUCTION = {
    "PRAMAAN_ENV": "production",
    "PRAMAAN_STORE_URL": "postgresql+asyncpg://db.example/pramaan",
    "PRAMAAN_QUEUE_URL": "redis://queue.example:6379/0",
    "PRAMAAN_SIGNER_URL": "file:/keys",
    "PRAMAAN_ARTIFACTS_URL": "file:/documents",
    "PRAMAAN_SHARD_KEY": KEY,
    "PRAMAAN_CONTACT_PEPPER": OTHER,
    "PRAMAAN_DATA_KEYS": f"2026:{KEY},2025:{OTHER}",
    "PRAMAAN_PUBLIC_URL": "https://certificates.example",
}


@pytest.fixture
def development(tmp_path: Path) -> dict[str, str]:
    return {"PRAMAAN_DATA_DIR": str(tmp_path / "data")}


def refusal(environ: Mapping[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment(environ)
    return str(caught.value)


def test_development_needs_nothing_but_a_directory(development: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_environment(development)
    assert settings.environment is Environment.DEVELOPMENT
    assert settings.store_url == f"sqlite+aiosqlite:///{tmp_path}/data/pramaan.db"
    assert (settings.queue_url, settings.signer_url) == ("inprocess:", "development:")
    assert settings.artifacts_url == f"file:{tmp_path}/data/artifacts"
    assert (settings.max_body, settings.update_limit, settings.certificate_id) == (8 * 1024 * 1024, 5, "random")
    policy = settings.policy()
    assert (policy.issuer, policy.key_id, policy.did) == (
        "https://cowin.gov.in/",
        "did:india",
        "did:web:localhost%3A8000",
    )
    assert policy.profiles == {Kind.DOMESTIC: (Profile.COWIN_V1,), Kind.INTERNATIONAL: (Profile.COWIN_V2,)}
    assert policy.bound


def test_generated_secrets_stay_and_are_for_the_owner_only(development: dict[str, str], tmp_path: Path) -> None:
    first, second = (Settings.from_environment(development) for _ in range(2))
    assert first.store_keys() == second.store_keys()
    assert first.document_secret() == second.document_secret() != first.shard_key
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_directory_has_other_secrets(tmp_path: Path) -> None:
    one, two = (Settings.from_environment({"PRAMAAN_DATA_DIR": str(tmp_path / name)}) for name in "ab")
    assert one.shard_key != two.shard_key


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(development_secrets, [tmp_path] * 16)
    assert all(one == found[0] for one in found)
    assert [file.name for file in tmp_path.iterdir()] == ["development-secrets"]


def test_a_damaged_secrets_file_is_told(development: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "development-secrets").write_text("SHARD_KEY=\n")
    assert "damaged" in refusal(development)


def test_production_takes_what_is_complete() -> None:
    settings = Settings.from_environment(PRODUCTION)
    keys = settings.store_keys()
    assert keys.active_data_key == "2026"
    assert set(keys.data_keys) == {"2026", "2025"}
    assert keys.shard_key == bytes(range(32))
    assert settings.cautions == ()


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"PRAMAAN_ENV", "PRAMAAN_SIGNER_URL"}))
def test_production_demands(name: str) -> None:
    message = refusal({key: value for key, value in PRODUCTION.items() if key != name})
    assert message.startswith(f"{name} is not set; set it to ")


def test_production_gateway_needs_no_signer() -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != "PRAMAAN_SIGNER_URL"}
    assert Settings.from_environment(environ).signer_url == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGNER_URL", "development:"),
        ("QUEUE_URL", "inprocess:"),
        ("ARTIFACTS_URL", "memory:"),
        ("PUBLIC_URL", "http://certificates.example"),
    ],
)
def test_production_refuses_convenience(name: str, value: str) -> None:
    assert refusal({**PRODUCTION, f"PRAMAAN_{name}": value}).startswith(f"PRAMAAN_{name} ")


def test_sqlite_in_production_is_allowed_with_a_caution() -> None:
    settings = Settings.from_environment({**PRODUCTION, "PRAMAAN_STORE_URL": "sqlite+aiosqlite:////srv/pramaan.db"})
    assert "PRAMAAN_STORE_URL" in settings.cautions[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "staging"),
        ("SHARD_KEY", "short"),
        ("SHARD_KEY", base64.urlsafe_b64encode(bytes(31)).decode()),
        ("SHARD_KEY", "ü" * 43),
        ("CONTACT_PEPPER", "!" * 43),
        ("DATA_KEYS", KEY),
        ("DATA_KEYS", f"a:{KEY},a:{OTHER}"),
        ("DATA_KEYS", f":{KEY}"),
        ("PUBLIC_URL", "certificates.example"),
        ("PUBLIC_URL", "https://certificates.example/sub"),
        ("PUBLIC_URL", "https://user@certificates.example"),
        ("PUBLIC_URL", "https://certificates.example:port"),
        ("ISSUER", "cowin"),
        ("KEY_ID", "india"),
        ("KEY_ID", "did: india"),
        ("PROFILE_DOMESTIC", "cowin-v9"),
        ("PROFILE_DOMESTIC", "vc2,vc2"),
        ("PROFILE_INTERNATIONAL", "vc2,"),
        ("COWIN", "loose"),
        ("CERTIFICATE_ID", "uuid"),
        ("UPDATE_LIMIT", "-1"),
        ("UPDATE_LIMIT", "٣"),
        ("MAX_BODY", "8M"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy_and_never_repeated(
    development: dict[str, str], name: str, value: str
) -> None:
    message = refusal({**development, f"PRAMAAN_{name}": value})
    assert message.startswith(f"PRAMAAN_{name} must be ")
    assert value not in message.removeprefix(f"PRAMAAN_{name}") or len(value) < 6
    assert "\n" not in message


def test_all_problems_are_told_at_once(development: dict[str, str]) -> None:
    message = refusal({**development, "PRAMAAN_COWIN": "x", "PRAMAAN_MAX_BODY": "x", "PRAMAAN_ISSUER": "x"})
    assert [line.split()[0] for line in message.splitlines()] == ["PRAMAAN_ISSUER", "PRAMAAN_COWIN", "PRAMAAN_MAX_BODY"]


def test_a_secret_may_lie_in_a_file(development: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("open sesame\n")
    settings = Settings.from_environment({**development, "PRAMAAN_KEY_PASSPHRASE_FILE": str(path)})
    assert settings.key_passphrase == "open sesame"


def test_a_file_that_is_not_there_is_told(development: dict[str, str]) -> None:
    message = refusal({**development, "PRAMAAN_DATA_KEYS_FILE": "/nowhere/at/all"})
    assert message.startswith("PRAMAAN_DATA_KEYS_FILE names a file that cannot be read")


def test_value_and_file_together_are_refused(development: dict[str, str], tmp_path: Path) -> None:
    environ = {**development, "PRAMAAN_SHARD_KEY": KEY, "PRAMAAN_SHARD_KEY_FILE": str(tmp_path)}
    assert "both set" in refusal(environ)


def test_secrets_stay_out_of_the_representation() -> None:
    text = repr(Settings.from_environment({**PRODUCTION, "PRAMAAN_KEY_PASSPHRASE": "open sesame"}))
    assert not any(part in text for part in (KEY, OTHER, "open sesame", "db.example", repr(bytes(range(32)))))


def test_profiles_in_order(development: dict[str, str]) -> None:
    policy = Settings.from_environment({**development, "PRAMAAN_PROFILE_DOMESTIC": "vc2, cowin-v1"}).policy()
    assert policy.profiles[Kind.DOMESTIC] == (Profile.VC2, Profile.COWIN_V1)


def test_exact_and_cowin_numbers(development: dict[str, str]) -> None:
    settings = Settings.from_environment(
        {**development, "PRAMAAN_COWIN": "exact", "PRAMAAN_CERTIFICATE_ID": "cowin", "PRAMAAN_UPDATE_LIMIT": "0"}
    )
    assert (settings.policy().bound, settings.certificate_id, settings.update_limit) == (False, "cowin", 0)


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://certificates.example", "did:web:certificates.example"),
        ("https://certificates.example:8443", "did:web:certificates.example%3A8443"),
        ("http://localhost:8000/", "did:web:localhost%3A8000"),
    ],
)
def test_did_web_of_an_address(address: str, did: str) -> None:
    assert did_web(origin(address)) == did


@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_secrets_are_read_with_and_without_padding(raw: bytes, padded: bool) -> None:  # noqa: FBT001 - drawn
    text = base64.urlsafe_b64encode(raw).decode()
    assert secret(text if padded else text.rstrip("=")) == raw


def test_the_first_data_key_is_the_active_one() -> None:
    assert [kid for kid, _ in data_keys(f"new:{KEY}, old:{OTHER}")] == ["new", "old"]


def test_a_misspelt_setting_is_warned_of_and_none_that_there_is(tmp_path: Path) -> None:
    given = {
        "PRAMAAN_DATA_DIR": str(tmp_path),
        "PRAMAAN_STORE_ULR": "x",
        "PRAMAAN_CLIENT_KEY": "k",
        "PRAMAAN_ISSUER_NAME": "Sample issuer",
        "PRAMAAN_SHARDKEY_FILE": "x",
        "PRAMAAN_ACK_HOSTS": "a.example",
        "HOME": "/",
    }
    cautions = Settings.from_environment(given).cautions
    assert [one.partition(" ")[0] for one in cautions] == ["PRAMAAN_SHARDKEY", "PRAMAAN_STORE_ULR"]


def test_messages_in_production_name_a_page_that_there_is() -> None:
    with pytest.raises(ConfigurationError, match="PRAMAAN_HOLDER_URL"):
        Settings.from_environment({**PRODUCTION, "PRAMAAN_NOTICES": "yes"})
    given = {**PRODUCTION, "PRAMAAN_NOTICES": "yes", "PRAMAAN_HOLDER_URL": "https://portal.example/"}
    assert Settings.from_environment(given).holder_url == "https://portal.example/"


def test_a_provider_needs_an_audience_and_in_production_tls() -> None:
    assert Settings.from_environment(PRODUCTION).oidc is None
    wrong = refusal({**PRODUCTION, "PRAMAAN_OIDC_ISSUER": "http://login.example"})
    assert "PRAMAAN_OIDC_AUDIENCE is not set" in wrong
    assert "PRAMAAN_OIDC_ISSUER must be the https address" in wrong
    right = {**PRODUCTION, "PRAMAAN_OIDC_ISSUER": "https://login.example/realm", "PRAMAAN_OIDC_AUDIENCE": "pramaan"}
    found = Settings.from_environment(right).oidc
    assert found is not None
    assert found.algorithms == ("RS256", "ES256", "EdDSA", "Ed25519")


@pytest.mark.parametrize("names", ["none", "HS256", "RS256,none", "RS256,HS512", "", "rs256"])
def test_neither_none_nor_shared_secrets_can_be_allowed(names: str) -> None:
    environ = {**PRODUCTION, "PRAMAAN_OIDC_ALGORITHMS": names or ","}
    assert "PRAMAAN_OIDC_ALGORITHMS must be some of" in refusal(environ)
