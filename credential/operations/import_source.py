"""Where an import's rows come from: an uploaded file, or the rows of another import that failed."""

from credential.formats.record_rows import FileForm, RecordReader, RecordRow
from credential.formats.row_stream import Place
from credential.operations.files import pieces
from credential.operations.sealing import Shelf
from credential.ports import ImportResults, ImportRow, StoredFile


async def rows_from(
    file: StoredFile,
    form: FileForm,
    begin: Place,
    *,
    again: str | None,
    limit: int,
    shelf: Shelf,
    results: ImportResults,
) -> list[RecordRow]:
    """Return up to `limit` rows behind a place; of another import, `begin.rows` is the number of the row before.

    Raises Unavailable where the bytes are gone.
    """
    if again is not None:
        failed = await results.failed_rows_behind(again, begin.rows, limit=limit)
        return [_row_again(row, form) for row in failed]
    reader, rows = RecordReader(form, begin), list[RecordRow]()
    async for piece in pieces(file, offset=begin.offset, shelf=shelf):
        for row in reader.feed(piece):
            rows.append(row)
            if len(rows) == limit:
                return rows
    rows += reader.finish()
    return rows[:limit]


def _row_again(row: ImportRow, form: FileForm) -> RecordRow:
    """Read the text of a row once more; its place is its number in the import before."""
    reader = RecordReader(form, Place(0, row.number, row.line - 1))
    text = f"{row.text}\n".encode(form.encoding)
    read = [*reader.feed(text), *reader.finish()][0]
    return RecordRow(
        row.number, row.line, read.text, read.record, read.fault, Place(0, row.number, row.line), read.members
    )
