"""stats: figures from rollups."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import strawberry

from credential.errors import BadUserInput
from credential.figures import MAX_DIMENSIONS, Bucket, Cut, Measure, Point
from credential.operations import stats as operation
from resolvers.context import Info
from resolvers.enums import Dimension
from resolvers.fields import computed
from resolvers.inputs import members
from resolvers.scalars import Date, DateTime, day, moment

argument = strawberry.argument


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
    format: str | None = strawberry.field(default=None, description="In which form it was accessed: PDF, PNG, ...")
    language: str | None = strawberry.field(default=None, description="In which language it was accessed: EN, HI, ...")


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


@strawberry.type(description="Figures from rollups, a few seconds behind; of closed days for all but admins.")
class Stats:
    """Totals, accesses by channel, and series."""

    cut: strawberry.Private[Cut]

    @computed("Up to when events are counted, null before the first; who is not told counts sees days that are over.")
    async def as_of(self, info: Info) -> DateTime | None:
        """Read up to when."""
        at = await info.context.ports.figuring.as_of()
        return moment(at) if at else None

    @computed("Sums over the period.")
    async def totals(self, info: Info) -> Totals:
        """Read sums."""
        context = info.context
        found = await operation.totals(self.cut, caller=context.caller, figuring=context.ports.figuring)
        return Totals(**{measure.value.lower(): value for measure, value in found.items()})

    @computed("Accesses by channel.")
    async def accessed_by_channel(self, info: Info) -> list[ChannelCount]:
        """Read accesses."""
        context = info.context
        found = await operation.by_channel(self.cut, caller=context.caller, figuring=context.ports.figuring)
        return [ChannelCount(channel=channel, count=count) for channel, count in found]

    @computed("A series over time; buckets without events are left out. At most 10,000 figures.")
    async def series(
        self,
        info: Info,
        measure: Annotated[Measure, argument(description="What to count.")],
        bucket: Annotated[Bucket, argument(description="Length of the steps.")] = Bucket.DAY,
        by: Annotated[
            list[Dimension] | None,
            argument(
                description="Split by at most 3 dimensions; for all but admins those of the filter count, and "
                "districts and facilities are told by the week."
            ),
        ] = None,
    ) -> list[SeriesPoint]:
        """Read a series."""
        context, cut = info.context, replace(self.cut, bucket=bucket, by=dimensions(by))
        points = await operation.series(measure, cut, caller=context.caller, figuring=context.ports.figuring)
        return [_point(point) for point in points]


async def stats(
    where: Annotated[
        StatsFilter | None, argument(name="filter", description="Only these; needs the scope `stats`.")
    ] = None,
    start: Annotated[
        Date | None, argument(name="from", description="First day, in Asia/Kolkata; needs the scope `stats`.")
    ] = None,
    end: Annotated[Date | None, argument(name="to", description="Day after the last; needs the scope `stats`.")] = None,
) -> Stats:
    """Return totals; series are read when asked for."""
    return Stats(cut=Cut(_day(start, "from"), _day(end, "to"), chosen(where)))


def chosen(where: StatsFilter | None) -> dict[str, str]:
    """Return the dimensions that a filter names, with their values."""
    names = list(StatsFilter.__annotations__)
    return {key: value for key, value in members(where, names).items() if value is not None} if where else {}


def dimensions(by: list[Dimension] | None) -> tuple[str, ...]:
    """Return the names of at most three dimensions, each once. Raises BadUserInput."""
    names = tuple(dict.fromkeys(one.value for one in by or ()))
    if len(names) > MAX_DIMENSIONS:
        raise BadUserInput(f"Give at most {MAX_DIMENSIONS} dimensions.", ("by",))
    return names


def existing_day(text: Date, name: str) -> date:
    """Return a day of the calendar. Raises BadUserInput."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadUserInput("Expected an existing day, YYYY-MM-DD.", (name,)) from None
    if found.year == date.max.year:
        raise BadUserInput("Expected a day before the year 9999.", (name,))
    return found


def _day(text: Date | None, name: str) -> date | None:
    return None if text is None else existing_day(text, name)


def _point(point: Point) -> SeriesPoint:
    values = [DimensionValue(dimension=Dimension(name), value=value) for name, value in point.dimensions]
    bucket = day(point.bucket or date.min)
    return SeriesPoint(bucket=bucket, dimensions=values, value=point.value, suppressed=point.value is None)
