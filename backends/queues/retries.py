"""How often a queue tries a message again."""

from dramatiq.middleware import Middleware, Retries

MAX_RETRIES = 3
MIN_BACKOFF_MS = 500
MAX_BACKOFF_MS = 30_000


def middleware() -> list[Middleware]:
    """Return the middleware of our brokers: few retries with jitter, for faults that pass quickly.

    What outlasts them comes again from the outbox, which also keeps the reason of what failed for good.
    """
    return [Retries(max_retries=MAX_RETRIES, min_backoff=MIN_BACKOFF_MS, max_backoff=MAX_BACKOFF_MS)]
