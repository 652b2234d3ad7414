"""`pramaan stats`: figures for operators, as a table, as JSON and as files."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from backends.registry import open_store
from backends.settings import Settings
from credential.figures import Measure
from credential.ports import Event
from tests.flow.commands import Run, runner

NOON = datetime(2022, 1, 31, 6, 30, tzinfo=UTC)


async def counted(directory: Path) -> None:
    async with open_store(Settings.from_environment({"PRAMAAN_DATA_DIR": str(directory)})) as store:
        for number, state in ((3, "Kerala"), (2, "=SUM(1)")):
            await store.append([Event(Measure.ISSUED, NOON, None, (("state", state),))] * number)
        await store.rollup(now=NOON)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    asyncio.run(counted(tmp_path))
    return runner(monkeypatch, capsys, tmp_path, {})


def test_totals(run: Run) -> None:
    assert "issued                   5" in run("stats").out
    told = run("stats", "--where", "state=Kerala", "--json").json
    assert (told["totals"]["issued"], told["asOf"]) == (3, NOON.isoformat())


def test_a_series_as_a_table_and_as_json(run: Run) -> None:
    assert [line.split() for line in run("stats", "issued", "--by", "state").out.splitlines()[1:]] == [
        ["all", "=SUM(1)", "2"],
        ["all", "Kerala", "3"],
    ]
    assert run("stats", "issued", "--bucket", "month", "--to", "2022-02-01", "--json").json == [
        {"bucket": "2022-01-01", "value": 5}
    ]


def test_a_series_as_files(run: Run, tmp_path: Path) -> None:
    table, typed = tmp_path / "issued.csv", tmp_path / "issued.parquet"
    for file in (table, typed):
        assert run("stats", "issued", "--by", "state", "--bucket", "day", "--out", file).code == 0
    assert table.read_text(encoding="utf-8").splitlines()[1:] == [
        "2022-01-31,'=SUM(1),2,false",
        "2022-01-31,Kerala,3,false",
    ]
    assert duckdb.read_parquet(str(typed)).fetchall()[1] == (NOON.date(), "Kerala", 3, False)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--by", "state"), "pramaan stats issued --by state"),
        (("issued", "--where", "Kerala"), "state=Kerala"),
        (("issued", "--by", "name"), "dimension"),
        (("issued", "--out", "figures.xlsx"), ".parquet"),
        (("issued", *("--by", "state", "--by", "dose", "--by", "kind", "--by", "gender")), "at most 3"),
    ],
)
def test_what_is_wrong_is_told_with_the_remedy(run: Run, arguments: tuple[str, ...], remedy: str) -> None:
    done = run("stats", *arguments)
    assert done.code == 2
    assert remedy in done.err
