"""Queues: how jobs reach workers. A hint each: what a queue loses the relay sends again from the outbox."""
