"""The JSON-LD contexts that this project knows. An address that is not listed here is an error, never a download.

The W3C's own contexts come with PyLD. Those of the Co-WIN certificates follow the tables of Co-WIN specification 2.5;
the divoc.dev and cowin.gov.in addresses serve the same text, as they did. The context of our own W3C profile gives
every member an IRI of its own (`name` keeps the one that credentials/v2 protects), so that no two values can change
places.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pyld import BUNDLED_CONTEXTS

from credential.errors import UnknownContext

CREDENTIALS_V1: Final = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
SECURITY_V2: Final = "https://w3id.org/security/v2"
COWIN_V1: Final = "https://cowin.gov.in/credentials/vaccination/v1"
COWIN_V2: Final = "https://cowin.gov.in/credentials/vaccination/v2"
DIVOC_V1: Final = "https://divoc.dev/credentials/vaccination/v1"
DIVOC_V2: Final = "https://divoc.dev/credentials/vaccination/v2"
VACCINATION_V1: Final = "https://w3id.org/pramaan/vaccination/v1"
STATUS_V1: Final = "https://w3id.org/pramaan/status/v1"

_HERE: Final = Path(__file__).parent
_W3C: Final = (CREDENTIALS_V1, CREDENTIALS_V2, "https://w3id.org/security/v1", SECURITY_V2)
_FILES: Final[Mapping[str, Path]] = MappingProxyType(
    {
        **{url: BUNDLED_CONTEXTS[url] for url in _W3C},
        "https://www.w3.org/2018/credentials#": BUNDLED_CONTEXTS[CREDENTIALS_V1],  # the reference loader's alias
        COWIN_V1: _HERE / "cowin-vaccination-v1.json",
        COWIN_V2: _HERE / "cowin-vaccination-v2.json",
        DIVOC_V1: _HERE / "cowin-vaccination-v1.json",
        DIVOC_V2: _HERE / "cowin-vaccination-v2.json",
        VACCINATION_V1: _HERE / "pramaan-vaccination-v1.json",
        STATUS_V1: _HERE / "pramaan-status-v1.json",
    },
)
KNOWN: Final = frozenset(_FILES)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def load(url: str) -> dict[str, Any]:
    """Return a fresh copy of the context document at `url`: `{"@context": ...}`.

    Raises UnknownContext for an address that is not bundled.
    """
    path = _FILES.get(url)
    if path is None:
        msg = "The document names a JSON-LD context that is not bundled; contexts are never downloaded."
        raise UnknownContext(msg)
    document: dict[str, Any] = json.loads(_text(path))
    return document


def document_loader(url: str, _options: Mapping[str, Any]) -> dict[str, Any]:
    """Serve a bundled context in the shape that PyLD asks of a document loader. Raises UnknownContext."""
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": load(url)}
