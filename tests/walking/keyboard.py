"""Pages by the Tab key alone: it reaches everything, shows where it is, and is caught nowhere."""

from pathlib import Path

SCRIPT = Path(__file__).with_name("keyboard.js").read_text(encoding="utf-8")
# A field for a day or a time has stops inside it.
STOPS_OF_A_MOMENT = 6
MOMENTS = "input[type=date], input[type=time], input[type=datetime-local], input[type=month]"
# Half of what a press by the browser's driver is: nobody waits for the key to come up.
TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}


def find_faults(page):
    """Walk the page as it is loaded with the Tab key; return what is not as it should be."""
    page.evaluate("document.activeElement.blur()")
    page.evaluate(SCRIPT)
    stops = page.evaluate("window.keyboardStops()")
    presses = stops + 2 + STOPS_OF_A_MOMENT * page.locator(MOMENTS).count()
    keys = page.context.new_cdp_session(page)
    for _ in range(presses):
        keys.send("Input.dispatchKeyEvent", TAB)
    keys.detach()
    return [f"by keyboard: {fault}" for fault in page.evaluate("window.keyboardFaults()")]
