"""`pramaan status` and `pramaan verify --status`: offline, from files, with exit codes that scripts may trust."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from backends.sql.status_tables import status_lists
from credential.access import Scope
from credential.jobs import PUBLISH_REVOCATIONS, Job
from credential.status.bitstring import EMPTY
from tests.flow.commands import Done, Run, runner
from tests.flow.house import CERTIFICATE, JSON, REVOKE, House, house


@dataclass(frozen=True)
class Story:
    """A store in which one certificate was revoked, and what was downloaded before and after."""

    directory: Path
    keys: Path

    @property
    def certificate(self) -> Path:
        return self.directory / "certificate.json"

    @property
    def before(self) -> Path:
        return self.directory / "before.json"

    @property
    def after(self) -> Path:
        return self.directory / "after.json"

    @property
    def deltas(self) -> Path:
        return self.directory / "deltas.json"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[House]:
        async with house(self.directory, self.keys) as opened:
            yield opened


async def told(story: Story) -> None:
    async with story.open() as home:
        key = await home.client(Scope.ISSUE, Scope.REVOKE)
        identifier = await home.issued(key)
        found = (await home.ask(CERTIFICATE, key, id=identifier))["certificate"]["credential"]
        story.certificate.write_text(json.dumps(found))
        story.before.write_bytes((await home.http.get("/status?embed=true")).content)
        await home.ask(REVOKE, key, input={"target": {"ids": [identifier]}, "reason": "FRAUD"})
        await home.workbench.enqueue([Job(PUBLISH_REVOCATIONS)])
        story.after.write_bytes((await home.http.get("/status?embed=true")).content)
        story.deltas.write_bytes((await home.http.get("/status/revocation/0/deltas?since=1")).content)


@pytest.fixture
def story(tmp_path: Path, signing_keys: Path) -> Story:
    made = Story(tmp_path, signing_keys)
    asyncio.run(told(made))
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], story: Story) -> Run:
    capsys.readouterr()  # what the gateway logged
    url = f"sqlite+aiosqlite:///{story.directory / 'store.db'}"
    return runner(monkeypatch, capsys, story.keys, {"PRAMAAN_STORE_URL": url})


def verdict(done: Done) -> tuple[int, str]:
    return done.code, done.json["verdict"]


def changed(path: Path, **members: object) -> Path:
    """Write a listing anew with other members in the subject of its first list."""
    listing: JSON = json.loads(path.read_text())
    listing["lists"][0]["credential"]["credentialSubject"] |= members
    copy = path.with_name("changed.json")
    copy.write_text(json.dumps(listing))
    return copy


def test_a_listing_tells_offline_what_was_revoked(run: Run, story: Story) -> None:
    assert verdict(run("verify", story.certificate, "--status", story.before, "--json")) == (0, "VALID")
    done = run("verify", story.certificate, "--status", story.after, "--json")
    assert verdict(done) == (1, "REVOKED")
    assert done.json["statusAsOf"] is not None
    assert verdict(run("verify", story.certificate, "--json")) == (0, "VALID")  # nobody was asked


def test_deltas_after_a_list_tell_the_same_in_any_order(run: Run, story: Story) -> None:
    files = ("--status", story.deltas, "--status", story.before)
    assert verdict(run("verify", story.certificate, *files, "--json")) == (1, "REVOKED")
    alone = run("verify", story.certificate, "--status", story.deltas, "--json")
    assert verdict(alone) == (1, "INCONCLUSIVE")
    assert "not at hand" in alone.err


def test_a_lower_sequence_than_one_seen_is_not_believed(run: Run, story: Story) -> None:
    state = story.directory / "seen.json"
    arguments = ("verify", story.certificate, "--state", state, "--json", "--status")
    assert verdict(run(*arguments, story.before)) == (0, "VALID")
    assert verdict(run(*arguments, story.after)) == (1, "REVOKED")
    older = run(*arguments, story.before)
    assert verdict(older) == (1, "INCONCLUSIVE")
    assert "Sequence 1 is older than 2" in older.err.replace("\n", " ")
    both = run("verify", story.certificate, "--json", "--status", story.after, "--status", story.before)
    assert verdict(both) == (1, "REVOKED")


@pytest.mark.parametrize("members", [{"sequence": 7}, {"encodedList": "u"}, {"statusPurpose": "refresh"}])
def test_a_tampered_list_is_not_believed(run: Run, story: Story, members: JSON) -> None:
    done = run("verify", story.certificate, "--json", "--status", changed(story.after, **members))
    assert verdict(done) == (1, "INCONCLUSIVE")
    assert "not believed" in done.err


def test_the_policy_decides_what_a_missing_list_means(run: Run, story: Story) -> None:
    other = story.directory / "other.json"
    other.write_text("[]")
    arguments = ("verify", story.certificate, "--status", other, "--json")
    assert verdict(run(*arguments)) == (1, "INCONCLUSIVE")
    assert verdict(run(*arguments, "--policy", "OFFLINE")) == (0, "VALID")


@pytest.mark.parametrize("content", ["{", '{"a": 1, "a": 2}', "\xff", None])
def test_a_status_file_that_cannot_be_read_is_told(run: Run, story: Story, content: str | None) -> None:
    path = story.directory / "broken.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    done = run("verify", story.certificate, "--status", path)
    assert done.code == 2
    assert "--status broken.json cannot be read" in done.err


def test_a_state_without_lists_is_told(run: Run, story: Story) -> None:
    done = run("verify", story.certificate, "--state", story.directory / "seen.json")
    assert (done.code, "--state remembers the lists of --status FILE" in done.err.replace("\n", " ")) == (2, True)


def test_a_key_of_another_name_signs_lists(run: Run, story: Story) -> None:
    arguments = ("verify", story.certificate, "--key-id", "did:india", "--json")
    assert verdict(run(*arguments, "--status", story.after)) == (1, "REVOKED")


def test_a_state_file_that_cannot_be_read_is_told(run: Run, story: Story) -> None:
    state = story.directory / "state.json"
    state.write_text('{"half')
    done = run("verify", story.certificate, "--status", story.after, "--state", state)
    assert (done.code, state.read_text()) == (2, '{"half')
    assert "--state state.json cannot be read" in done.err


def test_lists_are_listed_and_printed(run: Run, story: Story) -> None:
    lists = run("status", "list", "--json").json
    assert [(one["purpose"], one["number"], one["sequence"]) for one in lists][:2] == [
        ("revocation", 0, 2),
        ("refresh", 0, 1),
    ]
    assert "revocation" in run("status", "list").out
    printed = run("status", "get", "revocation", "0").json
    assert printed == json.loads(story.after.read_text())["lists"][0]["credential"]
    copy = story.directory / "list.json"
    assert run("status", "get", "revocation", "0", "--out", copy).code == 0
    assert json.loads(copy.read_text()) == printed
    missing = run("status", "get", "revocation", "9")
    assert missing.code == 2
    assert "No list 9 of revocation is published" in missing.err


def test_rebuilding_agrees_finds_what_was_lost_and_mends_it(
    run: Run, story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    agreed = run("status", "rebuild", "--json")
    assert (agreed.code, agreed.json) == (0, {"differences": [], "repaired": False})
    asyncio.run(forgotten(story))
    capsys.readouterr()
    lost = run("status", "rebuild", "--json")
    [difference] = lost.json["differences"]
    assert lost.code == 1
    assert (difference["purpose"], difference["number"], difference["extra"]) == ("revocation", 0, [])
    assert len(difference["missing"]) == 1
    shown = run("status", "rebuild")
    assert (shown.code, "revocation/0: 1 missing, 0 too many" in shown.out) == (1, True)
    mended = run("status", "rebuild", "--repair", "--json")
    assert (mended.code, mended.json["repaired"]) == (0, True)
    assert "The lists say what the records say." in run("status", "rebuild").out


async def forgotten(story: Story) -> None:
    """Lose all bits, as a broken restore might."""
    async with story.open() as home, home.store._database.write() as connection:
        await connection.execute(update(status_lists).values(bits=EMPTY))
