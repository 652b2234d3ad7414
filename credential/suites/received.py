"""What every family of suites reads out of a proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credential.errors import ProofError
from credential.keys import Suite
from credential.moments import moment


@dataclass(frozen=True, slots=True)
class ReceivedProof:
    """A proof as somebody shows it, whatever its layout.

    `options` is what the signature covers beside the document; `protected` the JWS header as it was sent, empty
    elsewhere; `created` is aware.
    """

    suite: Suite
    created: datetime | None
    verification_method: str
    purpose: str
    signature: bytes
    options: dict[str, Any]
    protected: bytes = b""


def text_member(proof: Mapping[str, Any], name: str) -> str:
    """Return a member that must be a text. Raises ProofError."""
    value = proof.get(name)
    if not isinstance(value, str) or not value:
        raise ProofError(f"The proof needs the member {name} as a text.")
    return value


def only_members(proof: Mapping[str, Any], allowed: frozenset[str]) -> None:
    """Raise ProofError for a member that the layout does not have."""
    if not proof.keys() <= allowed:
        raise ProofError("The proof has a member that its layout does not allow.")


def created_at(text: str) -> datetime:
    """Read when a proof was made. Raises ProofError."""
    created = moment(text)
    if created is None:
        raise ProofError("The proof's created is no XML Schema dateTime with offset.")
    return created
