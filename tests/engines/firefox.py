"""Firefox without a window. It listens for the commands of WebDriver on a port of its own."""

import json
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.engines.window import START_SECONDS_MAX, Driven, EngineError, find_port, wait_for

PREFERENCES = {
    "app.normandy.enabled": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "intl.accept_languages": "zh-CN, zh",
    "media.navigator.permission.disabled": True,
    "media.navigator.streams.fake": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
# No window of Firefox is as narrow as a phone, but a page in it may be.
RESIZE = """
const style = gBrowser.selectedBrowser.style;
for (const [side, length] of [['width', arguments[0]], ['height', arguments[1]]]) {
  for (const kind of ['', 'min-', 'max-']) style.setProperty(kind + side, length + 'px');
}
"""


@cache
def find_firefox():
    """Return the path of a Firefox, or None."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox(Driven):
    """A window of Firefox."""

    def __init__(self, *, width, height):
        self._folder = Path(tempfile.mkdtemp(prefix="firefox-"))
        port = find_port()
        chosen = {**PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(chosen[name])});" for name in chosen]
        (self._folder / "user.js").write_text("\n".join(lines))
        command = [find_firefox(), "--headless", "--no-remote", "--profile", str(self._folder)]
        self._process = subprocess.Popen(
            [*command, "--marionette", "--remote-allow-system-access"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._number = 0
        self._line = wait_for(lambda: connect(port), "Firefox")
        self._hear()
        made = self._tell("WebDriver:NewSession", {})
        self.version = "Firefox " + made["capabilities"]["browserVersion"]
        window = {"width": max(width, 600), "height": height + 200}
        self._tell("WebDriver:SetWindowRect", window)
        self._tell("Marionette:SetContext", {"value": "chrome"})
        self.run(RESIZE, width, height)
        self._tell("Marionette:SetContext", {"value": "content"})

    def close(self):
        try:
            self._tell("Marionette:Quit", {"flags": ["eForceQuit"]})
        finally:
            self._line.close()
            self._process.wait(timeout=START_SECONDS_MAX)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, _method, _path, command, body):
        answer = self._tell(command, body or {})
        return answer["value"] if isinstance(answer, dict) and set(answer) == {"value"} else answer

    def _tell(self, command, body):
        self._number += 1
        told = json.dumps([0, self._number, command, body]).encode()
        self._line.sendall(b"%d:%s" % (len(told), told))
        _kind, _number, error, answer = self._hear()
        if error:
            raise EngineError(error)
        return answer

    def _hear(self):
        length = b""
        while (sign := self._line.recv(1)) != b":":
            length += sign
        told = b""
        while len(told) < int(length):
            told += self._line.recv(int(length) - len(told))
        return json.loads(told)


def connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS_MAX)
    except OSError:
        return None
