"""A Chromium of years ago, told what to do through a pipe, as its own tools are as old as it is.

None is installed anywhere by itself: the variable OLD_CHROMIUM names one that somebody has.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from tests.engines.window import ENTER, IS_ANEW, LEAVE, EngineError, Window, call, wait_for

# The browser reads from number 3 and writes to number 4.
CONNECT = """
import os, sys
pipes = [os.dup(int(each)) for each in sys.argv[1:3]]
for number, pipe in zip((3, 4), pipes):
    os.dup2(pipe, number)
    os.set_inheritable(number, True)
os.execv(sys.argv[3], sys.argv[3:])
"""
FLAGS = [
    "--headless",
    "--lang=zh-CN",
    "--no-sandbox",
    "--no-zygote",
    "--single-process",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
]
KEY_OF_ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
WHERE = """
const found = document.querySelector(arguments[0]);
found.scrollIntoView({ block: 'center' });
const box = found.getClientRects()[0];
return [box.left + box.width / 2, box.top + box.height / 2];
"""


def find_old_chromium():
    """Return the path of an old Chromium, or None."""
    return os.environ.get("OLD_CHROMIUM")


class OldChromium(Window):
    """A window of an old Chromium."""

    def __init__(self, *, width, height):
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        hears, self._to = os.pipe()
        self._from, tells = os.pipe()
        command = [find_old_chromium(), *FLAGS, f"--user-data-dir={self._folder}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", CONNECT, str(hears), str(tells), *command],
            pass_fds=[hears, tells],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(hears)
        os.close(tells)
        self._number, self._rest, self._session = 0, b"", None
        self.version = self._tell("Browser.getVersion")["product"]
        targets = self._tell("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self._tell("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        self._tell("Page.enable")
        self._tell("Network.enable")
        self._tell("Network.setExtraHTTPHeaders", headers={"Accept-Language": "zh-CN"})
        self._size = {"width": width, "deviceScaleFactor": 1, "mobile": width < 700}
        self._height = height
        self._tell("Emulation.setDeviceMetricsOverride", **self._size, height=height)

    def close(self):
        self._process.terminate()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._folder, ignore_errors=True)

    def goto(self, address):
        self.run(LEAVE)
        self._tell("Page.navigate", url=address)
        wait_for(lambda: self.run(IS_ANEW), address)

    def back(self):
        history = self._tell("Page.getNavigationHistory")
        before = history["entries"][history["currentIndex"] - 1]
        self.run(LEAVE)
        self._tell("Page.navigateToHistoryEntry", entryId=before["id"])
        wait_for(lambda: self.run(IS_ANEW), "the page before")

    def run(self, script, *given):
        """Run the body of a function in the page; what it promises is waited for."""
        answer = self._tell(
            "Runtime.evaluate",
            expression=call(script, given),
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise EngineError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def keys(self, words):
        """Press keys, wherever the focus is."""
        for each in words:
            key = KEY_OF_ENTER if each == ENTER else {"key": each, "text": each}
            self._tell("Input.dispatchKeyEvent", type="keyDown", **key)
            self._tell("Input.dispatchKeyEvent", type="keyUp", key=key["key"])

    def add_cookie(self, name, value):
        address = self.run("return location.href")
        self._tell("Network.setCookie", name=name, value=value, url=address)

    def _click(self, selector):
        left, top = self.run(WHERE, selector)
        for kind in ("mousePressed", "mouseReleased"):
            where = {"x": left, "y": top, "button": "left", "clickCount": 1}
            self._tell("Input.dispatchMouseEvent", type=kind, **where)

    def _type(self, selector, words):
        self.run("document.querySelector(arguments[0]).focus()", selector)
        self.keys(words)

    def _picture(self):
        height = self.run("return document.documentElement.scrollHeight")
        self._tell("Emulation.setDeviceMetricsOverride", **self._size, height=height)
        taken = self._tell("Page.captureScreenshot")["data"]
        self._tell("Emulation.setDeviceMetricsOverride", **self._size, height=self._height)
        return taken

    def _tell(self, method, **given):
        self._number += 1
        told = {"id": self._number, "method": method, "params": given}
        if self._session:
            told["sessionId"] = self._session
        os.write(self._to, json.dumps(told).encode() + b"\0")
        while (answer := self._hear()).get("id") != self._number:
            pass
        if "error" in answer:
            raise EngineError(answer["error"])
        return answer["result"]

    def _hear(self):
        while b"\0" not in self._rest:
            if not (more := os.read(self._from, 1 << 20)):
                raise EngineError("the browser is gone")
            self._rest += more
        told, self._rest = self._rest.split(b"\0", 1)
        return json.loads(told)
