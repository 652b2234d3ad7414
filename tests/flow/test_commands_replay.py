"""`pramaan replay`: what was signed is what the stored intent says, and a change of either is found."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from backends.registry import open_store
from backends.settings import Settings
from backends.sql.rows import full_rows, key_of_row, opened_credentials, record_text, sealed_credentials
from backends.sql.store import SqlStore
from backends.sql.tables import certificates
from credential.keys import Profile
from tests.flow.commands import Run, runner
from tests.flow.house import record

PROFILES = {"PRAMAAN_PROFILE_DOMESTIC": "cowin-v1,vc2"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", PROFILES)


@pytest.fixture
def issued(run: Run, tmp_path: Path) -> str:
    """Issue two certificates, in two profiles each; return the data directory."""
    file = tmp_path / "records.json"
    file.write_text(json.dumps([record("A-1"), record("A-2", name="Sample Person 2")]))
    done = run("issue", file, "--sign-here", "--wait", "--json")
    assert done.json["issued"] == 2, done.err
    return str(tmp_path / "data")


def changed(directory: str, change: Callable[[SqlStore, Any], dict[str, object]]) -> str:
    """Change the first certificate's row behind the store's back; return its id."""

    async def act() -> str:
        settings = Settings.from_environment({"PRAMAAN_DATA_DIR": directory, **PROFILES})
        async with open_store(settings) as store:
            assert isinstance(store, SqlStore)
            async with store._database.write() as connection:
                row = (await connection.execute(full_rows().order_by(certificates.c.shard, certificates.c.id))).first()
                assert row is not None
                own = (certificates.c.shard == row.shard) & (certificates.c.id == row.id)
                await connection.execute(update(certificates).where(own).values(change(store, row)))
                identifier: str = row.id
                return identifier

    return asyncio.run(act())


def with_text(edit: Callable[[dict[str, Any]], None], profile: Profile) -> Callable[[SqlStore, Any], dict[str, object]]:
    def change(store: SqlStore, row: Any) -> dict[str, object]:  # noqa: ANN401 - a row
        key = key_of_row(store._context, row)
        text = record_text(store._context, row, key)
        texts = opened_credentials(store._context, row, key, text)
        document = json.loads(texts[profile])
        edit(document)
        texts[profile] = msgspec.json.encode(document).decode()
        return {"credentials": sealed_credentials(store._context, row, key, texts, text)}

    return change


def faults(run: Run, *options: str) -> list[tuple[str, str | None, str]]:
    done = run("replay", "--json", *options)
    assert done.code == (1 if done.json["differences"] else 0)
    assert done.json["compared"] == 2
    return [(one["fault"], one["profile"], one["where"]) for one in done.json["first"]]


def test_what_was_issued_is_what_was_meant(run: Run, issued: str) -> None:
    assert faults(run) == []
    assert faults(run, "--sign") == []
    assert "2 certificates rebuilt, 0 differences" in run("replay").out


def test_a_changed_document_is_found_by_member_and_signature(run: Run, issued: str) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["credentialSubject"]["name"] = "Canary Name"

    identifier = changed(issued, with_text(rename, Profile.COWIN_V1))
    assert [one[0] for one in faults(run)] == ["DOCUMENT", "SIGNATURE"]
    done = run("replay")
    assert identifier in done.out
    assert "credentialSubject.name" in done.out
    assert "Canary" not in done.out + done.err


def test_a_changed_signature_is_found(run: Run, issued: str) -> None:
    def resign(document: dict[str, Any]) -> None:
        proof = document["proof"]
        value = proof["proofValue"]
        proof["proofValue"] = value[:10] + ("2" if value[10] != "2" else "3") + value[11:]

    changed(issued, with_text(resign, Profile.VC2))
    assert [one[:2] for one in faults(run)] == [("SIGNATURE", "vc2")]
    assert ("BYTES", "vc2", "proof.proofValue") in faults(run, "--sign")


def test_a_changed_digest_is_found(run: Run, issued: str) -> None:
    changed(issued, lambda _store, _row: {"payload_digest": bytes(32)})
    assert faults(run) == [("DIGEST", None, "")]


def test_other_settings_than_then_show(run: Run, issued: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAMAAN_ISSUER", "https://another.example/")
    assert {one for one in faults(run) if one[1] == "cowin-v1"} == {("DOCUMENT", "cowin-v1", "issuer")}
    monkeypatch.delenv("PRAMAAN_ISSUER")
    monkeypatch.setenv("PRAMAAN_PROFILE_DOMESTIC", "cowin-v1")
    assert ("NOT_REBUILT", "vc2", "the profile is not signed any more") in faults(run)


def test_nothing_issued_is_no_difference(run: Run) -> None:
    assert run("replay", "--json").json == {"compared": 0, "differences": 0, "first": []}


def test_pages_follow_each_other(run: Run, issued: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.commands.replay.PAGE", 1)
    assert faults(run) == []
