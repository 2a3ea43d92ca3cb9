"""Every page there is: what the links lead to, and what only the list of routes tells of."""

from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Error as BrowserError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

# Of pages that differ by what was asked of them (a day, a search), so many are looked at,
# and of each tab and list of those that have some as many again.
VARIANTS_MAX = 3
STATES = {"all", "list", "part", "period", "s", "span", "state", "sent", "space", "subject", "tab"}
SETTLING_TRIES = 5
LINKS = "links => links.map(link => link.href)"
# What opens no page: live updates never end.
FILES = (".json", ".csv", ".xlsx", ".pdf", ".ics", ".js", ".<any(csv, xlsx):form>")
NO_PAGES = ("/streams/", "/static/", "/api/", "/healthz", "/readyz", "/metrics")
PAPERS = "/api/v1/docs"
# How the browser says that what it got is a file, or nothing at all.
NO_PAGE_ANSWERS = (
    "Download is starting",
    "ERR_ABORTED",
    "ERR_HTTP_RESPONSE_CODE_FAILURE",
    "chrome-error",
)
# These lead back to the page they stand on.
SWITCHES = {"size", "lang"}
SURFACES = {
    "/console": "console",
    "/screen": "screen",
    "/problems": "papers",
    PAPERS: "papers",
}


def list_page_rules(app):
    """Return the rules of *app* that are asked for a page, and not for a file or a stream.

    What answers in small letters and in capitals, as codes have them, is one page.
    """
    found = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        is_page = rule.rule == PAPERS or not rule.rule.startswith(NO_PAGES)
        if "GET" in rule.methods and is_page and not rule.rule.endswith(FILES):
            found.setdefault(rule.endpoint, rule)
    return list(found.values())


def surface_of(path):
    """Return for whom a page is made: the phone, the console, the screen, or who reads papers."""
    return next((name for start, name in SURFACES.items() if path.startswith(start)), "phone")


class Crawl:
    """One walk over the pages of an application; which were seen, and which values links had."""

    def __init__(self, app, address):
        self._address = address
        self._map = app.url_map.bind(urlsplit(address).netloc)
        self._rules = {rule.endpoint: rule for rule in list_page_rules(app)}
        self._known = {}
        self._variants = {}
        self.seen = {}

    def walk(self, page, starts, look, *, surface, is_whole=True):
        """Call *look* with each page of *surface* that can be come to from *starts*.

        `is_whole`: those that no link leads to are tried as well.
        """
        waiting = list(starts)
        tried = set()
        while waiting or (is_whole and (waiting := self._list_missing(page, surface, tried))):
            path = waiting.pop(0)
            endpoint = self._take(path, surface)
            if endpoint is None or not self._open(page, path):
                continue
            self.seen.setdefault(endpoint, []).append(path)
            look(page, path)
            waiting.extend(self._list_links(page))

    def list_seen(self):
        """Return the rules of the pages that were seen."""
        return {rule.rule for name, rule in self._rules.items() if name in self.seen}

    def _take(self, path, surface):
        """Return the endpoint of *path* if it is one to look at now."""
        parts = urlsplit(path)
        try:
            endpoint, values = self._map.match(parts.path, method="GET")
        except HTTPException:
            return None
        # Where a page of another kind links to is where that one begins.
        self._learn(values)
        if endpoint not in self._rules or surface_of(parts.path) != surface:
            return None
        asked = parse_qsl(parts.query)
        variant = frozenset(name for name, _ in asked)
        if variant & SWITCHES:
            return None
        state = frozenset((name, value) for name, value in asked if name in STATES)
        variants = self._variants.setdefault(endpoint, {}).setdefault(state, set())
        if variant in variants or len(variants) >= VARIANTS_MAX:
            return None
        variants.add(variant)
        return endpoint

    def _learn(self, values):
        for name, value in values.items():
            self._known.setdefault(name, [])
            if value not in self._known[name]:
                self._known[name].append(value)

    def _open(self, page, path):
        try:
            answer = self._go(page, path)
        except BrowserError as error:
            if not any(word in str(error) for word in NO_PAGE_ANSWERS):
                raise
            self._settle(page)
            return False
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return False
        return answer.status == 200 and urlsplit(page.url).path == urlsplit(path).path

    def _go(self, page, path):
        for _ in range(SETTLING_TRIES):
            try:
                return page.goto(self._address + path, wait_until="load")
            except BrowserError as error:
                # A screen leads on by itself at the same moment.
                if "interrupted by another navigation" not in str(error):
                    raise
                page.wait_for_load_state()
        raise AssertionError(f"{path} leads on without an end")

    def _settle(self, page):
        # What the browser shows of its own gets in the way of the next page for a moment.
        for _ in range(SETTLING_TRIES):
            try:
                page.goto("about:blank")
            except BrowserError:
                continue
            return

    def _list_links(self, page):
        found = page.eval_on_selector_all("a[href]", LINKS)
        paths = [urlsplit(link)._replace(fragment="").geturl() for link in found]
        return [
            path.removeprefix(self._address) for path in paths if path.startswith(self._address)
        ]

    def _list_missing(self, page, surface, tried):
        """Return addresses of pages that no link led to, with values that other links had."""
        while built := self._build_missing(surface, tried):
            # Most are refused: to hear that takes no browser.
            if found := [path for path in built if self._is_shown(page, path)]:
                return found
        return []

    def _is_shown(self, page, path):
        answer = page.request.get(self._address + path, max_redirects=0)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        return answer.status == 200 and is_page

    def _build_missing(self, surface, tried):
        built = []
        for name, rule in self._rules.items():
            if name in self.seen or surface_of(rule.rule) != surface:
                continue
            for number in range(max(map(len, self._known.values()), default=1)):
                values = {
                    argument: self._known[argument][number % len(self._known[argument])]
                    for argument in rule.arguments
                    if self._known.get(argument)
                }
                path = self._build(name, values)
                if path and path not in tried:
                    tried.add(path)
                    self._variants.pop(name, None)
                    built.append(path)
                    break
        return built

    def _build(self, name, values):
        try:
            return self._map.build(name, values)
        except BuildError:
            return None
