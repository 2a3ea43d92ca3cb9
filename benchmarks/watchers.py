"""Screens that watch, in a process of their own: one thread, raw sockets, loopback alone.

Each behaves as a browser does with an event stream: it comes back after the
time that the server named, and after one it was refused, as the page does.
"""

import heapq
import random
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from .load import HOST

RECEIVE_BYTES = 262_144
LOOK_SECONDS = 0.2
RETRY_SECONDS = 3.0
REFUSED_SECONDS = (5.0, 20.0)
HEAD_END = b"\r\n\r\n"
EVENT_END = b"\n\n"
MARK = re.compile(rb"9,?(\d{3}),?(\d{3})<")
RETRY = re.compile(rb"retry: (\d+)")


@dataclass(slots=True)
class Seen:
    """What the screens saw since they were asked last."""

    statuses: Counter[str] = field(default_factory=Counter)
    # When each attempt to connect was made.
    attempts: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    # Of each mark on the board of a station, when it came to each of its screens.
    marks: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    received_bytes: int = 0
    lost: int = 0


@dataclass(slots=True, eq=False)
class _Screen:
    station: int
    token: str
    line: socket.socket | None = None
    buffer: bytes = b""
    began: float = 0.0
    is_answered: bool = False
    has_slide: bool = False
    retry: float = RETRY_SECONDS


def run(pipe: Connection, port: int, screens: Sequence[tuple[int, str]]) -> None:
    """Watch until *pipe* says stop; answer each other message with what was seen."""
    wall = _Wall(port, [_Screen(station, token) for station, token in screens])
    wall.open_all()
    while True:
        wall.turn(LOOK_SECONDS)
        if pipe.poll():
            if pipe.recv() == "stop":
                wall.close()
                return
            pipe.send(wall.report())


class _Wall:
    def __init__(self, port: int, screens: list[_Screen]) -> None:
        self._port = port
        self._screens = screens
        self._selector = selectors.DefaultSelector()
        self._due: list[tuple[float, int]] = []
        self._seen = Seen()

    def open_all(self) -> None:
        for screen in self._screens:
            self._open(screen)

    def close(self) -> None:
        for screen in self._screens:
            if screen.line is not None:
                screen.line.close()

    def report(self) -> tuple[int, Seen]:
        seen, self._seen = self._seen, Seen()
        return sum(screen.has_slide for screen in self._screens), seen

    def turn(self, seconds: float) -> None:
        until = time.time() + seconds
        while (left := until - time.time()) > 0:
            for key, _ in self._selector.select(left):
                self._receive(key.data)
            while self._due and self._due[0][0] <= time.time():
                self._open(self._screens[heapq.heappop(self._due)[1]])

    def _open(self, screen: _Screen) -> None:
        screen.began = time.time()
        self._seen.attempts.append(screen.began)
        screen.buffer, screen.is_answered, screen.has_slide = b"", False, False
        try:
            screen.line = socket.create_connection((HOST, self._port), timeout=10)
            screen.line.sendall(
                b"GET /streams/screen HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                b"Cookie: screen_token=" + screen.token.encode() + HEAD_END
            )
        except OSError:
            self._lose(screen, screen.retry)
            return
        screen.line.settimeout(0)
        self._selector.register(screen.line, selectors.EVENT_READ, screen)

    def _lose(self, screen: _Screen, wait: float) -> None:
        if screen.line is not None:
            if screen.has_slide:
                self._seen.lost += 1
            screen.line.close()
            screen.line = None
        screen.has_slide = False
        heapq.heappush(self._due, (time.time() + wait, self._screens.index(screen)))

    def _receive(self, screen: _Screen) -> None:
        assert screen.line is not None
        try:
            received = screen.line.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        now = time.time()
        if not received:
            self._selector.unregister(screen.line)
            self._lose(screen, screen.retry)
            return
        self._seen.received_bytes += len(received)
        screen.buffer += received
        if not screen.is_answered and HEAD_END in screen.buffer and not self._answer(screen):
            return
        while EVENT_END in screen.buffer:
            event, _, screen.buffer = screen.buffer.partition(EVENT_END)
            self._hear(screen, event, now)

    def _answer(self, screen: _Screen) -> bool:
        status = screen.buffer[9:12].decode()
        self._seen.statuses[status] += 1
        screen.is_answered = True
        if status == "200":
            return True
        assert screen.line is not None
        self._selector.unregister(screen.line)
        self._lose(screen, random.uniform(*REFUSED_SECONDS))  # noqa: S311 - spreads load
        return False

    def _hear(self, screen: _Screen, event: bytes, now: float) -> None:
        retry = RETRY.search(event)
        if retry is not None:
            screen.retry = int(retry[1]) / 1000
        name = event.partition(b"event: ")[2].partition(b"\n")[0].decode()
        self._seen.events[name] += 1
        if name != "slide":
            return
        if not screen.has_slide:
            screen.has_slide = True
            self._seen.firsts.append(now - screen.began)
        mark = MARK.search(event)
        if mark is not None:
            key = (screen.station, int(mark[1] + mark[2]))
            self._seen.marks.setdefault(key, []).append(now)


def start(context: Any, port: int, screens: Sequence[tuple[int, str]]) -> tuple[Any, Connection]:
    """Start a process of screens; return it, and the pipe to ask it by."""
    pipe, other = context.Pipe()
    process = context.Process(target=run, args=(other, port, screens), daemon=True)
    process.start()
    return process, pipe
