"""The load generator against a server that answers as it is told."""

import socket
import threading
from itertools import cycle, repeat

import pytest

from benchmarks import load

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "one"\r\n\r\n{}'
UNCHANGED = b"HTTP/1.1 304 NOT MODIFIED\r\n\r\n"
BAD = b"HTTP/1.1 500 INTERNAL SERVER ERROR\r\nContent-Length: 4\r\n\r\noops"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


def answer(connection, answers):
    with connection:
        try:
            while connection.recv(1024):
                reply = next(answers)
                if reply is None:
                    return
                # In two pieces: an answer may come in any.
                connection.sendall(reply[:10])
                connection.sendall(reply[10:])
        except ConnectionError:
            return


@pytest.fixture
def serve():
    """Return a function that starts a server of the given answers and returns its port."""
    listeners, threads = [], []

    def accept(listener, answers):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=answer, args=(connection, answers))
            thread.start()
            threads.append(thread)

    def start(answers):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        thread = threading.Thread(target=accept, args=(listener, iter(answers)))
        thread.start()
        threads.append(thread)
        return listener.getsockname()[1]

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(timeout=5)


def run(port, requests, *, connections=1, seconds=30.0, expected=(200,)):
    return load.run(
        port,
        lambda _etag: next(requests, None),
        connections=connections,
        seconds=seconds,
        expected=expected,
    )


def test_every_request_is_sent_once_and_its_answer_counted(serve):
    found = run(serve(repeat(GOOD)), iter([REQUEST] * 20), connections=3)

    assert len(found.latencies) == 20
    assert found.errors == 0
    assert found.per_second > 0


def test_it_stops_when_the_time_is_over_though_there_is_more_to_ask(serve):
    found = run(serve(repeat(GOOD)), repeat(REQUEST), seconds=0.05)

    assert found.latencies
    assert found.seconds < load.ANSWER_SECONDS_MAX


def test_an_unexpected_answer_is_an_error_and_shown(serve):
    found = run(serve(cycle([GOOD, BAD])), iter([REQUEST] * 4))

    assert len(found.latencies) == 2
    assert found.errors == 2
    assert "oops" in found.first_error


def test_a_closed_connection_is_an_error_and_another_takes_its_place(serve):
    found = run(serve([GOOD, None, GOOD, GOOD]), iter([REQUEST] * 4))

    assert len(found.latencies) == 3
    assert found.errors == 1


def test_it_gives_up_after_too_many_errors(serve):
    found = run(serve(repeat(BAD)), repeat(REQUEST))

    assert found.errors == load.ERRORS_MAX


def test_a_connection_remembers_the_etag_of_its_last_answer(serve):
    seen = []

    def next_request(etag):
        seen.append(etag)
        return REQUEST if len(seen) <= 2 else None

    load.run(
        serve([GOOD, UNCHANGED]), next_request, connections=1, seconds=30.0, expected=(200, 304)
    )

    assert seen == [b"", b'"one"', b""]
