"""What became of a file of records: a summary, and the row errors as a file."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from credential.certificate import Status
from credential.errors import BadUserInput
from gateway.commands.source_file import RowError, SourceFile, errors_text, reason
from gateway.commands.terminal import print_json, say, warn

SHOWN_ERRORS = 10


@dataclass(slots=True)
class Report:
    """What became of a file, filled while it is sent."""

    issued: list[tuple[int, str, Status]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def count(self, *statuses: Status) -> int:
        """Return how many certificates have one of the states."""
        return sum(status in statuses for _, _, status in self.issued)


def errors_path(file: Path, source: SourceFile) -> Path:
    """Return where row errors of a file are written unless something else is said: beside it."""
    return file.with_name(f"{file.name}.errors.{'csv' if source.table else 'json'}")


def write_errors(source: SourceFile, report: Report, path: Path) -> Path | None:
    """Write the row errors in the order of the file, if there are any. Raises BadUserInput."""
    if not report.errors:
        return None
    report.errors.sort(key=lambda error: error.item.index)
    try:
        path.write_text(errors_text(source, report.errors), encoding="utf-8", newline="")
    except OSError:
        raise BadUserInput(
            "The file for row errors cannot be written; name another with --errors.", ("errors",)
        ) from None
    return path


def show(report: Report, total: int, errors_file: Path | None, *, as_json: bool) -> None:
    """Print what became of a file of `total` records."""
    if report.ignored:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(report.ignored.items()))
        warn(f"Ignored, since a record does not have them: {names}.")
    if as_json:
        print_json(_as_json(report, total, errors_file))
        return
    pending = report.count(Status.PENDING)
    records = "1 record" if total == 1 else f"{total} records"
    issued, refused = len(report.issued) - pending, len(report.errors)
    say(f"{records}: {issued} issued, {pending} pending, {refused} not issued.")
    for error in report.errors[:SHOWN_ERRORS]:
        say(f"  {_position(error)}: {reason(error)}")
    if len(report.errors) > SHOWN_ERRORS:
        say(f"  and {len(report.errors) - SHOWN_ERRORS} more")
    if errors_file:
        mend = "; mend them there and issue that file." if errors_file.suffix == ".csv" else "."
        say(f"They are written, with the reasons, to {errors_file}{mend}")
    elif pending:
        say("A worker signs what is pending: `pramaan worker`, or `pramaan serve --with-worker`.", style="dim")


def _position(error: RowError) -> str:
    return f"line {error.item.line}" if error.item.line is not None else f"record {error.item.index}"


def _as_json(report: Report, total: int, errors_file: Path | None) -> dict[str, Any]:
    pending = report.count(Status.PENDING)
    return {
        "total": total,
        "issued": len(report.issued) - pending,
        "pending": pending,
        "failed": len(report.errors),
        "ignored": dict(report.ignored),
        "errorsFile": str(errors_file) if errors_file else None,
        "errors": [
            {"index": each.item.index, "path": list(each.path), "code": each.code, "message": each.message}
            for each in report.errors
        ],
        "certificates": [{"index": index, "id": id_, "status": status} for index, id_, status in report.issued],
    }
