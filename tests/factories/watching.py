"""Reading streams as a screen does."""

import json
import re
import threading

from rewards.pages.screen import feeds, hub

THREADS = (feeds.THREAD_NAME, hub.THREAD_NAME)


def read(answer):
    """Return what comes next of a stream."""
    return next(answer.response).decode()


def read_until(answer, found):
    """Return the first piece of a stream in which *found* finds something, and what that is."""
    for piece in answer.response:
        match = re.search(found, piece.decode())
        if match:
            return match
    raise AssertionError("the stream ended")


def read_slide(client, path):
    """Return the first slide of the stream at *path*."""
    answer = client.get(path, buffered=False)
    assert answer.status_code == 200
    try:
        return json.loads(read_until(answer, r"event: slide\ndata: (.*)\n")[1])
    finally:
        answer.close()


def wait_for_threads():
    """Wait until nothing is made any more."""
    for thread in threading.enumerate():
        if thread.name in THREADS:
            thread.join(timeout=10)
