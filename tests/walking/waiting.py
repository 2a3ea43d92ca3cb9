"""Waiting for what no selector shows: asked again and again, as long as a slow machine takes."""

import time

SECONDS_MAX = 60
PAUSE_MS = 20


def wait_until(page, condition):
    """Wait until *condition* holds; the browser goes on meanwhile."""
    end = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < end, "it never came"
        page.wait_for_timeout(PAUSE_MS)
