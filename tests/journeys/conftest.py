"""A live service and a real browser.

Pictures of every page go to the folder that the variable JOURNEY_PICTURES
names, if it is set, for somebody to look at.
"""

import os
import threading
from pathlib import Path

import pytest
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


@pytest.fixture
def address(app):
    """The address of the application, served by threads."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def picture(request):
    """Return a function that takes a picture of a page, and the place of the code on it."""
    wanted = os.environ.get("JOURNEY_PICTURES")
    folder = Path(wanted) if wanted else request.getfixturevalue("tmp_path") / "pictures"
    folder.mkdir(parents=True, exist_ok=True)

    def take(page, name):
        file = folder / f"{name}.png"
        page.screenshot(path=file, full_page=True)
        return file

    return take
