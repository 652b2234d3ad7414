"""`pramaan jobs`: what was given up is shown with its reason, and done again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backends.registry import Store, open_store
from backends.settings import Settings
from credential.certificate import Status
from credential.ports import SigningFailure
from tests.contract.store_samples import ids_of, record, request
from tests.flow.commands import runner


async def in_store(directory: Path, act: str, certificate_id: str = "") -> object:
    async with open_store(Settings.from_environment({"PRAMAAN_DATA_DIR": str(directory)})) as store:
        return await (_given_up(store) if act == "give up" else store.statuses([certificate_id]))


async def _given_up(store: Store) -> str:
    [certificate_id] = ids_of(await store.accept(request(), [record()]))
    await store.fail([SigningFailure(certificate_id, "The key is gone.", final=True)], now=datetime.now(UTC))
    return certificate_id


def test_what_was_given_up_is_shown_and_done_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = runner(monkeypatch, capsys, tmp_path, {})
    certificate_id = str(asyncio.run(in_store(tmp_path, "give up")))
    [shown] = run("jobs", "list", "--json").json
    assert (shown["job"], shown["certificateId"], shown["reason"]) == ("sign", certificate_id, "The key is gone.")
    assert "1 job waits" in run("jobs", "replay").out
    assert asyncio.run(in_store(tmp_path, "look", certificate_id)) == [Status.PENDING]
    assert run("jobs", "list", "--json").json == []
    assert "No job was given up" in run("jobs", "list").out
