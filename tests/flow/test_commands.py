"""`pramaan`: help, errors, clients, keys, migrate (contract, Running)."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from gateway.commands.serving import listen
from tests.flow.commands import Run, runner


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


def test_help_names_every_command_with_what_it_does(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    for name in ("demo", "serve", "worker", "migrate", "clients", "keys", "issue", "documents", "verify"):
        line = next(line for line in done.out.splitlines() if line.startswith(f"│ {name} "))
        assert len(line.strip("│ ").split()) > 3


def test_help_loads_no_heavy_library(tmp_path: Path) -> None:
    check = (
        "import sys; from gateway.cli import main; main(['--help']);"
        "heavy = {'strawberry', 'sqlalchemy', 'typst', 'dramatiq', 'cryptography', 'pyld'} & sys.modules.keys();"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_verify_with_a_key_loads_no_store(vectors: Path) -> None:
    cowin = vectors / "cowin"
    check = (
        "import sys; from gateway.cli import main;"
        f"main(['verify', {str(cowin / 'qr' / 'v1_dose1.go-zip.png')!r}, '--key', "
        f"{str(cowin / 'keys' / 'reference-signer.pub.pem')!r}]);"
        "sys.exit(', '.join({'strawberry', 'sqlalchemy', 'typst', 'dramatiq'} & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        ["demo"], ["serve"], ["migrate"], ["issue"], ["verify"],
        ["clients", "create"], ["clients", "list"], ["clients", "revoke"], ["keys", "generate"], ["keys", "list"],
    ],
)  # fmt: skip
def test_each_help_has_an_example(run: Run, command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.code == 0
    assert f"  pramaan {' '.join(command)}" in done.out


def test_version(run: Run) -> None:
    assert run("--version").out == f"pramaan {version('pramaan')}\n"


def test_a_typing_error_is_answered_with_the_right_name(run: Run) -> None:
    done = run("verfy")
    assert done.code == 2
    assert "Did you mean 'verify'" in done.err


def test_wrong_settings_are_one_message_naming_the_variables(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAMAAN_UPDATE_LIMIT", "many")
    monkeypatch.setenv("PRAMAAN_COWIN", "loose")
    done = run("clients", "list")
    assert (done.code, done.out) == (2, "")
    assert "PRAMAAN_UPDATE_LIMIT" in done.err
    assert "PRAMAAN_COWIN" in done.err
    assert "many" not in done.err
    assert "Traceback" not in done.err


def test_an_unknown_store_is_a_setting_to_mend(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAMAAN_STORE_URL", "oracle://somewhere")
    done = run("clients", "list")
    assert done.code == 2
    assert "PRAMAAN_STORE_URL must begin with" in done.err


def test_clients_are_created_listed_and_revoked(run: Run) -> None:
    made = run("clients", "create", "--name", "co-win", "--scope", "issue", "--scope", "jobs", "--json").json
    assert set(made) == {"id", "key"}
    partner = run("clients", "create", "--name", "locker", "--scope", "fetch", "--expires-days", "3", "--json").json
    assert partner["key"] != made["key"]
    listed = run("clients", "list", "--json")
    assert made["key"] not in listed.out
    first, second = listed.json
    assert (first["id"], first["scopes"], first["revokedAt"]) == (made["id"], ["issue", "jobs"], None)
    assert (second["channel"], second["expiresAt"] is None) == ("locker", False)
    assert run("clients", "revoke", made["id"]).code == 0
    assert run("clients", "list", "--json").json[0]["revokedAt"] is not None
    assert run("clients", "revoke", "client-unknown").code == 1
    assert "locker" in run("clients", "list").out


def test_an_unknown_scope_is_refused_with_the_choices(run: Run) -> None:
    done = run("clients", "create", "--name", "x", "--scope", "everything")
    assert done.code == 2
    assert "'admin'" in done.err


def test_migrate_is_repeatable_and_guards_the_way_down(run: Run) -> None:
    first = run("migrate", "--json").json
    assert (first["from"], first["to"] is None) == (None, False)
    assert run("migrate", "--json").json == {"from": first["to"], "to": first["to"]}
    assert run("migrate", "--to", "elsewhere").code == 2
    refused = run("migrate", "--to", "base")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert run("migrate", "--to", "base", "--yes", "--json").json["to"] is None


@pytest.mark.parametrize("algorithm", ["RSA", "Ed25519", "P-256"])
def test_a_generated_key_is_encrypted_and_can_be_listed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, algorithm: str
) -> None:
    directory = tmp_path / "keys"
    arguments = ["keys", "generate", "--algorithm", algorithm, "--out", directory, "--name", "first"]
    refused = run(*arguments)
    assert refused.code == 2
    assert "PRAMAAN_KEY_PASSPHRASE" in refused.err
    assert not (directory / "first.pem").exists()
    monkeypatch.setenv("PRAMAAN_KEY_PASSPHRASE", "a passphrase")
    made = run(*arguments, "--json").json
    assert b"ENCRYPTED" in (directory / "first.pem").read_bytes()
    assert (directory / "first.pem").stat().st_mode & 0o077 == 0
    (listed,) = run("keys", "list", "--dir", directory, "--json").json
    assert (listed["id"], listed["publicKeyPem"]) == (made["id"], made["publicKeyPem"])
    again = run(*arguments)
    assert again.code == 2
    assert "--name" in again.err
    run("keys", "generate", "--algorithm", "Ed25519", "--out", directory, "--name", "second")
    assert len(run("keys", "list", "--dir", directory, "--json").json) == 2


def test_a_plain_key_asks_for_an_insecure_option(run: Run, tmp_path: Path) -> None:
    done = run("keys", "generate", "--algorithm", "Ed25519", "--out", tmp_path, "--name", "k", "--insecure-plain")
    assert done.code == 0
    assert b"ENCRYPTED" not in (tmp_path / "k.pem").read_bytes()


def test_production_refuses_what_is_only_convenient(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "A" * 43
    production = {
        "ENV": "production",
        "SHARD_KEY": secret,
        "CONTACT_PEPPER": secret,
        "DATA_KEYS": f"k:{secret}",
        "STORE_URL": "postgresql+asyncpg://localhost:1/x",
        "QUEUE_URL": "redis://localhost:1",
        "ARTIFACTS_URL": "file:/nowhere",
        "PUBLIC_URL": "https://certificates.example.org",
    }
    for name, value in production.items():
        monkeypatch.setenv(f"PRAMAAN_{name}", value)
    for option in ("--with-worker", "--welcome"):
        done = run("serve", option)
        assert done.code == 2
        assert option in done.err


def test_a_taken_port_is_named(run: Run) -> None:
    with listen("127.0.0.1", 0) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "--port" in done.err


def test_postgresql_is_migrated_by_the_command_only(
    run: Run, monkeypatch: pytest.MonkeyPatch, fresh_postgres_url: str
) -> None:
    monkeypatch.setenv("PRAMAAN_STORE_URL", fresh_postgres_url)
    refused = run("clients", "list")
    assert refused.code == 2
    assert "pramaan migrate" in refused.err
    assert run("migrate").code == 0
    made = run("clients", "create", "--name", "co-win", "--scope", "issue", "--json").json
    assert [client["id"] for client in run("clients", "list", "--json").json] == [made["id"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("SHARD_KEY", "B" * 43), ("CONTACT_PEPPER", "B" * 43), ("DATA_KEYS", "development:" + "B" * 43)],
)
def test_a_store_is_not_opened_with_another_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert run("clients", "list").code == 0
    monkeypatch.setenv(f"PRAMAAN_{name}", value)
    for command in (("clients", "list"), ("serve", "--port", "0")):
        done = run(*command)
        assert done.code == 2
        assert f"PRAMAAN_{name}" in done.err
        assert value not in done.err
