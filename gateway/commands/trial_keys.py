"""Client keys for trying a gateway out, which end by themselves."""

import secrets
from datetime import timedelta

from credential.access import Scope
from credential.operations.clients import new_client
from credential.ports import Clients
from gateway.commands.clients import store_client
from gateway.commands.clock import now

TRIAL_DAYS = 7
SOURCE = frozenset({Scope.ISSUE, Scope.UPDATE, Scope.REVOKE, Scope.JOBS})
ADMIN = frozenset({Scope.ADMIN})


async def trial_key(clients: Clients, name: str, scopes: frozenset[Scope], *, channel: str | None = None) -> str:
    """Make a client for seven days and return its key."""
    moment = now()
    made = new_client(
        name,
        scopes,
        created_at=moment,
        randomness=secrets.token_bytes,
        channel=channel,
        purpose="trying out",
        expires_at=moment + timedelta(days=TRIAL_DAYS),
    )
    return (await store_client(made, clients)).key
