"""One client's connection: what uvicorn leaves unbounded, bounded.

uvicorn's parser takes heads of any length, and its only timer runs between requests. The body's length and time are
the gateway's (bodies.py).
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
PATIENCE_SECONDS = 10


class Connection(HttpToolsProtocol):
    """A connection that is closed unless each head is whole within 10 seconds and 64 KiB.

    The same time is given to a body that nobody reads any more, since the answer was sent before its end: closed at
    once, the system would reset the connection, and the client lose the answer (RFC 9112, 9.6).
    """

    _head = 0
    _in_body = False
    _advanced = False
    _parting = False
    _timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Wait for the first head."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on; then see whether a head grows too long, or a body comes that nobody waits for."""
        self._advanced = False
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_body:
            if self.cycle.response_complete:
                self._start_timer()
        elif not self._advanced:
            self._start_timer()
            self._head += len(data)
            if self._head > MAX_HEAD:
                self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        """Note that a head is whole."""
        self._advanced, self._in_body, self._head = True, True, 0
        self._stop_timer()
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = _Answering(self)

    def on_message_complete(self) -> None:
        """Note that the body is whole."""
        self._advanced, self._in_body = True, False
        self._stop_timer()
        super().on_message_complete()
        if self._parting:
            self.transport.close()

    def part(self) -> None:
        """Close, but only after a body that is still coming."""
        if self._in_body:
            self._parting = True
            self._start_timer()
        else:
            self.transport.close()

    def _start_timer(self) -> None:
        """Close the connection in ten seconds, unless that is already to happen."""
        if self._timer is None:
            self._timer = self.loop.call_later(PATIENCE_SECONDS, self.timeout_keep_alive_handler)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Answering(Transport):
    """What an answer is written to; closing it parts from the client."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._connection.transport.write(data)

    def is_closing(self) -> bool:
        return self._connection.transport.is_closing()

    def close(self) -> None:
        self._connection.part()
