"""The public figures: nothing below ten is told, and one person more is a step of ten or nothing."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.operations.public_figures import OTHER, Row, by_day, by_value, told

COUNTS = st.dictionaries(st.sampled_from(["A", "B", "C", "", OTHER]), st.integers(1, 45))


def published(counts: Mapping[str, int]) -> dict[str, int | None]:
    return {row.key: row.value for row in by_value("state", counts)}


@pytest.mark.parametrize(("value", "shown"), [(0, None), (1, None), (9, None), (10, 10), (19, 10), (20, 20)])
def test_counts_are_told_in_tens(value: int, shown: int | None) -> None:
    assert told(value) == shown


@given(COUNTS)
def test_nothing_below_ten_is_told(counts: dict[str, int]) -> None:
    shown = published(counts)
    assert all(value is None or (value >= 10 and value % 10 == 0) for value in shown.values())
    assert set(shown) == {key for key, value in counts.items() if value >= 10 and key} | {OTHER}


@given(COUNTS, st.sampled_from(["A", "B", "C", "D", ""]))
def test_one_person_more_is_a_step_of_ten_or_nothing(counts: dict[str, int], key: str) -> None:
    before, after = published(counts), published({**counts, key: counts.get(key, 0) + 1})
    steps = {one: (after.get(one) or 0) - (before.get(one) or 0) for one in before | after}
    assert set(steps.values()) <= {-10, 0, 10}
    assert sum(abs(step) for step in steps.values()) <= 20


def test_who_is_alone_in_a_state_looks_like_nobody() -> None:
    assert published({"Kerala": 30, "Goa": 1}) == published({"Kerala": 30})


def test_values_come_largest_first_and_the_others_last() -> None:
    rows = list(by_value("state", {"Goa": 12, "Kerala": 31, "Assam": 15, "Delhi": 9, "": 4}))
    assert rows == [
        Row("state", "Kerala", 30),
        Row("state", "Assam", 10),
        Row("state", "Goa", 10),
        Row("state", OTHER, 10),
    ]


def test_each_of_ninety_days_has_a_row() -> None:
    rows = list(by_day("issuedByDay", {date(2022, 3, 4): 25}, date(2022, 3, 5)))
    assert (len(rows), rows[0].key, rows[-1]) == (90, "2021-12-05", Row("issuedByDay", "2022-03-04", 20))
    assert rows[0].suppressed
