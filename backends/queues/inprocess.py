"""`inprocess:`: jobs stay in this process, for a worker thread beside the gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dramatiq import Broker, MessageProxy
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware

from backends.queues.jobs import JobQueue
from backends.queues.retries import middleware
from backends.settings import Settings


class _ForgetDeadLetters(Middleware):
    """The broker would keep every message that failed for good; the outbox has it, with the reason."""

    def after_nack(self, broker: Broker, message: MessageProxy) -> None:
        if isinstance(broker, StubBroker):
            broker.dead_letters_by_queue[message.queue_name].clear()


@asynccontextmanager
async def open_inprocess(_settings: Settings) -> AsyncIterator[JobQueue]:
    """Open a queue in this process's memory."""
    broker = StubBroker(middleware=[*middleware(), _ForgetDeadLetters()])
    queue = JobQueue(broker, blocking=False, length=lambda name: broker.queues[name].qsize())
    try:
        yield queue
    finally:
        await queue.close()
