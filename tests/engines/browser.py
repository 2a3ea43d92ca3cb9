"""Where a Chromium is; the tests never fetch one."""

import shutil
from functools import cache

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@cache
def find_chromium():
    """Return the path of the first Chromium on PATH, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)
