"""The public figures at their doors: over closed days, one computation for many viewers, nothing for who has them."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from credential.errors import Unavailable
from credential.figures import Measure
from credential.operations.public_figures import TABLES
from credential.ports import Event
from credential.record import INDIA
from gateway.figures_cache import FiguresCache
from tests.flow.house import House

NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)
GIVEN = (("gender", "Female"), ("state", "Kerala"))


async def counted(home: House, number: int, at: datetime, measure: Measure = Measure.ISSUED, **more: str) -> None:
    dimensions = tuple(sorted({**dict(GIVEN), **more}.items()))
    await home.store.append([Event(measure, at, None, dimensions) for _ in range(number)])
    await home.store.rollup(now=datetime.now(UTC))


async def figures(home: House) -> dict[tuple[str, str], Any]:
    body = (await home.http.get("/figures.json")).json()
    return {(row["table"], row["key"]): row["value"] for row in body["rows"]}


async def test_closed_days_count_and_today_does_not(home: House) -> None:
    await counted(home, 23, YESTERDAY)
    await counted(home, 14, YESTERDAY, Measure.ACCESSED, channel="DigiLocker", language="HI")
    await counted(home, 12, YESTERDAY, Measure.ACCESSED, channel="aarogya-setu", language="TA")
    await counted(home, 50, datetime.now(UTC) + timedelta(minutes=1))
    found = await figures(home)
    totals = {key: value for (table, key), value in found.items() if table == "total"}
    assert totals == {"certificates": 20, "accessed": 20, "digilocker": 10, "aarogyaSetu": 10}
    assert (found["state", "Kerala"], found["language", "HI"], found["channel", "DigiLocker"]) == (20, 10, 10)
    assert found["issuedByDay", YESTERDAY.astimezone(INDIA).date().isoformat()] == 20
    assert {table for table, _ in found} == set(TABLES)


async def test_nothing_counted_yet_is_told_so(home: House) -> None:
    answer = await home.http.get("/figures.json")
    assert answer.json()["asOf"] is None
    assert {row["value"] for row in answer.json()["rows"]} == {None}


async def test_csv_has_a_figure_per_line_and_nothing_that_calculates(home: House) -> None:
    await counted(home, 10, YESTERDAY, state='=SUM(1,"2")')
    answer = await home.http.get("/figures.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == ["table", "key", "value", "suppressed"]
    assert {"table": "state", "key": '\'=SUM(1,"2")', "value": "10", "suppressed": "false"} in rows
    assert {"table": "state", "key": "other", "value": "", "suppressed": "true"} in rows


async def test_who_has_them_gets_nothing(home: House) -> None:
    for path in ("/figures.json", "/figures.csv"):
        first = await home.http.get(path)
        assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
        assert first.headers["last-modified"].endswith("GMT")
        again = await home.http.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        plain = await home.http.get(path, headers={"accept-encoding": "identity"})
        assert plain.content == first.content
        assert plain.headers["etag"] != first.headers["etag"], "another form, another tag"


class Counted:
    """Counts how often it is asked; `away` makes it fail, `go` lets it answer."""

    def __init__(self) -> None:
        self.asked, self.away, self.go = 0, False, asyncio.Event()

    async def as_of(self) -> datetime | None:
        self.asked += 1
        await self.go.wait()
        if self.away:
            raise Unavailable("Away.")
        return None


def kept(counting: Counted, times: list[datetime]) -> FiguresCache:
    return FiguresCache(counting, lambda: times[-1])  # type: ignore[arg-type]


async def test_many_viewers_are_one_computation() -> None:
    counting, times = Counted(), [NOW]
    cache = kept(counting, times)
    viewers = [asyncio.create_task(cache.edition()) for _ in range(1000)]
    await asyncio.sleep(0)
    counting.go.set()
    assert len(set(map(id, await asyncio.gather(*viewers)))) == 1
    times.append(NOW + timedelta(seconds=59))
    await cache.edition()
    assert counting.asked == 1


async def test_while_they_are_counted_anew_the_last_are_given() -> None:
    counting, times = Counted(), [NOW]
    cache = kept(counting, times)
    counting.go.set()
    first = await cache.edition()
    counting.go.clear()
    times.append(NOW + timedelta(seconds=60))
    assert await cache.edition() is first
    assert await cache.edition() is first
    counting.go.set()
    await cache.close()
    second = await cache.edition()
    assert counting.asked == 2
    assert (second.made_at, second.changed_at) == (times[-1], NOW)


async def test_a_store_that_is_away_leaves_the_last() -> None:
    counting, times = Counted(), [NOW]
    cache = kept(counting, times)
    counting.go.set()
    first = await cache.edition()
    counting.away = True
    times.append(NOW + timedelta(seconds=60))
    await cache.edition()
    await cache.close()
    assert (await cache.edition()).json == first.json
    assert counting.asked == 2
