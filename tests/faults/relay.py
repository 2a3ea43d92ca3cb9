"""A way to Redis on which answers get lost, and which can be cut."""

import socket
import threading
from contextlib import suppress

from tests.engines.server import make_folder

PIECE = 1 << 16


class Relay:
    """Listens at `url` and passes everything on; what was asked arrives, the answer may not.

    Redis has then done what it was told, and who asked cannot know.
    """

    def __init__(self, path, *, chooser):
        self._path = path
        self._chooser = chooser
        self._folder = make_folder("rewards-relay-")
        self._near = socket.socket(socket.AF_UNIX)
        self._near.bind(str(self._folder / "s"))
        self._near.listen(64)
        self._open = set()
        self.url = f"unix://{self._folder / 's'}"
        # How likely the answer to a request is lost.
        self.loses = 0.0
        self.lost = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Break every connection there is; new ones are accepted."""
        for sock in list(self._open):
            _close(sock)

    def stop(self):
        _close(self._near)
        self.cut()
        (self._folder / "s").unlink(missing_ok=True)
        self._folder.rmdir()

    def _accept(self):
        while True:
            try:
                near, _ = self._near.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(str(self._path))
            except OSError:
                _close(near)
                _close(far)
                continue
            self._open |= {near, far}
            for pair in ((near, far, self._ask), (far, near, self._answer)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, target, send):
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if not send(target, piece):
                    break
        for sock in (source, target):
            _close(sock)
            self._open.discard(sock)

    def _ask(self, far, piece):
        far.sendall(piece)
        return True

    def _answer(self, near, piece):
        if self._chooser.random() < self.loses:
            self.lost += 1
            return False
        near.sendall(piece)
        return True


def _close(sock):
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
