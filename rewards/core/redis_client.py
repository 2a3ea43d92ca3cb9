"""Clients of Redis: of one server, or of a cluster of them.

A cluster is named by `redis+cluster://HOST:PORT,HOST:PORT`: any of its nodes,
of which one has to answer. The whole program goes through here, so that
everything runs on both.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import parse_url
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisClusterException
from redis.retry import Retry

# The library's own types say of every answer that it may also be awaited.
RedisClient = Any

CLUSTER_SUFFIX = "+cluster"
SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")
PORT = 6379


def open_client(url: str, *, seconds: float, retry: Retry) -> RedisClient:
    """Return a client of the server or the cluster that *url* names; nothing is connected yet.

    An answer is awaited for *seconds*, and asked for again as *retry* says.
    """
    if not is_cluster(url):
        return Redis.from_url(
            url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=retry
        )
    return _LazyCluster(lambda: _connect(url, seconds=seconds, retry=retry))


def is_cluster(url: str) -> bool:
    """Tell whether *url* names a cluster."""
    return urlsplit(url).scheme.endswith(CLUSTER_SUFFIX)


def split_cluster_url(url: str) -> tuple[list[tuple[str, int]], dict[str, Any]]:
    """Return the nodes that *url* names, and what else it says about connections.

    :raises ValueError: if it is not an address of a cluster.
    """
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    account, _, hosts = place.rstrip("/").rpartition("@")
    single = f"{scheme.removesuffix(CLUSTER_SUFFIX)}://"
    if account:
        single += f"{account}@"
    nodes = []
    for host in hosts.split(","):
        parts = urlsplit(f"//{host}")
        if not parts.hostname or parts.path or parts.query:
            raise ValueError("not the address of a node")
        nodes.append((parts.hostname, parts.port or PORT))
    first = f"{single}{hosts.split(',')[0]}{'?' if query else ''}{query}"
    options = dict(parse_url(first))  # type: ignore[no-untyped-call]
    if "connection_class" in options:
        options.pop("connection_class")
        options["ssl"] = True
    for name in ("host", "port", "db"):
        options.pop(name, None)
    return nodes, options


def run_script(
    client: RedisClient, script: str, *, keys: Sequence[str], args: Sequence[Any] = ()
) -> Any:
    """Run a script on the server, or on that node of the cluster which holds *keys*.

    :raises RedisError: if there is no answer, or the script ended in an error.
    """
    try:
        return client.evalsha(_digest(script), len(keys), *keys, *args)
    except NoScriptError:
        # The library would load it on every node, also on one that is away.
        return client.eval(script, len(keys), *keys, *args)


def scan_keys(client: RedisClient, pattern: str, *, beside: str, count: int) -> Iterator[bytes]:
    """Yield the keys that *pattern* names, of a cluster those on the node that holds *beside*.

    Asked of the whole cluster, a node that is away would take the answer of all.

    :raises RedisError: if there is no answer.
    """
    options: dict[str, Any] = {}
    if isinstance(client, _LazyCluster):
        try:
            options["target_nodes"] = client.get_node_from_key(beside)
        except RedisClusterException as error:
            raise RedisConnectionError(str(error)) from error
    yield from client.scan_iter(match=pattern, count=count, **options)


def ping(client: RedisClient) -> None:
    """Require an answer from the server, or from each primary of the cluster.

    :raises RedisError: if there is none.
    """
    if isinstance(client, _LazyCluster):
        client.ping(target_nodes=RedisCluster.PRIMARIES)
    else:
        client.ping()


def find_version(client: RedisClient) -> str:
    """Return the version of the server, or of one node of the cluster.

    :raises RedisError: if it does not answer.
    """
    if isinstance(client, _LazyCluster):
        answer = client.info("server", target_nodes=client.get_random_node())
    else:
        answer = client.info("server")
    return str(answer["redis_version"])


def _connect(url: str, *, seconds: float, retry: Retry) -> RedisClient:
    nodes, options = split_cluster_url(url)
    cluster: RedisClient = _Cluster(
        startup_nodes=[
            ClusterNode(host, port)  # type: ignore[no-untyped-call]
            for host, port in nodes
        ],
        # While it is set up one node is asked for its commands, and if that one
        # is away another one has to be.
        retry=Retry(NoBackoff(), len(nodes)),
        # What is on a node that is away keeps nobody from the others.
        require_full_coverage=False,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        **options,
    )
    cluster.set_retry(retry)
    return cluster


@lru_cache(maxsize=64)
def _digest(script: str) -> str:
    # By this name the server knows it; it is no secret.
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


class _Cluster(RedisCluster):
    def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except RedisClusterException as error:
            # Everybody expects what a single server that is away would raise.
            raise RedisConnectionError(str(error)) from error


class _LazyCluster:
    """A cluster that is connected to when it is first asked for something."""

    def __init__(self, connect: Callable[[], RedisClient]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._cluster: RedisClient = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._open(), name)

    def close(self) -> None:
        """Close what was opened."""
        if self._cluster is not None:
            self._cluster.close()

    def _open(self) -> RedisClient:
        with self._lock:
            if self._cluster is None:
                try:
                    self._cluster = self._connect()
                except RedisClusterException as error:
                    raise RedisConnectionError(str(error)) from error
            return self._cluster
