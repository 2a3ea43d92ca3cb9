"""A load generator that costs little: one thread, raw keep-alive sockets, loopback alone.

Each connection sends a request, reads the whole answer, and sends the next.
It stops by itself: after some seconds, after the last request there is, or
after too many errors.
"""

import selectors
import socket
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

HOST = "127.0.0.1"
RECEIVE_BYTES = 65_536
ANSWER_SECONDS_MAX = 30
ERRORS_MAX = 200
HEAD_END = b"\r\n\r\n"
HEAD_BYTES_MAX = 16_384
LENGTH = b"content-length: "
ETAG = b"etag: "

# Returns the next request, given the ETag of the connection's last answer; None: no more.
NextRequest = Callable[[bytes], bytes | None]


@dataclass(slots=True)
class Load:
    """What one run of the load generator saw. `latencies` are seconds, of good answers alone."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    first_error: str = ""

    @property
    def per_second(self) -> float:
        """Return the good answers of a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    began: float = 0.0
    buffer: bytes = b""
    etag: bytes = b""


def run(
    port: int,
    next_request: NextRequest,
    *,
    connections: int,
    seconds: float,
    expected: Collection[int],
) -> Load:
    """Send what *next_request* returns over *connections* for *seconds*, and wait for the answers.

    An answer whose status is not *expected*, or that does not come whole, is an error.
    """
    generator = _Generator(port, next_request, expected)
    try:
        return generator.run(connections=connections, seconds=seconds)
    finally:
        generator.close()


class _Generator:
    def __init__(self, port: int, next_request: NextRequest, expected: Collection[int]) -> None:
        self._port = port
        self._next_request = next_request
        self._expected = frozenset(b"%d" % status for status in expected)
        self._selector = selectors.DefaultSelector()
        self._load = Load()
        self._deadline = 0.0
        self._waiting = 0

    def run(self, *, connections: int, seconds: float) -> Load:
        opened = [self._open() for _ in range(connections)]
        start = time.perf_counter()
        self._deadline = start + seconds
        for connection in opened:
            self._send(connection)
        last = start
        while self._waiting:
            ready = self._selector.select(ANSWER_SECONDS_MAX)
            if not ready:
                self._fail(f"no answer within {ANSWER_SECONDS_MAX} s", self._waiting)
                break
            for key, _ in ready:
                self._receive(key.data)
            last = time.perf_counter()
        self._load.seconds = last - start
        return self._load

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            key.data.socket.close()
        self._selector.close()

    def _open(self) -> _Connection:
        connected = socket.create_connection((HOST, self._port), timeout=ANSWER_SECONDS_MAX)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(connected)
        self._selector.register(connected, selectors.EVENT_READ, connection)
        return connection

    def _send(self, connection: _Connection) -> None:
        now = time.perf_counter()
        if now >= self._deadline or self._load.errors >= ERRORS_MAX:
            return
        request = self._next_request(connection.etag)
        if request is None:
            return
        connection.began = now
        self._waiting += 1
        connection.socket.sendall(request)

    def _receive(self, connection: _Connection) -> None:
        try:
            received = connection.socket.recv(RECEIVE_BYTES)
        except OSError:
            received = b""
        if not received:
            self._replace(connection)
            return
        connection.buffer += received
        answer = connection.buffer
        end = answer.find(HEAD_END, 0, HEAD_BYTES_MAX)
        if end < 0:
            return
        head = answer[:end].lower()
        if len(answer) < end + len(HEAD_END) + _length(head):
            return
        connection.buffer = b""
        connection.etag = _value(head, ETAG)
        self._waiting -= 1
        began, connection.began = connection.began, 0.0
        if head[9:12] in self._expected:
            self._load.latencies.append(time.perf_counter() - began)
        else:
            self._fail(answer[:1000].decode("utf-8", "replace"), 1)
        self._send(connection)

    def _replace(self, connection: _Connection) -> None:
        self._selector.unregister(connection.socket)
        connection.socket.close()
        # A connection on which nothing is asked may be closed at any time.
        if connection.began:
            self._waiting -= 1
            self._fail("the server closed the connection", 1)
            if self._load.errors < ERRORS_MAX:
                self._send(self._open())

    def _fail(self, reason: str, count: int) -> None:
        self._load.errors += count
        self._load.first_error = self._load.first_error or reason


def _length(head: bytes) -> int:
    return int(_value(head, LENGTH) or 0)


def _value(head: bytes, name: bytes) -> bytes:
    start = head.find(b"\r\n" + name)
    if start < 0:
        return b""
    start += len(name) + 2
    end = head.find(b"\r\n", start)
    return head[start : len(head) if end < 0 else end]
