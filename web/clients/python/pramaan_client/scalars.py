"""Types of the schema's own scalars, under names that no field of the schema has."""

from datetime import date
from typing import Any

Day = date
"""Date. An input has a field `date`, behind which the class itself would not be found."""

Records = list[dict[str, Any]]
"""RecordList: records as JSON objects, with the members of VaccinationRecordInput."""
