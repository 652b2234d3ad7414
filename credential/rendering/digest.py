"""Digests of what decides a page: a page made again from the same record and digest has the same bytes."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import msgspec

from credential.rendering.registry import Template

_HERE = Path(__file__).parent
_CODE = ("*.py",)
_DATA = ("templates/*/*.typ", "issuers/*", "translations/*.toml", "fonts/*.ttf")


@cache
def template_digest() -> str:
    """Return the digest of everything bundled, in hexadecimal; read once per process."""
    return _total(*_CODE, *_DATA).hex()


def digest(template: Template, language: str) -> str:
    """Return the digest of a template with its pictures, its design, the translations of its page and all fonts.

    In hexadecimal. The renderer counts too: code of this package and the version of typst.
    """
    codes = {"en", language.lower()}
    files = (f"templates/{template.design}/*.typ", *(f"translations/{code}.toml" for code in sorted(codes)))
    # Members of mappings in one order, whatever the order in the issuer's file.
    own = msgspec.json.encode(template, order="deterministic")
    return sha256(_total(*_CODE, *files, "fonts/*.ttf") + version("typst").encode() + b"\0" + own).hexdigest()


@cache
def _total(*patterns: str) -> bytes:
    total = sha256()
    for pattern in patterns:
        for file in sorted(_HERE.glob(pattern)):
            name = file.relative_to(_HERE).as_posix()
            total.update(name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return total.digest()
