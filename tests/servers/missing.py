"""When a server cannot be found: a failure where tests must be complete, elsewhere a skip that names the remedy."""

import os
from typing import NoReturn

import pytest


def missing(what: str, remedy: str) -> NoReturn:
    """Fail in CI (environment CI set), skip on a laptop."""
    message = f"{what} not found: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
