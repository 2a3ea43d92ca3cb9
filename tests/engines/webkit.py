"""WebKitGTK, the engine of iPhones as Linux has it, in a window of a screen that nobody sees."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

from tests.engines.window import START_SECONDS_MAX, Driven, EngineError, find_port, wait_for

# The tools above the page are not to be wider than a phone.
NARROW = "* { min-width: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }"
SCREEN = "2000x1600x24"


@cache
def find_webkit():
    """Return the path of the driver of WebKitGTK, or None; it needs a screen that nobody sees."""
    return shutil.which("WebKitWebDriver") if shutil.which("Xvfb") else None


class WebKit(Driven):
    """A window of WebKitGTK."""

    def __init__(self, *, width, height):
        self._folder = Path(tempfile.mkdtemp(prefix="webkit-"))
        style = self._folder / "gtk-3.0" / "gtk.css"
        style.parent.mkdir()
        style.write_text(NARROW)
        self._screen, display = open_screen()
        port = find_port()
        self._process = subprocess.Popen(
            [find_webkit(), f"--port={port}"],
            env={
                **os.environ,
                "DISPLAY": display,
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "XDG_CONFIG_HOME": str(self._folder),
                # The sandbox wants a user's session, and nothing but our own pages is opened.
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._base = f"http://127.0.0.1:{port}"
        wait_for(self._is_ready, "the driver of WebKitGTK")
        made = self._send("POST", "/session", {"capabilities": {"alwaysMatch": {}}})
        self._session = f"/session/{made['sessionId']}"
        self.version = "WebKitGTK " + made["capabilities"]["browserVersion"]
        self._resize(width, height)
        inner = self.run("return [innerWidth, innerHeight]")
        self._resize(2 * width - inner[0], 2 * height - inner[1])

    def close(self):
        try:
            self._send("DELETE", self._session, None)
        finally:
            for process in (self._process, self._screen):
                process.terminate()
                process.wait()
            shutil.rmtree(self._folder)

    def _resize(self, width, height):
        size = {"x": 0, "y": 0, "width": width, "height": height}
        self._ask("POST", "window/rect", "", size)

    def _is_ready(self):
        try:
            return self._send("GET", "/status", None)["ready"]
        except OSError:
            return False

    def _ask(self, method, path, _command, body):
        return self._send(method, f"{self._session}/{path}", body)

    def _send(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self._base + path, data, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=START_SECONDS_MAX) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise EngineError(json.load(error)["value"]) from None


def open_screen():
    """Start a screen that nobody sees; return its process and what it is called."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        return process, f":{told.readline().strip()}"
