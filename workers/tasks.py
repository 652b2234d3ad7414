"""What workers do: one call to an operation per job name."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from credential.jobs import (
    BUNDLE,
    EARLIER_DOSES,
    INDEX_CONTACTS,
    NOTIFY,
    PUBLISH_REVOCATIONS,
    RENDER,
    ROLLUP,
    SEND_CODES,
    SIGN,
    JobName,
)
from credential.operations import (
    bundles,
    contacts,
    documents,
    earlier_doses,
    issue,
    notifying,
    one_time_codes,
    revoke,
    stats,
    status_lists,
)
from workers.composition import Composition

Run = Callable[[Sequence[str]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Task:
    """How a job is done; `run` returns how many things it did.

    `seconds` is its time limit, after which it is cancelled and tried again.
    """

    run: Run
    seconds: float


def tasks(parts: Composition) -> Mapping[JobName, Task]:
    """Return the task of every job name. Each may run again: what is done already changes nothing."""
    store, signer, policy, press = parts.store, parts.signer, parts.policy, parts.press

    async def sign(ids: Sequence[str]) -> int:
        issued = await issue.sign(ids, policy=policy, signing=store, signer=signer, now=parts.clock())
        await contacts.index(issued, contacts=store)  # what the outbox would bring as a job of its own, later
        return len(issued)

    async def render(ids: Sequence[str]) -> int:
        return await documents.render(ids, press)

    async def rollup(_: Sequence[str]) -> int:
        return await stats.fold(counting=store, now=parts.clock())

    async def publish_revocations(_: Sequence[str]) -> int:
        numbered = await revoke.publish(revoking=store, now=parts.clock())
        return numbered + await status_lists.publish(lists=store, signer=signer, policy=policy, now=parts.clock())

    async def index_contacts(ids: Sequence[str]) -> int:
        return await contacts.index(ids, contacts=store)

    async def bundle(_: Sequence[str]) -> int:
        return await bundles.make_next(bundles=store, counting=store, press=press, now=parts.clock())

    async def send_codes(_: Sequence[str]) -> int:
        sent = await one_time_codes.send(codes=store, notifier=parts.notifier, now=parts.clock())
        return sent + await notifying.send_letters(contacting=store, notifier=parts.notifier, now=parts.clock())

    async def notify(ids: Sequence[str]) -> int:
        return await notifying.notify(ids, notices=store, reading=store, notifier=parts.notifier, link=parts.holder_url)

    async def correct_earlier(ids: Sequence[str]) -> int:
        return await earlier_doses.correct_earlier(ids, store=store, policy=policy, queue=None, now=parts.clock())

    return {
        SIGN: Task(sign, 60),
        RENDER: Task(render, 60),
        ROLLUP: Task(rollup, 30),
        PUBLISH_REVOCATIONS: Task(publish_revocations, 30),
        INDEX_CONTACTS: Task(index_contacts, 30),
        BUNDLE: Task(bundle, 110),
        SEND_CODES: Task(send_codes, 30),
        NOTIFY: Task(notify, 60),
        EARLIER_DOSES: Task(correct_earlier, 60),
    }
