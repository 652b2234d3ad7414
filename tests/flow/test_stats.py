"""stats over GraphQL: counts for admins, what is published for analysts, totals for everybody (contract, stats)."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from credential.access import Scope
from credential.figures import Bucket, Measure, first_day
from credential.operations import exporting
from credential.operations.sealing import Shelf
from credential.operations.working import work_on
from credential.ports import Event, WorkKind
from credential.record import INDIA
from tests.flow.house import JSON, House

NOW = datetime.now(UTC)
MONDAY = first_day(NOW.astimezone(INDIA).date(), Bucket.WEEK) - timedelta(days=7)
LAST_WEEK = datetime.combine(MONDAY + timedelta(days=2), time(12), INDIA)
SERIES = """query($measure: Measure!, $bucket: Bucket, $by: [Dimension!], $filter: StatsFilter, $from: Date, $to: Date)
  { stats(filter: $filter, from: $from, to: $to) { asOf totals { issued accessed } accessedByChannel { channel count }
    series(measure: $measure, bucket: $bucket, by: $by) { bucket dimensions { value } value suppressed } } }"""


async def given(home: House) -> None:
    """Have 58 men, 4 women and 31 downloads counted in the last closed week, and 20 men today."""
    men = {"state": "Kerala", "district": "Kollam", "facility": "F1", "gender": "Male"}
    for number, at, measure, dimensions in (
        (58, LAST_WEEK, Measure.ISSUED, men),
        (4, LAST_WEEK, Measure.ISSUED, {**men, "gender": "Female"}),
        (31, LAST_WEEK, Measure.ACCESSED, {"channel": "umang", "format": "PDF", "language": "ML"}),
        (20, NOW, Measure.ISSUED, men),
    ):
        await home.store.append([Event(measure, at, None, tuple(sorted(dimensions.items())))] * number)
    await home.store.rollup(now=datetime.now(UTC))
    while await home.store.close_next():
        pass


async def asked(home: House, scope: Scope, measure: str = "ISSUED", **variables: Any) -> Any:  # noqa: ANN401
    key = await home.client(scope)
    return (await home.ask(SERIES, key, measure=measure, **variables))["stats"]


def by_value(stats: Any) -> dict[str, tuple[int | None, bool]]:  # noqa: ANN401
    return {one["dimensions"][0]["value"]: (one["value"], one["suppressed"]) for one in stats["series"]}


async def test_an_admin_is_told_counts_of_today_too(home: House) -> None:
    await given(home)
    stats = await asked(home, Scope.ADMIN, by=["GENDER"], bucket="MONTH", filter={"state": "Kerala"})
    assert stats["totals"] == {"issued": 82, "accessed": 0}
    assert sum(one["value"] for one in stats["series"]) == 82
    assert {one["suppressed"] for one in stats["series"]} == {False}


async def test_an_analyst_is_told_tens_of_closed_days_and_no_small_figures(home: House) -> None:
    await given(home)
    stats = await asked(home, Scope.STATS, by=["GENDER"], filter={"state": "Kerala"})
    told = by_value(stats)
    assert told.get("Female", (None, True)) == (None, True), "told as too few, or not at all"
    assert told["Male"] in {(50, False), (60, False)}
    assert stats["totals"]["issued"] in {60, 70}
    assert {one["bucket"] for one in stats["series"]} == {LAST_WEEK.date().isoformat()}


async def test_everybody_is_told_the_totals_of_all_time(home: House) -> None:
    await given(home)
    stats = (await home.ask("{ stats { totals { issued } accessedByChannel { channel count } } }"))["stats"]
    assert stats == {"totals": {"issued": 82}, "accessedByChannel": [{"channel": "umang", "count": 31}]}


async def test_accesses_are_told_by_format_and_language(home: House) -> None:
    await given(home)
    where = {"format": "PDF", "language": "ML"}
    stats = await asked(home, Scope.ADMIN, "ACCESSED", by=["CHANNEL"], filter=where)
    assert by_value(stats) == {"umang": (31, False)}
    assert stats["accessedByChannel"] == [{"channel": "umang", "count": 31}]


async def test_an_analyst_is_told_districts_and_facilities_by_the_week(home: House) -> None:
    await given(home)
    stats = await asked(
        home, Scope.STATS, by=["FACILITY"], bucket="WEEK", filter={"district": "Kollam"}, **{"from": MONDAY.isoformat()}
    )
    assert {one["bucket"] for one in stats["series"]} == {MONDAY.isoformat()}
    assert by_value(stats)["F1"] in {(60, False), (70, False)}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "four dimensions": ({"by": ["STATE", "DOSE", "GENDER"], "filter": {"vaccine": "X"}}, "at most 3 dimensions"),
    "a district by the day": ({"by": ["DISTRICT"]}, "by the week"),
    "a facility by the month": ({"filter": {"facility": "F1"}, "bucket": "MONTH"}, "by the week"),
    "a week that begins on a Tuesday": (
        {"by": ["DISTRICT"], "bucket": "WEEK", "from": date(2022, 2, 1).isoformat()},
        "Monday",
    ),
    "all facilities of the country": ({"by": ["FACILITY"], "bucket": "WEEK"}, "within a district"),
}


@pytest.mark.parametrize("fault", REFUSED)
async def test_an_analyst_is_refused(home: House, fault: str) -> None:
    variables, reason = REFUSED[fault]
    key = await home.client(Scope.STATS)
    query = SERIES.replace("totals { issued accessed } accessedByChannel { channel count }", "")
    answer = (await home.post(query, key, measure="ISSUED", **variables)).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert reason in answer["errors"][0]["message"]


EXPORT = """mutation($input: ExportStatsInput!) { exportStats(input: $input) {
  job { id kind } userErrors { code message path } } }"""
FOLLOW = "query($id: ID!) { job(id: $id) { state done failed document { state url contentType } } }"
ALL = {"measure": "ISSUED", "from": "2020-12-31", "to": "2026-12-31", "by": ["STATE", "GENDER"], "bucket": "MONTH"}


async def exported(home: House, scope: Scope, **more: Any) -> tuple[JSON, bytes]:  # noqa: ANN401
    """Order a file, have a worker make it, and fetch it."""
    key = await home.client(scope)
    begun = (await home.ask(EXPORT, key, input={**ALL, **more}))["exportStats"]
    assert begun["userErrors"] == []
    made_of = home.app.state.gateway.made_of
    shelf = Shelf(made_of.artifacts, made_of.document_secret)
    step = partial(exporting.step, figuring=home.store, shelf=shelf)
    steps = {WorkKind.EXPORT: lambda work, _now: step(work)}
    assert await work_on(works=home.store, steps=steps, clock=lambda: datetime.now(UTC)) == 1
    job = (await home.ask(FOLLOW, key, id=begun["job"]["id"]))["job"]
    url = (job["document"] or {}).get("url")
    content = (await home.http.get(url, headers={"authorization": f"Bearer {key}"})).content if url else b""
    return job, content


async def test_an_export_is_csv_with_the_same_figures(home: House) -> None:
    await given(home)
    job, content = await exported(home, Scope.STATS)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert list(rows[0]) == ["bucket", "state", "gender", "value", "suppressed"]
    assert {(row["value"], row["suppressed"]) for row in rows if row["gender"] == "Female"} <= {("", "true")}
    assert [row["value"] for row in rows if row["gender"] == "Male"] in (["50"], ["60"])
    assert (job["state"], job["done"], job["failed"]) == ("FINISHED", len(rows), 0)
    assert job["document"]["contentType"].startswith("text/csv")


async def test_an_export_is_parquet_that_others_read(home: House, tmp_path: Path) -> None:
    await given(home)
    _, content = await exported(home, Scope.ADMIN, format="PARQUET", bucket="DAY")
    file = tmp_path / "issued.parquet"
    file.write_bytes(content)
    table = duckdb.read_parquet(str(file)).order("bucket, gender")
    assert [str(kind) for kind in table.types] == ["DATE", "VARCHAR", "VARCHAR", "BIGINT", "BOOLEAN"]
    assert table.fetchall() == [
        (LAST_WEEK.date(), "Kerala", "Female", 4, False),
        (LAST_WEEK.date(), "Kerala", "Male", 58, False),
        (NOW.astimezone(INDIA).date(), "Kerala", "Male", 20, False),
    ]


async def test_a_file_of_too_many_figures_is_not_made(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MAX_FIGURES", 1)
    await given(home)
    job, content = await exported(home, Scope.ADMIN)
    assert (job["state"], job["failed"], job["document"]["state"]) == ("FINISHED", 1, "FAILED")
    assert content == b""


async def test_the_file_of_an_export_goes_with_its_job(home: House) -> None:
    await given(home)
    await exported(home, Scope.ADMIN)
    made_of = home.app.state.gateway.made_of
    shelf = Shelf(made_of.artifacts, made_of.document_secret)
    [job_id] = await home.store.old_works(WorkKind.EXPORT, now=NOW + timedelta(days=8))
    name = exporting.export_name(job_id, shelf)
    await exporting.remove_old(works=home.store, shelf=shelf, now=NOW + timedelta(days=6))
    assert await shelf.fetch(name) is not None
    await exporting.remove_old(works=home.store, shelf=shelf, now=NOW + timedelta(days=8))
    assert await shelf.fetch(name) is None


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"to": "2020-12-31"}, ["to"]),
        ({"from": "2010-01-01"}, ["to"]),
        ({"from": "2021-02-30"}, ["from"]),
        ({"to": "9999-12-31"}, ["to"]),
        ({"by": ["DISTRICT"]}, ["bucket"]),
        ({"by": ["STATE", "DOSE", "GENDER", "KIND"]}, ["by"]),
    ],
)
async def test_an_export_of_what_is_not_told_is_refused(home: House, more: dict[str, Any], path: list[str]) -> None:
    key = await home.client(Scope.STATS)
    answer = (await home.ask(EXPORT, key, input={**ALL, **more}))["exportStats"]
    assert answer["job"] is None
    assert [(one["code"], one["path"]) for one in answer["userErrors"]] == [("BAD_USER_INPUT", path)]
