"""What a page costs on its way to a phone."""

from urllib.parse import urlsplit


class Traffic:
    """What a browser's page asks the network for from now on; its cache does not count."""

    def __init__(self, page):
        self._asked = {}
        self._bytes = 0
        self._order = []
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.requestServedFromCache", self._forget)
        session.on("Network.responseReceived", self._receive)
        session.on("Network.loadingFinished", self._weigh)
        session.send("Network.enable")

    @property
    def paths(self):
        """The paths that were asked for, in order."""
        return [path for number, path in self._order if number in self._asked]

    def count_bytes(self):
        """Return the bytes of all answers as they came, with their headers."""
        return self._bytes

    def _ask(self, event):
        url = event["request"]["url"]
        if not url.startswith("http"):
            return
        before = event.get("redirectResponse")
        if before is not None:
            self._bytes += before["encodedDataLength"]
        self._asked[event["requestId"]] = True
        self._order.append((event["requestId"], urlsplit(url).path))

    def _receive(self, event):
        if event["response"].get("fromDiskCache"):
            self._forget(event)

    def _forget(self, event):
        self._asked.pop(event["requestId"], None)

    def _weigh(self, event):
        if event["requestId"] in self._asked:
            self._bytes += event["encodedDataLength"]
