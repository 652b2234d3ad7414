"""A list in memory, for tests and trying out: messages are kept, and reach nobody."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """What was said to whom."""

    recipient: str
    subject: str
    message: str


@dataclass(slots=True)
class MemoryNotifier:
    """Implements Notifier by keeping messages."""

    sent: list[Message] = field(default_factory=list)

    async def notify(self, recipient: str, subject: str, message: str) -> None:
        """Keep."""
        self.sent.append(Message(recipient, subject, message))
