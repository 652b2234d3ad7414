"""The tables of figures: rollups of events, and figures of what is over."""

from sqlalchemy import BigInteger, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from backends.sql.columns import one_of, required
from backends.sql.tables import metadata
from credential.figures import Bucket

DIMENSIONS = {
    "state": "state",
    "district": "district",
    "facility": "facility",
    "vaccine": "vaccine",
    "dose": "dose",
    "stage": "stage",
    "gender": "gender",
    "ageBand": "age_band",
    "kind": "kind",
    "channel": "channel",
    "format": "format",
    "language": "language",
}
"""The column of each dimension."""
COARSE = tuple(column for column in DIMENSIONS.values() if column not in {"district", "facility"})

rollups = Table(
    "rollups",
    metadata,
    required("key", LargeBinary),
    required("day", Date),
    required("measure", Text),
    *(required(name, Text) for name in DIMENSIONS.values()),
    required("value", BigInteger),
    PrimaryKeyConstraint("key"),
)
Index("ix_rollups_measure_day", rollups.c.measure, rollups.c.day)
Index("ix_rollups_facility", rollups.c.facility, rollups.c.day)
Index("ix_rollups_district", rollups.c.district, rollups.c.day)

coarse_rollups = Table(
    "coarse_rollups",  # the same without the places: a few thousand rows a day, however much happens
    metadata,
    required("day", Date),
    required("measure", Text),
    *(required(name, Text) for name in COARSE),
    required("value", BigInteger),
    PrimaryKeyConstraint("day", "measure", *COARSE),
)

closed_figures = Table(
    "closed_figures",  # of days, weeks and months that are over: written once
    metadata,
    required("span", Text),
    required("measure", Text),
    required("split", Text),  # the dimensions that are told apart, sorted; ALL: a cell of everything
    required("bucket", Date),
    required("number", Integer),
    *(required(name, Text) for name in DIMENSIONS.values()),
    required("value", BigInteger),  # exact
    required("shown", BigInteger),  # what is published of it
    PrimaryKeyConstraint("measure", "split", "span", "bucket", "number"),
    one_of("span", Bucket),
)
Index("ix_closed_figures_facility", closed_figures.c.facility, closed_figures.c.split, closed_figures.c.bucket)
Index("ix_closed_figures_district", closed_figures.c.district, closed_figures.c.split, closed_figures.c.bucket)

ALL = "*"
"""The split of cells that tell everything apart."""


def split_of(names: "frozenset[str] | tuple[str, ...]") -> str:
    """Return how a choice of dimensions is written."""
    return " ".join(sorted(names))
