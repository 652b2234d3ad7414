"""stats: figures from rollups."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import strawberry

from credential.access import Caller
from credential.errors import BadUserInput
from credential.operations import stats as operation
from credential.operations.disclosure import disclosed
from credential.operations.stats import Bucket
from credential.ports import Figures, Measure, Point
from resolvers.context import Info
from resolvers.enums import Dimension
from resolvers.fields import computed
from resolvers.inputs import members
from resolvers.scalars import Date, DateTime, day, moment

argument = strawberry.argument
MAX_DIMENSIONS = 3


@strawberry.input(description="Only figures with these values; absent means any.")
class StatsFilter:
    """One value per dimension."""

    state: str | None = strawberry.field(default=None, description="State of the facility.")
    district: str | None = strawberry.field(default=None, description="District of the facility.")
    facility: str | None = strawberry.field(default=None, description="Facility.")
    vaccine: str | None = strawberry.field(default=None, description="Vaccine.")
    dose: str | None = strawberry.field(default=None, description="Number of the dose.")
    stage: str | None = strawberry.field(default=None, description="Provisional, final or precaution.")
    gender: str | None = strawberry.field(default=None, description="Gender as recorded.")
    age_band: str | None = strawberry.field(default=None, description="Band of ages.")
    kind: str | None = strawberry.field(default=None, description="Domestic or international.")
    channel: str | None = strawberry.field(default=None, description="Through whom it was accessed or verified.")


@strawberry.type(description="Counts per measure; with a filter or period in tens for all but admins.")
class Totals:
    """Sums over the period."""

    issued: int = strawberry.field(description="First issues.")
    updated: int = strawberry.field(description="Corrections.")
    revoked: int = strawberry.field(description="Revocations.")
    accessed: int = strawberry.field(description="Certificates given to somebody who asked.")
    verified: int = strawberry.field(description="Verifications.")


@strawberry.type(description="Accesses through one channel.")
class ChannelCount:
    """A channel and its count."""

    channel: str = strawberry.field(description="The channel; `direct` where the client has none.")
    count: int = strawberry.field(description="Number of accesses.")


@strawberry.type(description="A dimension and its value.")
class DimensionValue:
    """A pair."""

    dimension: Dimension = strawberry.field(description="The dimension.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="One figure of a series.")
class SeriesPoint:
    """A bucket's figure."""

    bucket: Date = strawberry.field(description="First day of the bucket.")
    dimensions: list[DimensionValue] = strawberry.field(description="What the figure is split by.")
    value: int | None = strawberry.field(description="The figure; in tens for all but admins, null where suppressed.")
    suppressed: bool = strawberry.field(description="Whether the figure is too small to be told: 1 to 9.")


@strawberry.type(description="Figures from rollups, a few seconds behind.")
class Stats:
    """Totals, accesses by channel, and series."""

    where: strawberry.Private[Mapping[str, str]]
    period: strawberry.Private[tuple[date | None, date | None]]
    as_of: DateTime | None = strawberry.field(description="Up to when events are counted; null before the first.")
    totals: Totals = strawberry.field(description="Sums over the period.")
    accessed_by_channel: list[ChannelCount] = strawberry.field(description="Accesses by channel.")

    @computed("A series over time; buckets without events are left out.")
    async def series(
        self,
        info: Info,
        measure: Annotated[Measure, argument(description="What to count.")],
        bucket: Annotated[Bucket, argument(description="Length of the steps.")] = Bucket.DAY,
        by: Annotated[list[Dimension] | None, argument(description="Split by at most 3 dimensions.")] = None,
    ) -> list[SeriesPoint]:
        """Read a series."""
        dimensions = [one.value for one in by or ()]
        if len(dimensions) > MAX_DIMENSIONS:
            raise BadUserInput("Give at most 3 dimensions.", ("by",))
        points = await operation.series(
            measure,
            bucket=bucket,
            start=self.period[0],
            end=self.period[1],
            by=dimensions,
            where=self.where,
            counting=info.context.ports.counting,
        )
        return [_point(point, info.context.caller) for point in points]


async def stats(
    info: Info,
    where: Annotated[
        StatsFilter | None, argument(name="filter", description="Only these; needs the scope `stats`.")
    ] = None,
    start: Annotated[
        Date | None, argument(name="from", description="First day, in Asia/Kolkata; needs the scope `stats`.")
    ] = None,
    end: Annotated[Date | None, argument(name="to", description="Day after the last; needs the scope `stats`.")] = None,
) -> Stats:
    """Return totals; series are read when asked for."""
    chosen = _chosen(where)
    period = (_day(start, "from"), _day(end, "to"))
    figures = await operation.figures(
        start=period[0], end=period[1], where=chosen, counting=info.context.ports.counting
    )
    # The totals of all time are public and exact; a narrowed figure is disclosed as a series is.
    narrowed = bool(chosen) or period != (None, None)
    return _stats(figures, chosen, period, info.context.caller if narrowed else None)


def _chosen(where: StatsFilter | None) -> dict[str, str]:
    names = list(StatsFilter.__annotations__)
    return {key: value for key, value in members(where, names).items() if value is not None} if where else {}


def _day(text: Date | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise BadUserInput("Expected an existing day, YYYY-MM-DD.", (name,)) from None


def _stats(
    figures: Figures, where: Mapping[str, str], period: tuple[date | None, date | None], caller: Caller | None
) -> Stats:
    def shown(value: int) -> int:
        return value if caller is None else disclosed(value, caller) or 0

    totals = {measure.value.lower(): shown(figures.totals.get(measure, 0)) for measure in Measure}
    return Stats(
        where=where,
        period=period,
        as_of=moment(figures.as_of) if figures.as_of else None,
        totals=Totals(**totals),
        accessed_by_channel=[
            ChannelCount(channel=name, count=shown(count)) for name, count in figures.accessed_by_channel
        ],
    )


def _point(point: Point, caller: Caller) -> SeriesPoint:
    dimensions = [DimensionValue(dimension=Dimension(name), value=value) for name, value in point.dimensions]
    value = disclosed(point.value, caller)
    return SeriesPoint(bucket=day(point.bucket), dimensions=dimensions, value=value, suppressed=value is None)
