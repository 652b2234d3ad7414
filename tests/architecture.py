"""The rules of the house as functions of source text, so that each can be tried on a planted violation."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

DOORS = {
    "credential": set[str](),
    "backends": {"credential"},
    "resolvers": {"credential"},
    "workers": {"credential", "backends"},
    "gateway": {"credential", "backends", "resolvers"},
}
"""Which packages of ours each package may import (architecture, The doors)."""

NEVER_IN_CREDENTIAL = {"sqlalchemy", "redis", "dramatiq", "starlette", "strawberry", "aiosqlite", "asyncpg", "alembic"}
IMPURE = {
    "os.environ",
    "os.getenv",
    "os.urandom",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.sleep",
    "uuid.uuid4",
    "uuid4",
}
"""The domain takes environment, time and randomness as arguments."""

UNREADABLE = "what is computed"
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
LEFT_BEHIND = re.compile("|".join((r"\bTO" + "DO", r"\bFIX" + "ME", r"raise NotImplemented" + "Error")))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its path relative to the project's root, and its text."""

    path: PurePosixPath
    source: str

    @property
    def package(self) -> str:
        """Return the top-level directory."""
        return self.path.parts[0]

    def walk(self) -> Iterator[ast.AST]:
        """Walk the syntax tree."""
        return ast.walk(_parsed(self.source))

    def at(self, node: ast.stmt | ast.expr, fault: str) -> str:
        """Say where a fault is."""
        return f"{self.path}:{node.lineno}: {fault}"


def modules(project: Path, *packages: str) -> Iterator[Module]:
    """Yield the Python files of packages, none of what npm installs beside tests."""
    for package in packages:
        for path in sorted((project / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield Module(PurePosixPath(path.relative_to(project)), path.read_text(encoding="utf-8"))


def reached(module: Module) -> set[str]:
    """Return the top-level names that a module imports."""
    return {name for _, name in _imports(module)}


@lru_cache(maxsize=1024)
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def closed_doors(module: Module) -> list[str]:
    """Imports between our packages that the table does not allow."""
    allowed = DOORS[module.package] | {module.package}
    return [
        module.at(node, f"{module.package} must not import {name}")
        for node, name in _imports(module)
        if name == UNREADABLE or (name in DOORS and name not in allowed)
    ]


def impurities(module: Module) -> list[str]:
    """What makes the domain depend on a driver, the environment, the clock or chance."""
    faults = [module.at(node, f"imports {name}") for node, name in _imports(module) if name in NEVER_IN_CREDENTIAL]
    names = ((node, ast.unparse(node)) for node in module.walk() if isinstance(node, ast.Attribute | ast.Name))
    return faults + [module.at(node, f"uses {name}") for node, name in names if _tail(name) in IMPURE or name in IMPURE]


def long_parts(module: Module) -> list[str]:
    """Files and functions that have outgrown a reader."""
    lines = module.source.count("\n")
    functions = ((node, _length(node)) for node in module.walk() if isinstance(node, FUNCTIONS))
    long = [module.at(node, f"{node.name} has {size} lines") for node, size in functions if size > MAX_FUNCTION_LINES]
    return [f"{module.path}: {lines} lines", *long] if lines > MAX_FILE_LINES else long


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def left_behind(module: Module) -> list[str]:
    """Notes to self and stubs."""
    lines = enumerate(module.source.splitlines(), 1)
    return [f"{module.path}:{number}: {found[0]}" for number, line in lines if (found := LEFT_BEHIND.search(line))]


def hidden_imports(module: Module) -> list[str]:
    """Imports inside functions, except of an optional SDK, whose absence is handled where it is imported."""
    guarded = {
        statement
        for node in module.walk()
        if isinstance(node, ast.Try) and any("ImportError" in ast.unparse(handler) for handler in node.handlers)
        for statement in node.body
    }
    inside = {
        statement
        for node in module.walk()
        if isinstance(node, FUNCTIONS)
        for statement in ast.walk(node)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    }
    return [module.at(node, "import inside a function") for node in _ordered(inside - guarded)]


def _imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield every import, relative and lazy ones included, with the top-level name it reaches."""
    for node in module.walk():
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, module.package if node.level else (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            yield ast.Expr(node, lineno=node.lineno, col_offset=0), _named(module, node.args[0]).partition(".")[0]


def _named(module: Module, name: ast.expr) -> str:
    """Return what a lazy import names: a literal, or a constant of the module."""
    constants = {
        target.id: node.value
        for node in module.walk()
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    value = constants.get(name.id) if isinstance(name, ast.Name) else name
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else UNREADABLE


def _tail(dotted: str) -> str:
    """Return the last two parts of a dotted name: `datetime.datetime.now` is `datetime.now`."""
    return ".".join(dotted.split(".")[-2:])


def _ordered(nodes: set[ast.Import | ast.ImportFrom]) -> list[ast.Import | ast.ImportFrom]:
    return sorted(nodes, key=lambda node: node.lineno)
