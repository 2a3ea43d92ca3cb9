"""One window of any browser, as a person uses it, driven with nothing but what Python brings."""

import base64
import json
import socket
import time
from pathlib import Path

START_SECONDS_MAX = 60
WAIT_SECONDS_MAX = 30
LOOK_SECONDS = 0.1
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"
# The first that is seen of those that a selector names and whose text begins with some words.
FIND = """
for (const old of document.querySelectorAll('[data-found]')) old.removeAttribute('data-found');
const found = Array.from(document.querySelectorAll(arguments[0])).find((each) =>
  each.getClientRects().length && each.textContent.trim().startsWith(arguments[1]));
if (found) found.setAttribute('data-found', '');
return found ? found.innerText || ' ' : '';
"""
# The page that was loaded anew is not the one that was marked.
LEAVE = "window.isLeft = true"
IS_ANEW = "return !window.isLeft && document.readyState === 'complete'"


class EngineError(Exception):
    """What a browser refused to do."""


def find_port():
    """Return a port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def wait_for(find, what):
    """Return what *find* finds as soon as it does; a page that is just changing finds nothing."""
    end = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        refusal = None
        try:
            if found := find():
                return found
        except EngineError as error:
            refusal = error
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}") from refusal
        time.sleep(LOOK_SECONDS)


class Window:
    """What all browsers have in common; each brings `run`, `goto`, `keys` and what is private."""

    def has(self, selector, text=""):
        """Tell whether something is seen that *selector* names and that begins with *text*."""
        return bool(self.run(FIND, selector, text))

    def wait(self, selector, text=""):
        """Wait until `has` does, and return the whole text of what is seen."""
        return wait_for(lambda: self.run(FIND, selector, text), f"{selector} {text}")

    def wait_until(self, script, *given):
        """Wait until the body of a function returns something true, and return that."""
        return wait_for(lambda: self.run(script, *given), script)

    def click(self, selector, text=""):
        self.wait(selector, text)
        self._click("[data-found]")

    def fill(self, selector, words):
        self.wait(selector)
        self.run("document.querySelector('[data-found]').value = ''")
        self._type("[data-found]", words)

    def text(self, selector="main"):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def reload(self):
        # The command of WebDriver passes by the service worker, as no finger does.
        self.run(f"{LEAVE}; setTimeout(() => location.reload())")
        self.wait_until(IS_ANEW)

    def picture(self, path):
        Path(path).write_bytes(base64.b64decode(self._picture()))


class Driven(Window):
    """A window that understands W3C WebDriver: `_ask` sends one command, by its two names."""

    def goto(self, address):
        self._ask("POST", "url", "WebDriver:Navigate", {"url": address})

    def back(self):
        self._ask("POST", "back", "WebDriver:Back", {})

    def run(self, script, *given):
        """Run the body of a function in the page; what it promises is waited for."""
        asked = {"script": script, "args": given}
        return self._ask("POST", "execute/sync", "WebDriver:ExecuteScript", asked)

    def keys(self, words):
        """Press keys, wherever the focus is."""
        presses = [{"type": kind, "value": each} for each in words for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keys", "actions": presses}]
        self._ask("POST", "actions", "WebDriver:PerformActions", {"actions": actions})

    def add_cookie(self, name, value):
        cookie = {"name": name, "value": value, "path": "/"}
        self._ask("POST", "cookie", "WebDriver:AddCookie", {"cookie": cookie})

    def _element(self, selector):
        asked = {"using": "css selector", "value": selector}
        return self._ask("POST", "element", "WebDriver:FindElement", asked)[ELEMENT]

    def _click(self, selector):
        element = self._element(selector)
        self._ask("POST", f"element/{element}/click", "WebDriver:ElementClick", {"id": element})

    def _type(self, selector, words):
        element = self._element(selector)
        asked = {"id": element, "text": words}
        self._ask("POST", f"element/{element}/value", "WebDriver:ElementSendKeys", asked)

    def _picture(self):
        return self._ask("GET", "screenshot", "WebDriver:TakeScreenshot", None)


def call(script, given):
    """Return an expression that runs the body of a function."""
    return f"(function () {{ {script} }}).apply(null, {json.dumps(given)})"
