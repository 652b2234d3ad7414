"""Figures of certificates issued, corrected, revoked, accessed and verified, from the configured store."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from credential.access import Caller, Scope
from credential.errors import BadUserInput
from credential.figures import MAX_DIMENSIONS, MAX_FIGURES, Bucket, Cut, Measure, Point
from credential.formats.figure_tables import csv_of, parquet_of
from credential.operations import exporting
from credential.operations import stats as operation
from gateway.commands.deployment import opened_store, run, settings
from gateway.commands.terminal import out, print_json, say

OPERATOR = Caller(client_id="operator", name="pramaan stats", scopes=frozenset({Scope.ADMIN}))
DAY = ["%Y-%m-%d"]
SUFFIXES = (".csv", ".parquet")


def stats(
    *,
    measure: Annotated[Measure | None, typer.Argument(case_sensitive=False, help="None: the totals of all.")] = None,
    by: Annotated[list[str] | None, typer.Option(help="Split by state, dose, gender, ...; may be repeated.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="Only these, as state=Kerala; may be repeated.")] = None,
    bucket: Annotated[Bucket | None, typer.Option(case_sensitive=False, help="None: the whole time.")] = None,
    start: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="First day.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Day after the last.")] = None,
    file: Annotated[Path | None, typer.Option("--out", help="Write a file: .csv or .parquet.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Print figures: counts, for operators and not to be passed on.

    Dimensions: state district facility vaccine dose stage gender ageBand kind
    (of issued, updated, revoked), channel format kind language (of accessed),
    channel (of verified).

      pramaan stats
      pramaan stats issued --by state --by dose --from 2021-06-01
      pramaan stats accessed --by channel --bucket month --out accessed.parquet
    """
    cut = Cut(_day(start), _day(end), _pairs(where or ()), tuple(dict.fromkeys(by or ())), bucket)
    if len(cut.by) > MAX_DIMENSIONS:
        raise BadUserInput(f"Give --by at most {MAX_DIMENSIONS} times.")
    if measure is None:
        _totals(cut, file, json=json)
    elif file is not None:
        _write(measure, cut, file)
    else:
        _series(measure, cut, json=json)


def _totals(cut: Cut, file: Path | None, *, json: bool) -> None:
    if cut.by or cut.bucket or file:
        raise BadUserInput("Name a measure to split or write: `pramaan stats issued --by state`.")
    as_of, found = run(_read_totals(cut))
    told = {measure.lower(): value for measure, value in found.items()}
    if json:
        print_json({"asOf": as_of.isoformat() if as_of else None, "totals": told})
        return
    for name, value in told.items():
        say(f"{name:10} {value:>15,}")
    say(f"as of {as_of.isoformat(timespec='seconds')}" if as_of else "Nothing was counted yet: no worker has run.")


def _series(measure: Measure, cut: Cut, *, json: bool) -> None:
    points = run(_read(measure, cut))
    if json:
        print_json([_as_json(point) for point in points])
        return
    table = Table("bucket", *cut.by, measure.lower(), box=None)
    table.columns[-1].justify = "right"
    for point in points:
        table.add_row(str(point.bucket or "all"), *(value for _, value in point.dimensions), f"{point.value:,}")
    out().print(table)


def _write(measure: Measure, cut: Cut, file: Path) -> None:
    """Write a file whole, or leave what was there."""
    if file.suffix not in SUFFIXES:
        raise BadUserInput("The name of --out must end with .csv or .parquet.")
    points = run(_read(measure, cut, limit=exporting.MAX_FIGURES))
    content = csv_of(points, cut.by) if file.suffix == ".csv" else parquet_of(points, cut.by, {"measure": measure})
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    part.replace(file)
    say(f"{len(points):,} figures: {file}")


async def _read(measure: Measure, cut: Cut, *, limit: int = MAX_FIGURES) -> list[Point]:
    async with opened_store(settings()) as store:
        return await operation.series(measure, cut, caller=OPERATOR, figuring=store, limit=limit)


async def _read_totals(cut: Cut) -> "tuple[datetime | None, dict[Measure, int]]":
    async with opened_store(settings()) as store:
        return await store.as_of(), dict(await operation.totals(cut, caller=OPERATOR, figuring=store))


def _as_json(point: Point) -> dict[str, object]:
    return {"bucket": point.bucket and str(point.bucket), **dict(point.dimensions), "value": point.value}


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _pairs(given: "list[str] | tuple[str, ...]") -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(name and mark for name, mark, _ in pairs):
        raise BadUserInput("Give --where as name=value, such as state=Kerala.")
    return {name: value for name, _, value in pairs}
