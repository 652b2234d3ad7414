"""Status lists in files, as they were downloaded, and what a verifier remembers of them."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec
from msgspec import Struct

from credential.errors import ConfigurationError, StatusListRefused, Unreadable
from credential.formats.strict_json import parse
from credential.keys import PublicKey
from credential.verification.status_lists import ListName, Seen, StatusLists
from gateway.commands.clock import now
from gateway.commands.terminal import warn

MAX_BYTES = 256 * 1024 * 1024


class Remembered(Struct, frozen=True, rename="camel"):
    """A list as the state file has it."""

    issuer: str
    url: str
    sequence: int
    digest: str


def read_status(files: Sequence[Path], state: Path | None, keys: Sequence[PublicKey]) -> StatusLists:
    """Return the lists of files; one that is not to be believed is left out with a warning.

    A file is a list, a delta, or any array or object that holds some: lists are taken before deltas, and later
    sequences after earlier ones. What was seen goes into the state file. Raises ConfigurationError for a file that
    cannot be read.
    """
    lists, moment = StatusLists(keys, _seen(state)), now()
    found = [(path, document) for path in files for document in _documents(_json(path))]
    refused: Counter[tuple[str, str]] = Counter()
    for path, document in sorted(found, key=lambda one: _order(one[1])):
        try:
            lists.accept(document, now=moment)
        except StatusListRefused as reason:
            refused[path.name, str(reason)] += 1
    for (name, reason_told), count in refused.items():
        warn(f"{count} of the lists in {name} not believed. {reason_told}")
    if state is not None:
        _remember(state, lists.seen)
    return lists


def _documents(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    """Yield the credentials in a value, however they are wrapped."""
    if isinstance(value, list):
        for item in value:
            yield from _documents(item)
    elif isinstance(value, dict):
        if "credentialSubject" in value:
            yield value
        else:
            yield from _documents([value[name] for name in ("lists", "deltas", "credential") if name in value])


def _order(document: Mapping[str, Any]) -> tuple[bool, int]:
    """Lists first, then deltas in the order in which they lead on."""
    subject = document["credentialSubject"]
    start = subject.get("fromSequence") if isinstance(subject, dict) else None
    return start is not None, start if isinstance(start, int) else 0


def _json(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return parse(path.read_text(encoding="utf-8-sig"), MAX_BYTES)
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"--status {path.name} cannot be read; check its path and permissions.") from None
    except Unreadable as reason:
        raise ConfigurationError(f"--status {path.name} cannot be read. {reason} Download it again.") from None


def _seen(state: Path | None) -> dict[ListName, Seen]:
    if state is None or not state.exists():
        return {}
    try:
        remembered = msgspec.json.decode(state.read_bytes(), type=list[Remembered])
    except (OSError, msgspec.MsgspecError):
        raise ConfigurationError(
            f"--state {state.name} cannot be read; give the file that an earlier run wrote, or a new name."
        ) from None
    return {(one.issuer, one.url): Seen(one.sequence, one.digest) for one in remembered}


def _remember(state: Path, seen: Mapping[ListName, Seen]) -> None:
    """Replace the state file as a whole, so that a cut never leaves half of it."""
    content = [Remembered(*name, one.sequence, one.digest) for name, one in sorted(seen.items())]
    try:
        with NamedTemporaryFile(dir=state.parent, prefix=state.name, delete=False) as file:
            file.write(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(state)
    except OSError:
        raise ConfigurationError(f"--state {state.name} cannot be written; check its directory.") from None
