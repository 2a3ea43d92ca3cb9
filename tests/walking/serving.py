"""A live service and a real browser, for as long as somebody walks."""

import threading
import time
from contextlib import contextmanager

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What a page left behind is answered within this, or it is a stream that never ends.
LEFT_SECONDS_MAX = 2


class Counted:
    """An application that knows how many of its requests are being answered."""

    def __init__(self, app):
        self._app = app
        self._lock = threading.Lock()
        self._open = 0

    def __call__(self, environ, start_response):
        self._count(1)
        try:
            return self._app(environ, start_response)
        finally:
            self._count(-1)

    def wait(self):
        """Wait until no request is left: it would still use the database of this test."""
        end = time.monotonic() + LEFT_SECONDS_MAX
        while self._open and time.monotonic() < end:
            time.sleep(0.01)

    def _count(self, change):
        with self._lock:
            self._open += change


@contextmanager
def serve(app):
    """Serve *app* by threads; give its address."""
    counted = Counted(app)
    server = make_server("127.0.0.1", 0, counted, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        counted.wait()


@contextmanager
def open_browser(chromium):
    """Give a running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield running
        finally:
            running.close()
