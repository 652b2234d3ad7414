"""A pytest plugin that notes whatever the tests of a run give to the gateway's verification.

`python -m pytest -p tests.interop.portal.recording FILES` writes the cases, one of each, to the file that the
environment names as RECORDING. So every attack that some test knows is tried on the pages' verifier as well.
"""

import os
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from credential import verification
from credential.formats import qr_zip, received, strict_json
from credential.verification import Policy, status_lists
from tests.interop.portal.sides import Case

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CASES: dict[bytes, None] = {}
_ACCEPTED: dict[int, list[Any]] = {}


def _note(case: Case) -> None:
    _CASES[pickle.dumps(case)] = None


def _before(owner: Any, name: str, note: Callable[..., None]) -> None:  # noqa: ANN401 - a module or class
    """Call `note` with the arguments before a function is."""
    real = getattr(owner, name)

    def noted(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the real one takes and gives
        note(*args, **named)
        return real(*args, **named)

    patch.object(owner, name, noted).start()


def _judged(given: received.Received, *, lists: status_lists.StatusLists | None = None, **named: Any) -> None:  # noqa: ANN401
    documents = tuple(_ACCEPTED.get(id(lists), ()))
    policy = named.get("policy", Policy.STANDARD)
    _note(Case(given.text, tuple(named["keys"]), named["now"], policy, documents))


def _shown(data: bytes | str, *_: Any) -> None:  # noqa: ANN401 - a limit that does not matter here
    _note(Case(data, (), _NOW))


def _accepted(lists: status_lists.StatusLists, document: Any, **_: Any) -> None:  # noqa: ANN401 - any JSON
    _ACCEPTED.setdefault(id(lists), []).append(document)


_before(verification, "judge", _judged)
_before(verification, "examine", _judged)
_before(received, "decode", _shown)
_before(qr_zip, "unpack", _shown)
_before(strict_json, "parse", _shown)
_before(status_lists.StatusLists, "accept", _accepted)


def pytest_sessionfinish() -> None:
    """Write what was noted."""
    Path(os.environ["RECORDING"]).write_bytes(pickle.dumps([pickle.loads(case) for case in _CASES]))  # noqa: S301 - ours
