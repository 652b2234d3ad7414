"""The mark `#b1.` that binds the members which the old Co-WIN context leaves exchangeable (contract, Profiles).

It is the fragment of `evidence[0].id`, the RDF subject of every statement about the vaccination, so it is signed and
cannot be stripped; old verifiers read it as part of the id. Behind the digest a status list and an index may stand:
`#b1.<digest>.<list>.<index>`.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from credential.jcs import canonical_json
from credential.status.positions import StatusPosition

_DOMAIN: Final = b"pramaan-binding-v1\0"
_DIGEST_BYTES: Final = 16
_MARK: Final = re.compile(r"b1\.([A-Za-z0-9_-]{22})(?:\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9}))?", re.ASCII)


def mark(document: Mapping[str, Any], position: StatusPosition | None = None) -> dict[str, Any]:
    """Return the unsigned Co-WIN document with its mark; a mark that is there already is made anew.

    The position in the status lists, if there is one, stands behind the digest. Raises CanonicalisationError for what
    JCS (RFC 8785) cannot write.
    """
    base, _, _ = evidence_id(document).partition("#")
    place = f".{position.number}.{position.index}" if position else ""
    return _with_evidence_id(document, f"{base}#b1.{digest(document)}{place}")


def digest(document: Mapping[str, Any]) -> str:
    """Return base64url of the first 16 bytes of SHA-256 over "pramaan-binding-v1", NUL and the document's JCS form.

    The document counts without `proof` and without the fragment of its evidence id. Raises CanonicalisationError for
    what JCS cannot write.
    """
    base, _, _ = evidence_id(document).partition("#")
    unsigned = {name: value for name, value in _with_evidence_id(document, base).items() if name != "proof"}
    return (
        urlsafe_b64encode(hashlib.sha256(_DOMAIN + canonical_json(unsigned)).digest()[:_DIGEST_BYTES])
        .decode("ascii")
        .rstrip("=")
    )


def marked_digest(evidence: str) -> str | None:
    """Return the digest in an evidence id's mark, None where the id has no well-formed mark."""
    found = _MARK.fullmatch(evidence.partition("#")[2])
    return found[1] if found else None


def marked_position(evidence: str) -> StatusPosition | None:
    """Return the position in the status lists that an evidence id's mark names, None where it names none."""
    found = _MARK.fullmatch(evidence.partition("#")[2])
    return StatusPosition(int(found[2]), int(found[3])) if found and found[2] else None


def evidence_id(document: Mapping[str, Any]) -> str:
    """Return the id of the one evidence entry of a Co-WIN document."""
    return str(document["evidence"][0]["id"])


def _with_evidence_id(document: Mapping[str, Any], identifier: str) -> dict[str, Any]:
    entry, *others = document["evidence"]
    return {**document, "evidence": [{**entry, "id": identifier}, *others]}
