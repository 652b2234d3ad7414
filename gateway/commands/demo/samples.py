"""The sample people: synthetic records of every stage and kind, their names in eight scripts."""

import json
from importlib.resources import files
from typing import Any


def sample_records() -> list[dict[str, Any]]:
    """Return the records, as JSON that issuing takes."""
    records: list[dict[str, Any]] = json.loads(files(__package__).joinpath("samples.json").read_text(encoding="utf-8"))
    return records
