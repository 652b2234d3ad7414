"""What is published of figures tells of nobody: tens of disjoint cells, whatever is asked (docs/adr/0013)."""

from collections import defaultdict
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.figures import Bucket, Group, Measure, Rounding, first_day, following, splits, told

CELLS = st.lists(st.integers(0, 45), min_size=1, max_size=12)
QUESTIONS = ((0,), (1,), (2,), (3,), (0, 1), (2, 3), (0, 2), (1, 3), (0, 1, 2, 3))
"""All cells, rows, columns and the total of a table of two by two."""
Table = tuple[int, ...]
Answers = tuple[int | None, ...]


def published(cells: Table | list[int], offset: int) -> list[int]:
    rounding = Rounding(lambda _group: offset)
    return [rounding.shown(("ISSUED", "Kerala"), value) for value in cells]


@given(CELLS, st.integers(0, 9))
def test_what_is_published_is_in_tens_and_runs_along_with_the_truth(cells: list[int], offset: int) -> None:
    shown = published(cells, offset)
    assert all(value % 10 == 0 and value >= 0 for value in shown)
    assert all(abs(sum(shown[:n]) - sum(cells[:n])) < 10 for n in range(len(cells) + 1))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9).filter(lambda cells: sum(cells) < 10), st.integers(0, 9))
def test_of_a_group_below_ten_no_two_cells_are_told_of(cells: list[int], offset: int) -> None:
    """Else as many suppressed cells as the total can have would each be one person."""
    assert sum(value > 0 for value in published(cells, offset)) <= 1


@given(CELLS, st.data(), st.integers(0, 9))
def test_one_person_more_never_makes_a_difference_of_one(cells: list[int], data: st.DataObject, offset: int) -> None:
    """Whatever two sets of cells are asked for, in tables that differ by one person."""
    place = data.draw(st.integers(0, len(cells) - 1))
    more = [value + (number == place) for number, value in enumerate(cells)]
    chosen = data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells)))
    others = data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells)))
    sums = [
        sum(v for v, is_in in zip(published(t, offset), picked, strict=True) if is_in)
        for t, picked in ((cells, chosen), (cells, others), (more, chosen), (more, others))
    ]
    assert {(one - other) % 10 for one, other in product(sums, sums)} == {0}


def answers(table: Table, offset: int) -> Answers:
    shown = published(table, offset)
    sums = [(sum(table[i] for i in cells), sum(shown[i] for i in cells)) for cells in QUESTIONS]
    return tuple(told(value, is_shown) if is_shown else 0 for value, is_shown in sums)


def test_no_suppressed_figure_follows_from_all_others() -> None:
    """Every table of two by two, many offsets: who has all answers cannot tell the count of a suppressed cell.

    Answers that fit tables at the edge of what is gone through are left out: they fit others beyond it.
    """
    seen: dict[Answers, list[Table]] = defaultdict(list)
    for *table, offset in product(range(11), range(11), range(11), range(22), range(0, 10, 2)):
        seen[answers(tuple(table), offset)].append(tuple(table))
    inner = {
        view: found for view, found in seen.items() if all(max(table[:3]) < 10 and table[3] < 21 for table in found)
    }
    assert len(inner) > 10
    for view, found in inner.items():
        for place in (number for number in range(4) if view[number] is None):
            assert len({table[place] for table in found}) > 1, (view, found)


@pytest.mark.parametrize(("value", "shown", "seen"), [(1, 0, None), (9, 10, None), (12, 0, None), (12, 10, 10)])
def test_a_figure_is_told_where_it_and_what_is_published_are_ten(value: int, shown: int, seen: int | None) -> None:
    assert told(value, shown) == seen


def test_groups_are_rounded_each_from_its_own_start() -> None:
    starts: dict[Group, int] = {("a",): 9, ("b",): 0}
    rounding = Rounding(starts.__getitem__)
    assert [rounding.shown(group, 1) for group in (("a",), ("a",), ("b",))] == [10, 0, 0]


def test_every_choice_of_three_dimensions_is_kept() -> None:
    assert len(splits(Measure.ISSUED)) == 1 + 7 + 21 + 35
    assert splits(Measure.VERIFIED) == [(), ("channel",)]
    assert {"district"} == set.intersection(*map(set, splits(Measure.ISSUED, within="district")))


@pytest.mark.parametrize(
    ("bucket", "first", "after"),
    [
        (Bucket.DAY, date(2021, 12, 31), date(2022, 1, 1)),
        (Bucket.WEEK, date(2021, 12, 27), date(2022, 1, 3)),
        (Bucket.MONTH, date(2021, 12, 1), date(2022, 1, 1)),
    ],
)
def test_buckets(bucket: Bucket, first: date, after: date) -> None:
    assert first_day(date(2021, 12, 31), bucket) == first
    assert following(first, bucket) == after
