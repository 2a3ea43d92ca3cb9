"""The address of a cluster names some of its nodes, and how to connect to all of them."""

import pytest
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from rewards.core.redis_client import is_cluster, open_client, ping, split_cluster_url

# Of the range that is never given to anybody.
NOBODY = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("url", "nodes", "options"),
    [
        ("redis+cluster://one:7000,two:7001", [("one", 7000), ("two", 7001)], {}),
        ("redis+cluster://one", [("one", 6379)], {}),
        ("redis+cluster://[::1]:7000,one/", [("::1", 7000), ("one", 6379)], {}),
        (
            "redis+cluster://me:p%40ss@one:7000,two:7001",
            [("one", 7000), ("two", 7001)],
            {"username": "me", "password": "p@ss"},
        ),
        ("rediss+cluster://:x@one:7000", [("one", 7000)], {"password": "x", "ssl": True}),
    ],
)
def test_an_address_names_nodes_and_how_to_connect(url, nodes, options):
    assert is_cluster(url)
    assert split_cluster_url(url) == (nodes, options)


@pytest.mark.parametrize("url", ["redis://one:7000", "rediss://one", "unix:///run/redis.sock"])
def test_a_single_server_is_no_cluster(url):
    assert not is_cluster(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis+cluster://",
        "redis+cluster://one,,two",
        "redis+cluster://one:x",
        "redis+cluster://a/b,c",
    ],
)
def test_what_names_no_node_is_refused(url):
    with pytest.raises(ValueError, match=r"node|[Pp]ort"):
        split_cluster_url(url)


@pytest.mark.parametrize("url", [f"redis://{NOBODY}", f"redis+cluster://{NOBODY},{NOBODY}"])
def test_one_that_is_away_raises_the_same_as_the_other(url):
    client = open_client(url, seconds=0.2, retry=Retry(NoBackoff(), 0))

    with pytest.raises(RedisConnectionError):
        ping(client)
