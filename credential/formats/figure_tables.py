"""Figures as files: CSV for spreadsheets, Parquet for everything else."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from credential.figures import Point
from credential.formats.bulk_csv import write_rows

CSV_TYPE = "text/csv; charset=utf-8"
PARQUET_TYPE = "application/vnd.apache.parquet"
_EPOCH = date(1970, 1, 1)


def csv_of(points: Sequence[Point], by: Sequence[str]) -> bytes:
    """Return a line per figure: first day of its bucket, values, figure (empty where suppressed), whether suppressed.

    A cell that a spreadsheet would run as a formula has an apostrophe in front.
    """
    rows = [
        (
            str(point.bucket or ""),
            *(value for _, value in point.dimensions),
            "" if point.value is None else str(point.value),
            str(point.value is None).lower(),
        )
        for point in points
    ]
    return write_rows(("bucket", *by, "value", "suppressed"), rows).encode()


def parquet_of(points: Sequence[Point], by: Sequence[str], facts: dict[str, str]) -> bytes:
    """Return the same as a Parquet file: date, strings, 64-bit integer or null, boolean. `facts` are in its footer."""
    days = Array([None if one.bucket is None else (one.bucket - _EPOCH).days for one in points], DataType.int32())
    columns: dict[str, Any] = {
        "bucket": days.cast(DataType.date32()),
        **{name: Array([one.dimensions[place][1] for one in points], DataType.utf8()) for place, name in enumerate(by)},
        "value": Array([one.value for one in points], DataType.int64()),
        "suppressed": Array([one.value is None for one in points], DataType.bool()),
    }
    out = io.BytesIO()
    write_parquet(Table.from_pydict(columns), out, compression="zstd(3)", key_value_metadata=facts)
    return out.getvalue()
