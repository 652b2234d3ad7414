"""What is to be imported, and what came of it."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from credential.errors import BadUserInput
from credential.formats.record_rows import FileForm
from credential.record import Kind


@dataclass(frozen=True, slots=True)
class Order:
    """A file with its SHA-256 in hexadecimal; where failed rows go, None for beside the file."""

    file: Path
    digest: str
    kind: Kind
    errors: Path | None

    @property
    def key(self) -> str:
        """The idempotency key: the same file is imported once."""
        return f"import:{self.digest}:{self.kind}"

    def errors_path(self, *, csv: bool) -> Path:
        """Return where failed rows are written."""
        return self.errors or self.file.with_name(f"{self.file.name}.errors.{'csv' if csv else 'jsonl'}")


@dataclass(frozen=True, slots=True)
class Imported:
    """A finished import."""

    job: str
    total: int
    done: int
    failed: int
    merkle_root: str | None
    errors_file: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what programs read."""
        return {
            "job": self.job,
            "total": self.total,
            "done": self.done,
            "failed": self.failed,
            "merkleRoot": self.merkle_root,
            "errorsFile": str(self.errors_file) if self.errors_file else None,
        }


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, read a piece at a time."""
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def is_csv(form: FileForm) -> bool:
    """Tell whether a file has columns."""
    return form.delimiter is not None


def cannot_write() -> BadUserInput:
    """Return the fault of a file for failed rows that cannot be written."""
    return BadUserInput("The file for failed rows cannot be written; name another with --errors.", ("errors",))
