"""What the queue carries: a name and ids, never personal data.

The store's outbox holds the intent; the queue is a hint.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

NUDGE = timedelta(seconds=3)
"""How long a job waits in the outbox that is sent after its commit, too: normally it ends before it would be due."""

JobName = Literal[
    "sign",
    "render",
    "rollup",
    "publish_revocations",
    "index_contacts",
    "bundle",
    "send_codes",
    "notify",
    "earlier_doses",
]


@dataclass(frozen=True, slots=True)
class Job:
    """One message.

    `ids` are certificate ids; of `render` document requests, `<certificate id>/<PDF>/<EN>/<domestic>`; of jobs that
    find their own work (rollup, publish_revocations, bundle, send_codes) there are none.
    """

    name: JobName
    ids: tuple[str, ...] = ()


SIGN: JobName = "sign"
RENDER: JobName = "render"
ROLLUP: JobName = "rollup"
PUBLISH_REVOCATIONS: JobName = "publish_revocations"
INDEX_CONTACTS: JobName = "index_contacts"
BUNDLE: JobName = "bundle"
SEND_CODES: JobName = "send_codes"
NOTIFY: JobName = "notify"
EARLIER_DOSES: JobName = "earlier_doses"
JOB_NAMES: tuple[JobName, ...] = (
    SIGN,
    RENDER,
    ROLLUP,
    PUBLISH_REVOCATIONS,
    INDEX_CONTACTS,
    BUNDLE,
    SEND_CODES,
    NOTIFY,
    EARLIER_DOSES,
)
