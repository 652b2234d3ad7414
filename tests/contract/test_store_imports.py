"""Imports on every store: page by page, whatever stops on the way, with a proof for each row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.artifacts.memory import MemoryArtifacts
from backends.sql.ledger import KEPT, LEASE
from backends.sql.store import SqlStore
from credential import merkle
from credential.access import ALL_ROWS, Caller
from credential.certificate import RevocationReason
from credential.errors import BadUserInput, NotFound
from credential.jobs import SIGN, Job
from credential.operations import files, import_step, imports
from credential.operations.import_step import CROWDED, Deployed
from credential.operations.imports import PAGE, Proof
from credential.operations.sealing import Shelf
from credential.operations.working import work_on
from credential.policy import IssuancePolicy
from credential.ports import (
    ImportPage,
    ImportRow,
    JobState,
    RevocationTarget,
    SigningFailure,
    Step,
    Work,
    WorkKind,
    WorkReport,
)
from credential.record import Kind
from tests.contract.store_faults import count
from tests.contract.store_samples import NOW, OTHER, SECOND, SOURCE, request, sign

HEADER = (
    "beneficiaryId,recipient.name,recipient.age,recipient.mobile,vaccination.name,vaccination.batch,"
    "vaccination.manufacturer,vaccination.date,vaccination.dose,vaccination.totalDoses,facility.name"
)


def line(number: int, *, batch: str = "SAMPLE", mobile: str = "+919000000001") -> str:
    person = f'{number},"Sample Person {number}",41,{mobile}'
    return f"{person},COVAXIN,{batch},Bharat Biotech,2021-06-01T10:00:00+05:30,1,2,Sample Health Centre"


class Silent:
    """A queue that nobody reads."""

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Forget them."""

    async def close(self) -> None:
        """Nothing to let go of."""


class Cut(Exception):  # noqa: N818 - named after what happens
    """Stands for a process that is stopped."""


@dataclass
class Cutting:
    """Implements Imports over a store, and stops in the middle: before or after a page is noted or sealed."""

    inner: SqlStore
    left: int
    after: bool

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self.inner, name)

    async def note_page(self, job_id: str, page: ImportPage, rows: Sequence[ImportRow]) -> None:
        await self._cut(self.inner.note_page(job_id, page, rows))

    async def seal_page(self, job_id: str, number: int, root: bytes, failed: Sequence[ImportRow]) -> None:
        await self._cut(self.inner.seal_page(job_id, number, root, failed))

    async def _cut(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        self.left -= 1
        if self.left == 0 and not self.after:
            work.close()
            raise Cut
        await work
        if self.left == 0:
            raise Cut


class House:
    """A store, an artifact store, and time."""

    def __init__(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.now, self.jobs = store, NOW, list[str]()
        shelf = Shelf(MemoryArtifacts(), b"secret of the tests, 32 bytes ....")
        queue, policy = Silent(), IssuancePolicy()
        self.deployed = Deployed(store, shelf, store, store, store, store, queue, policy)
        for module in (imports, import_step):
            monkeypatch.setattr(module, "PAGE", 4)

    async def upload(self, text: str, name: str = "day.csv") -> str:
        data = text.encode()
        asked = request(operation="createUpload", now=self.now)
        digest = sha256(data)
        file = await files.create(name, len(data), digest.hexdigest(), request=asked, files=self.store, largest=1 << 20)
        shelf = self.deployed.shelf
        await files.take_chunk(file, 0, data, digest.digest(), files=self.store, chunks=self.store, shelf=shelf)
        return file.id

    async def begin(self, text: str, caller: Caller = SOURCE) -> str:
        asked = request(operation="startImport", caller=caller, now=self.now)
        shelf = self.deployed.shelf
        file = await self.upload(text)
        begun = await imports.begin(file, Kind.DOMESTIC, request=asked, files=self.store, works=self.store, shelf=shelf)
        self.jobs.append(begun.id)
        return begun.id

    async def go_on(self, deployed: Deployed | None = None) -> int:
        """Take steps until none is due."""
        chosen, taken = deployed or self.deployed, 0

        async def run(work: Work, now: datetime) -> Step:
            return await import_step.step(work, deployed=chosen, now=now)

        while done := await work_on(works=self.store, steps={WorkKind.IMPORT: run}, clock=lambda: self.now):
            taken += done
        return taken

    async def signed(self) -> None:
        """Sign whatever waits."""
        jobs = await self.store.due(now=self.now, limit=1000)
        await sign(self.store, *(one for job in jobs if job.name == SIGN for one in job.ids), now=self.now)

    async def finish(self, job_id: str, deployed: Deployed | None = None) -> WorkReport:
        """Go on, and sign, until the job is over."""
        for _ in range(100):
            await self.go_on(deployed)
            report = await self.report(job_id)
            if report.state is JobState.FINISHED:
                return report
            await self.signed()
            self.now += LEASE + SECOND
        raise AssertionError("it does not end")

    async def report(self, job_id: str) -> WorkReport:
        return await imports.import_of(job_id, caller=SOURCE, works=self.store)


@pytest.fixture
def house(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(store, monkeypatch)


def text_of(*lines: str) -> str:
    return "\n".join((HEADER, *lines)) + "\n"


FILE = text_of(*(line(number, batch="" if number == 5 else "SAMPLE") for number in range(10)), line(3))


async def test_a_file_is_issued_page_by_page(house: House) -> None:
    job_id = await house.begin(FILE)
    await house.go_on()
    report = await house.report(job_id)
    assert (report.state, report.total, report.done, report.failed) == (JobState.RUNNING, 11, 9, 2)
    report = await house.finish(job_id)
    assert (report.total, report.done, report.failed) == (11, 9, 2)
    page = await house.store.import_rows(job_id, first=20, after=None, failed=False)
    assert [row.number for row in page.items] == list(range(11))
    assert [row.line for row in page.items] == list(range(2, 13))
    refused = {row.number: row.fault for row in page.items if row.fault}
    assert {number: fault.code for number, fault in refused.items()} == {5: "BAD_USER_INPUT", 10: "DUPLICATE"}
    assert refused[5].path == ("vaccination.batch",)
    assert await count(house.store, "certificates WHERE status = 'ISSUED'") == 9


async def test_results_come_in_pages(house: House) -> None:
    job_id = await house.begin(FILE)
    await house.finish(job_id)
    first = await house.store.import_rows(job_id, first=6, after=None, failed=False)
    second = await house.store.import_rows(job_id, first=6, after=first.cursors[-1], failed=False)
    assert (first.has_next, second.has_next) == (True, False)
    assert [row.number for row in (*first.items, *second.items)] == list(range(11))
    failed = await house.store.import_rows(job_id, first=6, after=None, failed=True)
    assert [(row.number, row.text) for row in failed.items] == [(5, None), (10, None)]
    with pytest.raises(BadUserInput):
        await house.store.import_rows(job_id, first=6, after="broken", failed=False)


async def test_texts_of_failed_rows_are_kept_and_sealed(house: House) -> None:
    job_id = await house.begin(FILE)
    await house.finish(job_id)
    rows = await house.store.failed_rows_behind(job_id, -1, limit=10)
    assert [row.text for row in rows] == [line(5, batch=""), line(3)]
    assert await count(house.store, "import_rows WHERE data IS NOT NULL") == 2
    assert await count(house.store, "import_rows WHERE CAST(data AS TEXT) LIKE '%Sample%'") == 0


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("cut", range(1, 7))
async def test_killed_on_any_page_and_resumed_it_ends_the_same(house: House, cut: int, *, after: bool) -> None:
    job_id = await house.begin(FILE)
    cutting = replace(house.deployed, imports=Cutting(house.store, cut, after))
    report = await house.finish(job_id, cutting)
    assert (report.total, report.done, report.failed) == (11, 9, 2)
    assert await count(house.store, "certificates") == 9
    proofs = [await imports.prove(report, row, imports=house.store) for row in range(11)]
    assert all(holds(proof) for proof in proofs)
    assert msgspec.json.decode(report.result)["root"] == proofs[0].root.hex() if proofs[0] else False


async def test_a_certificate_that_cannot_be_signed_is_a_failed_row(house: House) -> None:
    job_id = await house.begin(text_of(line(0), line(1)))
    await house.go_on()
    bad = await certificate_of(house, 1)
    await house.store.fail([SigningFailure(bad, "PROOF", final=True)], now=house.now)
    report = await house.finish(job_id)
    assert (report.total, report.done, report.failed) == (2, 1, 1)
    [row] = await house.store.failed_rows_behind(job_id, -1, limit=10)
    assert (row.number, row.text) == (1, line(1))
    assert row.fault is not None
    assert "PROOF" in row.fault.message


async def test_failed_rows_are_tried_again(house: House) -> None:
    job_id = await house.begin(FILE)
    await house.finish(job_id)
    held = await certificate_of(house, 3)
    asked, target = request(operation="revokeCertificates"), RevocationTarget(ids=(held,))
    await house.store.revoke(asked, target, RevocationReason.OTHER, visible=ALL_ROWS)
    again = await imports.begin_again(job_id, request=request(operation="retryFailed"), works=house.store)
    report = await house.finish(again.id)
    assert (report.total, report.done, report.failed) == (2, 1, 1)
    page = await house.store.import_rows(again.id, first=10, after=None, failed=False)
    assert [(row.number, row.line, row.fault is None) for row in page.items] == [(0, 7, False), (1, 12, True)]
    [row] = await house.store.failed_rows_behind(again.id, -1, limit=10)
    assert row.text == line(5, batch="")


async def test_nothing_is_tried_again_that_is_not_over_or_did_not_fail(house: House) -> None:
    job_id = await house.begin(text_of(line(0)))
    asked = request(operation="retryFailed")
    with pytest.raises(BadUserInput):
        await imports.begin_again(job_id, request=asked, works=house.store)
    await house.finish(job_id)
    with pytest.raises(BadUserInput):
        await imports.begin_again(job_id, request=asked, works=house.store)
    with pytest.raises(NotFound):
        await imports.begin_again(job_id, request=replace(asked, caller=OTHER), works=house.store)


async def test_another_clients_file_is_unknown_and_an_incomplete_one_waits(house: House) -> None:
    file = await house.upload(FILE)
    ports: dict[str, Any] = {"files": house.store, "works": house.store, "shelf": house.deployed.shelf}
    with pytest.raises(NotFound):
        await imports.begin(file, Kind.DOMESTIC, request=request(caller=OTHER, operation="startImport"), **ports)
    asked = request(operation="createUpload")
    half = await files.create("half.csv", 100, "00" * 32, request=asked, files=house.store, largest=1 << 20)
    with pytest.raises(BadUserInput):
        await imports.begin(half.id, Kind.DOMESTIC, request=request(operation="startImport"), **ports)


async def test_while_too_much_waits_to_be_signed_nothing_is_taken_in(house: House) -> None:
    class Full:
        async def backlog(self) -> int:
            return CROWDED + 1

    job_id = await house.begin(FILE)
    full: Any = Full()
    await house.go_on(replace(house.deployed, outbox=full))
    assert await count(house.store, "certificates") == 0
    house.now += SECOND
    assert (await house.finish(job_id)).done == 9


async def test_what_is_over_goes_after_seven_days(house: House) -> None:
    await house.finish(await house.begin(FILE))
    await house.store.purge(now=house.now + KEPT + timedelta(days=1))
    assert await count(house.store, "import_rows") == await count(house.store, "import_pages") == 0


def holds(proof: Proof | None) -> bool:
    """Tell whether a proof leads from its leaf to its root."""
    if proof is None:
        return False
    leaf = merkle.leaf(proof.leaf.encode())
    return merkle.included(leaf, index=proof.row, size=proof.size, steps=proof.path, root_hash=proof.root)


async def test_a_proof_holds_for_its_row_alone(house: House) -> None:
    report = await house.finish(await house.begin(FILE))
    proof = await imports.prove(report, 7, imports=house.store)
    assert proof is not None
    assert holds(proof)
    assert not holds(replace(proof, row=6))
    assert not holds(replace(proof, size=17))
    assert not holds(replace(proof, leaf=proof.leaf.replace("ISSUED", "FAILED")))
    assert not holds(replace(proof, root=bytes(32)))
    assert not holds(replace(proof, path=proof.path[:-1]))
    assert [await imports.prove(report, row, imports=house.store) for row in (-1, 11, 1000)] == [None] * 3


@given(rows=st.integers(1, 3000), data=st.data())
def test_pages_of_a_power_of_two_make_the_tree_of_all_rows(rows: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf(str(number).encode()) for number in range(rows)]
    pages = [leaves[start : start + PAGE] for start in range(0, rows, PAGE)]
    roots = [merkle.root(page) for page in pages]
    assert merkle.root(roots) == merkle.root(leaves)
    row = data.draw(st.integers(0, rows - 1))
    steps = [*merkle.path(pages[row // PAGE], row % PAGE), *merkle.path(roots, row // PAGE)]
    assert merkle.included(leaves[row], index=row, size=rows, steps=steps, root_hash=merkle.root(leaves))


async def certificate_of(house: House, number: int) -> str:
    """Return the certificate that a row became."""
    page = await house.store.import_rows(house.jobs[-1], first=100, after=None, failed=False)
    return next(row.certificate_id or "" for row in page.items if row.number == number)
