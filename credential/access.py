"""Who asks, and what each may see (contract, Who calls). Deny by default."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a client key or token allows."""

    ISSUE = "issue"
    UPDATE = "update"
    REVOKE = "revoke"
    RECONCILE = "reconcile"
    JOBS = "jobs"
    FETCH = "fetch"
    STATS = "stats"
    ADMIN = "admin"


WRITE_SCOPES = frozenset({Scope.ISSUE, Scope.UPDATE, Scope.REVOKE})


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with a client.

    `legal_basis` is why it may process personal data. `daily_reads` is how many certificates it may read a day,
    `per_minute` the cost of the operations that it may send in a minute (docs/adr/0007); None: no limit.
    `trusted_only`: it may send only documents that an operator trusted.
    """

    legal_basis: str = ""
    daily_reads: int | None = None
    per_minute: int | None = None
    trusted_only: bool = False


NO_TERMS = Terms()
PERSON_MARK = "oidc:"
"""What the client id of a person who logged in begins with; those of client keys never do."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    `client_id` is None for anyone without a credential; `channel` names a partner app in the access counts; `holder_of`
    is (programme, beneficiary id) for a holder's token.
    """

    client_id: str | None = None
    name: str = "anyone"
    scopes: frozenset[Scope] = frozenset()
    channel: str | None = None
    purpose: str = ""
    holder_of: tuple[str, str] | None = None
    terms: Terms = NO_TERMS

    def has(self, *scopes: Scope) -> bool:
        """Tell whether any of the scopes, or admin, was granted."""
        return Scope.ADMIN in self.scopes or any(scope in self.scopes for scope in scopes)

    @property
    def is_partner(self) -> bool:
        """Whether reads need a proof of the beneficiary: `fetch`, and not admin, whatever else it may do."""
        return Scope.FETCH in self.scopes and Scope.ADMIN not in self.scopes

    @property
    def is_person(self) -> bool:
        """Whether a person logged in with an OpenID provider, and no program bears a key."""
        return self.client_id is not None and self.client_id.startswith(PERSON_MARK)


ANYONE = Caller()


@dataclass(frozen=True, slots=True)
class Proof:
    """A factor that a partner app shows to prove that it acts for the beneficiary.

    Exactly one is set, as the caller sent it.
    """

    mobile: str | None = None
    date_of_birth: str | None = None


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which rows a reader may see; goes into the SQL, not after the fetch. None means no limit in that respect."""

    client_id: str | None = None
    beneficiary: tuple[str, str] | None = None
    nothing: bool = False


ALL_ROWS = Visibility()
NO_ROWS = Visibility(nothing=True)


def visible_rows(caller: Caller) -> Visibility:
    """Return the rows that a caller may read; what it may change is `own_rows`.

    Admins and proven partners all, source systems their own, holders their own, others none.
    """
    if caller.is_partner:
        return ALL_ROWS
    if caller.holder_of is not None or caller.has(Scope.JOBS, *WRITE_SCOPES):
        return own_rows(caller)
    return NO_ROWS


def own_rows(caller: Caller) -> Visibility:
    """Return the rows that a caller may change, whatever else it may read with a proof.

    Admins all, holders their own, clients what they sent in.
    """
    if caller.has(Scope.ADMIN):
        return ALL_ROWS
    if caller.holder_of is not None:
        return Visibility(beneficiary=caller.holder_of)
    return Visibility(client_id=caller.client_id or "")


__all__ = [
    "ALL_ROWS",
    "ANYONE",
    "NO_ROWS",
    "PERSON_MARK",
    "WRITE_SCOPES",
    "Caller",
    "Proof",
    "Scope",
    "Visibility",
    "own_rows",
    "visible_rows",
]
