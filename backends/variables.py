"""Reading environment variables: `PRAMAAN_<NAME>`, or `PRAMAAN_<NAME>_FILE` with the path of a file that holds it.

What is wrong is collected, so that one message tells all of it; values are never repeated in it.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar
from urllib.parse import quote, urlsplit

from credential.errors import ConfigurationError
from credential.keys import Profile

T = TypeVar("T")

PREFIX = "PRAMAAN_"
ELSEWHERE = frozenset({"CLIENT_KEY"})
"""Read by a command, not by a deployment."""
SECRET_BYTES = 32
SECRET = f"the base64url of {SECRET_BYTES} random bytes, such as `openssl rand -base64 32 | tr +/ -_` prints"


@dataclass(frozen=True, slots=True)
class Variable(Generic[T]):
    """One setting: its name without the prefix, how its text is parsed, what is expected (for messages), its default.

    `parse` raises ValueError. In production a variable that is `needed` has no default.
    """

    name: str
    parse: Callable[[str], T]
    expected: str
    default: str
    needed: bool = False


class Variables:
    """The variables of one environment, and the problems met while reading them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take the environment, such as `os.environ`."""
        self._environ = environ
        self._problems: list[str] = []
        self._known: set[str] = set()
        self.production = False
        self.defaults: Mapping[str, str] = {}

    def read(self, variable: Variable[T], *, default: str | None = None) -> T:
        """Return the parsed value, or the parsed default where it is not set.

        A value that is refused, and a missing one that is needed, become problems; then, too, the default is returned,
        and `check` raises.
        """
        self._known.add(variable.name)
        fallback = self.defaults.get(variable.name, variable.default) if default is None else default
        text = self._text(variable.name)
        if text is None:
            if variable.needed and self.production:
                self.problem(variable.name, f"is not set; set it to {variable.expected}")
            return variable.parse(fallback)
        try:
            return variable.parse(text)
        except ValueError:
            self.problem(variable.name, f"must be {variable.expected}")
            return variable.parse(fallback)

    def unknown(self) -> tuple[str, ...]:
        """Return the names that begin as ours do and that nothing has read: misspelt, or of another release."""
        given = (name.removeprefix(PREFIX).removesuffix("_FILE") for name in self._environ if name.startswith(PREFIX))
        return tuple(sorted({PREFIX + name for name in given} - {PREFIX + name for name in self._known | ELSEWHERE}))

    def is_set(self, name: str) -> bool:
        """Tell whether the variable has a value, its own or by file."""
        return any(self._environ.get(f"{PREFIX}{name}{suffix}") for suffix in ("", "_FILE"))

    def problem(self, name: str, fault: str) -> None:
        """Note that a variable is wrong."""
        self._problems.append(f"{PREFIX}{name} {fault}.")

    def check(self) -> None:
        """Raise ConfigurationError with every problem, if there is one."""
        if self._problems:
            raise ConfigurationError("\n".join(self._problems))

    def _text(self, name: str) -> str | None:
        value, path = (self._environ.get(f"{PREFIX}{name}{suffix}") or None for suffix in ("", "_FILE"))
        if path is None:
            return value
        if value is not None:
            self.problem(name, f"and {PREFIX}{name}_FILE are both set; keep one")
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.problem(f"{name}_FILE", "names a file that cannot be read; check its path and permissions")
            return None


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a parser of whole numbers in a range."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and lowest <= int(text) <= highest):
            raise ValueError
        return int(text)

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """Return a parser that takes one of the words."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return parse


def id_scheme(text: str) -> Literal["random", "cowin"]:
    """Return a scheme of certificate ids. Raises ValueError."""
    if text == "cowin":
        return "cowin"
    if text == "random":
        return "random"
    raise ValueError


def secret(text: str) -> bytes:
    """Return the bytes of a secret, padded base64url or not. Raises ValueError."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != SECRET_BYTES:
        raise ValueError
    return raw


def data_keys(text: str) -> tuple[tuple[str, bytes], ...]:
    """Return (kid, key) pairs of `kid:base64url,kid2:base64url`, the active one first. Raises ValueError."""
    pairs = [entry.strip().partition(":") for entry in text.split(",")]
    keys = tuple((kid, secret(value)) for kid, _, value in pairs)
    kids = [kid for kid, _ in keys]
    if len(set(kids)) < len(kids) or not all(kid.isascii() and kid.replace("-", "").isalnum() for kid in kids):
        raise ValueError
    return keys


def profiles(text: str) -> tuple[Profile, ...]:
    """Return the profiles of a comma-separated list, the primary first. Raises ValueError."""
    found = tuple(Profile(name.strip()) for name in text.split(","))
    if len(set(found)) < len(found):
        raise ValueError
    return found


def origin(text: str) -> str:
    """Return a public address `scheme://host[:port]`, without a slash at the end. Raises ValueError."""
    parts = urlsplit(text.removesuffix("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.netloc != parts.netloc.strip():
        raise ValueError
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def did_web(address: str) -> str:
    """Return the did:web of an origin; the colon before a port is percent-encoded (did:web Method, 3.1)."""
    return "did:web:" + quote(urlsplit(address).netloc, safe="")


def web_address(text: str) -> str:
    """Return the text when it is an absolute http(s) address. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError
    return text


def identifier(text: str) -> str:
    """Return the text when it is an absolute identifier such as `did:india`. Raises ValueError."""
    scheme, _, rest = text.partition(":")
    if not scheme.isalnum() or not rest or text != "".join(text.split()):
        raise ValueError
    return text
