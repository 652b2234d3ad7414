"""A digest of everything bundled that decides a page: code, templates, translations and fonts."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_HERE = Path(__file__).parent
_DECIDING = ("*.py", "templates/*.typ", "translations/*.toml", "fonts/*.ttf")


@cache
def template_digest() -> str:
    """Return the digest in hexadecimal; read once per process."""
    total = sha256()
    for pattern in _DECIDING:
        for file in sorted(_HERE.glob(pattern)):
            total.update(file.name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return total.hexdigest()
