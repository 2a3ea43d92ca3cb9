"""Looking at the pages of a walk, each kind of page once."""

from pathlib import Path

from tests.walking import axe, keyboard, reading

SCRIPT = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")


class Looker:
    """Looks at each page in every way, and remembers what it did not like.

    What axe-core and the Tab key say hangs on what a page is built of. Where another was built
    of just the same and was looked at in the same width, they are not asked again: of a list of
    Tuesday after that of Monday. `judged` are the kinds that were. How text fits is looked at on
    each page of a phone.
    """

    def __init__(self, *, is_phone, judged):
        self._is_phone = is_phone
        self._judged = judged
        self.faults = {}
        self.pages = 0
        self.kinds = 0

    def __call__(self, page, path):
        self.pages += 1
        page.evaluate(SCRIPT)
        page.evaluate("window.openAll()")
        found = []
        kind = (page.viewport_size["width"], page.evaluate("window.tellKind()"))
        if kind not in self._judged:
            self._judged.add(kind)
            self.kinds += 1
            found += self._judge(page)
        if self._is_phone:
            found += reading.find_faults(page)
        if found:
            self.faults[path] = found

    def _judge(self, page):
        """Return the faults of all parts of the page; of a long paper one part is shown at a time.

        What axe-core takes for colours grows with the square of the length of a page.
        """
        found = []
        for number in range(page.evaluate("window.countParts()")):
            page.evaluate("number => window.showPart(number)", number)
            found += axe.find_faults(page) + keyboard.find_faults(page)
        page.evaluate("window.showParts()")
        return found


class Reader:
    """Looks at the pages of a phone for how their text fits, and for nothing else."""

    def __init__(self):
        self.faults = {}
        self.pages = 0

    def __call__(self, page, path):
        self.pages += 1
        page.evaluate(SCRIPT)
        page.evaluate("window.openAll()")
        if found := reading.find_faults(page):
            self.faults[path] = found
