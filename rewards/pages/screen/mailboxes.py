"""What waits to be sent to one screen: of each slide the newest, never a queue.

A thread of the server waits at each mailbox, and other threads put into it.
"""

import socket
import threading
import time
from contextlib import suppress

# A screen that was switched off answers nothing; its connection is given up after this.
UNHEARD_MILLISECONDS = 30_000


class Line:
    """The connection to a screen, as far as a server tells of it."""

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection
        if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            with suppress(OSError):
                connection.setsockopt(
                    socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_MILLISECONDS
                )

    def is_gone(self) -> bool:
        """Tell whether nobody is at the other end any more."""
        if self._connection is None:
            return False
        try:
            if self._connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return True
            return not self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def cut(self) -> None:
        """End it under whoever is just sending."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)


class Mailbox:
    """The newest of each slide that one screen has not been sent yet."""

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or Line(None)
        self._condition = threading.Condition(threading.Lock())
        self._waiting: dict[str, bytes] = {}
        self._waits_since: float | None = None
        self._is_closed = False

    def put(self, key: str, event: bytes) -> None:
        """Have *event* sent, instead of one of the same *key* that was not taken yet."""
        with self._condition:
            if self._is_closed:
                return
            self._waiting[key] = event
            if self._waits_since is None:
                self._waits_since = time.monotonic()
            self._condition.notify()

    def close(self, last: bytes = b"") -> None:
        """Send nothing more but *last*."""
        with self._condition:
            if self._is_closed:
                return
            self._is_closed = True
            self._waiting = {"": last} if last else {}
            self._condition.notify()

    def take(self, *, timeout: float) -> bytes | None:
        """Return what there is to send, b"" after *timeout* seconds of nothing, None at the end."""
        with self._condition:
            if not self._waiting and not self._is_closed:
                self._condition.wait(timeout)
            if not self._waiting and self._is_closed:
                return None
            events = b"".join(self._waiting.values())
            self._waiting.clear()
            self._waits_since = None
            return events

    def is_stuck(self, seconds: float) -> bool:
        """Tell whether something has waited for longer than *seconds*, so that nobody reads."""
        since = self._waits_since
        return since is not None and time.monotonic() - since > seconds
