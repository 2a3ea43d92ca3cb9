"""Pages on the narrowest phone in every size of text: nothing cut, nothing sideways."""

from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("reading.js").read_text(encoding="utf-8")
NARROW = {"width": 320, "height": 640}
TAP, TAP_LARGE = 44, 60


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read: the size chosen on the page, and how the phone makes text larger still."""

    size: str | None
    by: str = ""
    times: float = 1.0

    def __str__(self):
        told = self.size or "normal"
        return f"{told} {self.by} {self.times:.0%}" if self.by else told


# The largest text of WeChat is 1.4 to 1.6 times the normal one, by phone.
READINGS = (
    Reading(None),
    Reading("large"),
    Reading("xlarge"),
    Reading(None, "growRoot", 1.6),
    Reading(None, "growTexts", 1.6),
    Reading("xlarge", "growRoot", 1.4),
    Reading("xlarge", "growTexts", 1.4),
)


def find_faults(page, readings=READINGS):
    """Return what cannot be read or hit on the page as it is loaded, by each way to read."""
    page.evaluate(SCRIPT)
    found = []
    for reading in readings:
        turn_to(page, reading)
        least = (TAP_LARGE if reading.size else TAP) if not reading.by else 0
        faults = page.evaluate("least => window.findFaults(least)", least)
        found.extend(f"{reading}: {fault}" for fault in faults if not is_borne(reading, fault))
    turn_to(page, Reading(None))
    return found


def is_borne(reading, fault):
    """Tell whether *fault* cannot be helped by us.

    An iPhone grows the text of a field beyond all that a page may say. Of what is too long
    for the field its end is seen while somebody types.
    """
    return reading.size == "xlarge" and reading.by == "growTexts" and fault.startswith("value cut")


def turn_to(page, reading):
    """Have the page shown by *reading*."""
    page.evaluate(
        """([size, by, times]) => {
            const root = document.documentElement;
            window.shrink();
            if (size) root.dataset.size = size; else delete root.dataset.size;
            if (by) window[by](times);
        }""",
        [reading.size, reading.by, reading.times],
    )
