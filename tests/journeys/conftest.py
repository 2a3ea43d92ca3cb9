"""A live service and a real browser.

Pictures of every page go to the folder that the variable JOURNEY_PICTURES
names, if it is set, for somebody to look at.
"""

import os
from pathlib import Path

import pytest

from tests.walking.serving import open_browser, serve


@pytest.fixture
def address(app):
    """The address of the application, served by threads."""
    with serve(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser(chromium):
    with open_browser(chromium) as running:
        yield running


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
