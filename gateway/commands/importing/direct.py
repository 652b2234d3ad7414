"""An import on the configured store: the steps are taken here, and by whatever worker is free."""

from datetime import datetime

from backends.settings import Settings
from credential.access import Caller, Scope
from credential.errors import PramaanError
from credential.formats.error_rows import errors_head, errors_line
from credential.operations import files, import_step, imports
from credential.operations.import_step import Deployed
from credential.ports import Request, Step, StoredFile, Work, WorkKind, WorkReport
from gateway.commands.clock import now
from gateway.commands.importing.order import Imported, Order, cannot_write, is_csv
from gateway.commands.long_work import House, followed, opened_house, uploaded

OPERATOR = Caller(client_id="operator", name="pramaan import", scopes=frozenset({Scope.ISSUE, Scope.JOBS}))


async def import_directly(order: Order, chosen: Settings, *, sign_here: bool) -> Imported:
    """Upload, import, wait, and write the failed rows. Raises BadUserInput, Unavailable, ConfigurationError."""
    async with opened_house(chosen, sign_here=sign_here) as house:
        file = await uploaded(order.file, order.digest, caller=OPERATOR, house=house)
        asked = Request(OPERATOR, "startImport", order.key, order.key.encode(), now())
        store = house.store
        begun = await imports.begin(file.id, order.kind, request=asked, files=store, works=store, shelf=house.shelf)
        deployed = Deployed(store, house.shelf, store, store, store, store, house.queue, house.policy)

        async def step(work: Work, moment: datetime) -> Step:
            return await import_step.step(work, deployed=deployed, now=moment)

        report = await followed(begun.id, {WorkKind.IMPORT: step}, house=house, what="rows")
        return await _told(report, file, order, house)


async def _told(report: WorkReport, file: StoredFile, order: Order, house: House) -> Imported:
    root = imports.root_of(report)
    if root is None:
        raise PramaanError("A finished import has no root.")
    done = Imported(report.id, report.total, report.done, report.failed, root)
    if not report.failed:
        return done
    form = await files.form_of_file(file, shelf=house.shelf)
    path = order.errors_path(csv=is_csv(form))
    try:
        with path.open("w", encoding="utf-8", newline="") as target:
            target.write(errors_head(form))
            async for row in imports.failed_rows(report.id, results=house.store):
                target.write(errors_line(form, row.text or "", row.fault))
    except OSError:
        raise cannot_write() from None
    return Imported(report.id, report.total, report.done, report.failed, root, path)
