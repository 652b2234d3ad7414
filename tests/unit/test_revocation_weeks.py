"""Weeks as the old files were named: the day of the month divided by seven, plus one."""

from datetime import date, datetime, timedelta

import pytest

from credential.errors import BadUserInput
from credential.operations.revocation_weeks import week


@pytest.mark.parametrize("year", [2021, 2024])
def test_every_day_is_in_the_week_that_bears_its_number_and_in_no_other(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        noon = datetime.fromisoformat(f"{day}T12:00:00+05:30")
        names = [f"{day:%Y-%m}-w{number}" for number in range(1, 6)]
        inside = [name for name in names if _holds(name, noon)]
        assert inside == [f"{day:%Y-%m}-w{day.day // 7 + 1}"]
        day += timedelta(days=1)


def _holds(name: str, moment: datetime) -> bool:
    try:
        start, end = week(name)
    except BadUserInput:
        return False
    return start <= moment < end


def test_a_week_begins_and_ends_at_midnight_in_india() -> None:
    assert [one.isoformat() for one in week("2022-03-w1")] == ["2022-03-01T00:00:00+05:30", "2022-03-07T00:00:00+05:30"]
    assert [one.isoformat() for one in week("2022-12-w5")] == ["2022-12-28T00:00:00+05:30", "2023-01-01T00:00:00+05:30"]


def test_february_of_28_days_ends_with_a_week_of_one_day() -> None:
    start, end = week("2021-02-w5")
    assert end - start == timedelta(days=1)
