"""The house keeps its own rules; each rule is also shown to notice a planted violation."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import cast, get_args

import pytest
from dramatiq.brokers.stub import StubBroker

from credential.jobs import JOB_NAMES, JobName
from tests.architecture import DOORS, Module, closed_doors, hidden_imports, impurities, left_behind, long_parts, modules
from workers.actors import declared
from workers.composition import Composition
from workers.tasks import tasks

Rule = Callable[[Module], list[str]]


def faults(rule: Rule, project: Path, *packages: str) -> list[str]:
    return [fault for module in modules(project, *packages) for fault in rule(module)]


def test_packages_use_only_their_doors(project: Path) -> None:
    assert faults(closed_doors, project, *DOORS) == []


def test_the_domain_is_pure(project: Path) -> None:
    assert faults(impurities, project, "credential") == []


def test_files_and_functions_stay_short(project: Path) -> None:
    assert faults(long_parts, project, *DOORS, "tests", "bench") == []


def test_nothing_is_left_for_later(project: Path) -> None:
    assert faults(left_behind, project, *DOORS, "tests", "bench") == []


def test_imports_stand_at_the_top(project: Path) -> None:
    assert faults(hidden_imports, project, *DOORS) == []


def test_every_package_was_looked_at(project: Path) -> None:
    for package in DOORS:
        assert len(list(modules(project, package))) > 1, package


@pytest.mark.parametrize("name", ["runtime", "dev", "tools", "clients"])
def test_requirements_are_pinned_by_hash_and_name_no_host(project: Path, name: str) -> None:
    text = (project / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)


PLANTED: list[tuple[Rule, str, str]] = [
    (closed_doors, "credential/x.py", "import backends.sql"),
    (closed_doors, "resolvers/x.py", "from backends import registry"),
    (closed_doors, "gateway/x.py", "from workers.broker import broker"),
    (closed_doors, "workers/x.py", "import gateway"),
    (closed_doors, "workers/x.py", "import importlib\nimportlib.import_module('gateway.cli')"),
    (closed_doors, "workers/x.py", "from importlib import import_module\nN = 'gateway.cli'\nimport_module(N)"),
    (closed_doors, "workers/x.py", "from importlib import import_module\nimport_module('gate' + 'way')"),
    (closed_doors, "backends/x.py", "def f():\n    import workers"),
    (impurities, "credential/x.py", "from sqlalchemy.orm import Session"),
    (impurities, "credential/x.py", "import os\nHOME = os.environ['HOME']"),
    (impurities, "credential/x.py", "import datetime\nnow = datetime.datetime.now(datetime.UTC)"),
    (impurities, "credential/x.py", "from uuid import uuid4\nname = uuid4()"),
    (long_parts, "credential/x.py", "a = 1\n" * 401),
    (long_parts, "credential/x.py", "def f():\n" + "    a = 1\n" * 50),
    (left_behind, "credential/x.py", "# TO" + "DO: later"),
    (left_behind, "credential/x.py", "raise NotImplemented" + "Error"),
    (hidden_imports, "credential/x.py", "async def f():\n    from json import loads"),
    (
        hidden_imports,
        "credential/x.py",
        "def f():\n    try:\n        import json\n    except ValueError:\n        pass",
    ),
    (
        hidden_imports,
        "credential/x.py",
        "def f():\n    try:\n        f()\n    except ImportError:\n        import json",
    ),
]


@pytest.mark.parametrize(("rule", "path", "source"), PLANTED)
def test_a_planted_violation_is_noticed(rule: Rule, path: str, source: str) -> None:
    assert len(rule(Module(PurePosixPath(path), source))) == 1


ALLOWED: list[tuple[Rule, str, str]] = [
    (closed_doors, "gateway/x.py", "import resolvers\nimport backends\nfrom . import app\nimport gateway.cli"),
    (impurities, "credential/x.py", "def f(now):\n    return now.date()"),
    (long_parts, "credential/x.py", "def f():\n" + "    a = 1\n" * 49),
    (
        hidden_imports,
        "backends/x.py",
        "def f():\n    try:\n        import a\n        from b import B\n    except ImportError:\n        pass",
    ),
    (
        hidden_imports,
        "backends/x.py",
        "def f():\n    try:\n        import boto3\n    except ImportError as e:\n        raise X from e",
    ),
]


@pytest.mark.parametrize(("rule", "path", "source"), ALLOWED)
def test_what_is_allowed_passes(rule: Rule, path: str, source: str) -> None:
    assert rule(Module(PurePosixPath(path), source)) == []


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


class Nothing:
    """Stands for all parts of a worker: no job runs here."""

    def __getattr__(self, _name: str) -> None:
        return None


def test_every_job_that_the_gateway_may_enqueue_has_an_actor(loop: asyncio.AbstractEventLoop) -> None:
    broker = StubBroker()
    with declared(broker, tasks(cast("Composition", Nothing())), loop):
        assert set(broker.actors) == set(JOB_NAMES) == set(get_args(JobName))
