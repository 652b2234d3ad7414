"""Issuers beside our own whose certificates count as genuine: Co-WIN's did:india, other countries."""

from dataclasses import dataclass
from datetime import datetime

from credential.keys import PublicKey


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key of another issuer. `key.issuer` is set; `name` is for people, `country` an ISO 3166 code or empty."""

    key: PublicKey
    name: str
    country: str
    added_at: datetime
