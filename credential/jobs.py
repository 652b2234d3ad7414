"""What the queue carries: a name and ids, never personal data.

The store's outbox holds the intent; the queue is a hint.
"""

from dataclasses import dataclass
from typing import Literal

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
    """One message: `ids` are certificate ids (sign.

    Index_contacts) or document requests `<certificate id>/<PDF>/<EN>/<domestic>` (render); empty for jobs that find
    their own work (rollup, publish_revocations, bundle, send_codes). notify and earlier_doses have certificate ids.
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
