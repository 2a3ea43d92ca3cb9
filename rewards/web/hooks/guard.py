"""HTTP that reaches the public internet alone, and ends after a while whatever the other side does.

A name is resolved by us, every address it has is looked at, and the connection
goes to one of those that were: what a name leads to a moment later is of no
use to anybody. Certificates are checked against the name all the same.
"""

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from rewards.webhooks import rules

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
CALL_SECONDS = 15.0
# Enough for a polite answer; after more the connection is given up.
ANSWER_BYTES = 4_096
# A name may have any number of addresses; one that answers is among the first.
ADDRESSES_MAX = 8

Open = Callable[[HTTPConnection], socket.socket]


class PrivateAddressError(Exception):
    """A name leads to an address of the inside."""


class Caller:
    """Posts to one receiver, over one connection that is kept while it is used."""

    def __init__(self, *, allow_private: bool, seconds: float = CALL_SECONDS) -> None:
        self._watch = _Watch(seconds)
        self._session = requests.Session()
        # No proxies and no passwords from the surroundings of this process.
        self._session.trust_env = False
        adapter = _Adapter(_opener(self._watch, allow_private=allow_private))
        for scheme in ("https://", "http://") if allow_private else ("https://",):
            self._session.mount(scheme, adapter)
        if not allow_private:
            del self._session.adapters["http://"]

    def post(self, url: str, *, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Post and return the status, and what the receiver says of when to try again.

        Of the answer nothing else is looked at.

        :raises requests.RequestException: if there is no answer.
        :raises PrivateAddressError: if the address is one of the inside.
        """
        with self._watch.one_call():
            try:
                response = self._session.post(
                    url,
                    data=body,
                    headers=headers,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
            except requests.RequestException as error:
                if self._watch.is_over:
                    raise requests.Timeout from error
                raise
            with response:
                if self._watch.is_over:
                    # What was cut off within its headers looks like a short answer.
                    raise requests.Timeout
                # An answer that was read to its end leaves the connection for the next message.
                with contextlib.suppress(HTTPError, OSError):
                    response.raw.read(ANSWER_BYTES)
                return response.status_code, response.headers.get("Retry-After", "")

    def close(self) -> None:
        """Close the connection."""
        self._session.close()
        self._watch.close()


class _Watch:
    """Cuts the connection of a call that takes too long.

    Time limits of a socket are for each piece that arrives, and a receiver may
    send one piece a second for ever.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._until = 0.0
        self.is_over = False

    def add(self, opened: socket.socket) -> None:
        """Watch a connection instead of the last one."""
        self.close()
        with self._lock:
            # The same connection by a handle of its own: TLS takes the other one over.
            self._watched = opened.dup()
            if self.is_over:
                opened.shutdown(socket.SHUT_RDWR)

    def left(self) -> float:
        """Return how many seconds the call may still take."""
        return self._until - time.monotonic()

    @contextlib.contextmanager
    def one_call(self) -> Any:
        """Cut the connection if what is done meanwhile takes too long."""
        self.is_over = False
        self._until = time.monotonic() + self._seconds
        timer = threading.Timer(self._seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """Watch nothing any more."""
        with self._lock:
            if self._watched is not None:
                self._watched.close()
            self._watched = None

    def _cut(self) -> None:
        self.is_over = True
        with self._lock, contextlib.suppress(OSError):
            if self._watched is not None:
                self._watched.shutdown(socket.SHUT_RDWR)


def _opener(watch: _Watch, *, allow_private: bool) -> Open:
    def open_connection(connection: HTTPConnection) -> socket.socket:
        opened = _connect(connection, watch, allow_private=allow_private)
        watch.add(opened)
        return opened

    return open_connection


def _connect(connection: HTTPConnection, watch: _Watch, *, allow_private: bool) -> socket.socket:
    host, port = connection.host.strip("[]"), connection.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
    addresses = list(dict.fromkeys((family, at) for family, _, _, _, at in found))
    # One of them inside is enough: a name that mixes both is up to something.
    if not allow_private and not all(_is_public(at[0]) for _, at in addresses):
        raise PrivateAddressError
    failure: OSError | None = None
    for family, at in addresses[:ADDRESSES_MAX]:
        seconds = min(CONNECT_SECONDS, watch.left())
        if seconds <= 0:
            break
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.settimeout(seconds)
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.connect(at)
        except OSError as error:
            opened.close()
            failure = error
        else:
            return opened
    raise NewConnectionError(connection, str(failure)) from failure


def _is_public(address: str | int) -> bool:
    try:
        return rules.is_public(ipaddress.ip_address(str(address).partition("%")[0]))
    except ValueError:
        return False


class _Adapter(HTTPAdapter):
    """Opens connections by a function of its own."""

    def __init__(self, opener: Open) -> None:
        self._opener = opener
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of connections."""
        super().init_poolmanager(*args, **kwargs)
        pools: PoolManager = self.poolmanager
        pools.pool_classes_by_scheme = _pool_classes(self._opener)


def _pool_classes(opener: Open) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return opener(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return opener(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
