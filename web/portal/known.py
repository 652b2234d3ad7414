"""Print, as JSON, what verification in the browser takes from the gateway's own tables, so that nothing is copied."""

# ruff: noqa: INP001 - a script of the build, of no package

import json
import sys
from typing import Any

from credential import contexts, sandbox, valuesets
from credential.verification import shapes, status_lists, structure
from credential.verification.result import CheckCode


def main() -> None:
    """Write contexts, value sets, closed structures and the order of checks to standard output."""
    known = {
        "checks": list(CheckCode),
        "contexts": {url: contexts.load(url) for url in sorted(contexts.KNOWN)},
        "doses": valuesets.DOSES,
        "manufacturers": valuesets.MANUFACTURERS,
        "prophylaxis": sorted(valuesets.PROPHYLAXIS),
        "sandbox": {"issuer": sandbox.ISSUER, "didPath": sandbox.DID_PATH},
        "shapes": {
            **{profile.value: _shape(shape) for profile, shape in structure.SHAPES.items()},
            "list": _shape(status_lists.LIST),
            "delta": _shape(status_lists.DELTA),
        },
        "vaccineCodes": valuesets.VACCINE_CODES,
    }
    json.dump(known, sys.stdout, sort_keys=True, separators=(",", ":"))


def _shape(shape: shapes.Shape) -> dict[str, Any]:
    match shape:
        case shapes.Exactly(value):
            return {"kind": "exactly", "value": value}
        case shapes.Value(pattern, text, integer):
            return {"kind": "value", "pattern": pattern and pattern.pattern, "text": text, "integer": integer}
        case shapes.OnlyOne() | shapes.InOrder():
            items = [shape.item] if isinstance(shape, shapes.OnlyOne) else shape.items
            return {"kind": "entries", "items": [_shape(item) for item in items]}
        case shapes.Members():
            known = {name: _shape(member) for name, member in shape.known.items()}
            return {"kind": "members", "required": sorted(shape.required), "known": known}
        case shapes.Texts() | shapes.Anything():
            return {"kind": "texts" if isinstance(shape, shapes.Texts) else "anything"}


if __name__ == "__main__":
    main()
