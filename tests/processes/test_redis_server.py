"""The private Redis server: found, started, and found again after a crash."""

import os
import signal
import subprocess
import sys
import time

import pytest
import redis

from rewards.processes import pids, redis_server
from rewards.processes.supervisor import StartError, Supervisor
from tests.engines.redis import find_engines

PARENT = """
import sys, time
from pathlib import Path
from rewards.processes import redis_server
from rewards.processes.supervisor import Supervisor
instance = Path(sys.argv[1])
if sys.argv[2] == "orphaning":
    import rewards.processes.supervisor as module
    module.die_with = lambda parent: None
supervisor = Supervisor(redis_server.run_folder(instance), working_folder=instance)
url = redis_server.start(supervisor, instance)
print(url, flush=True)
time.sleep(60)
"""


@pytest.fixture
def instance(tmp_path):
    redis_server.run_folder(tmp_path).mkdir()
    return tmp_path


@pytest.fixture
def supervisor(instance):
    supervisor = Supervisor(redis_server.run_folder(instance), working_folder=instance)
    yield supervisor
    supervisor.stop()
    redis_server.clean_up(instance)


def start_and_kill_the_parent(instance, how):
    command = [sys.executable, "-c", PARENT, str(instance), how]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    url = parent.stdout.readline().strip()
    redis.Redis.from_url(url).set("kept", "yes")
    time.sleep(0.1)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    return url


def answers(url):
    try:
        with redis.Redis.from_url(url) as client:
            return client.ping()
    except redis.ConnectionError:
        return False


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.mark.parametrize("name", sorted(find_engines()))
def test_each_engine_present_starts_and_keeps_its_data(name, instance, supervisor):
    program = find_engines()[name]
    engine = redis_server.Engine(program, (99, 0))

    url = redis_server.start(supervisor, instance, engine=engine)
    with redis.Redis.from_url(url) as client:
        client.set("kept", "yes")
        assert client.config_get("port") == {"port": "0"}
    supervisor.stop_one("redis")
    url = redis_server.start(supervisor, instance, engine=engine)

    with redis.Redis.from_url(url, decode_responses=True) as client:
        assert client.get("kept") == "yes"


def test_a_server_on_the_path_comes_before_the_packaged_one(tmp_path, monkeypatch):
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho Redis server v=6.2.0 sha=0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert redis_server.find_engine() == redis_server.Engine(program, (6, 2))


def test_an_old_server_on_the_path_is_passed_over(tmp_path, monkeypatch):
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho Redis server v=6.0.16 sha=0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert redis_server.find_engine().program == redis_server.find_packaged_program()


def test_without_any_server_the_ways_out_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "find_packaged_program", lambda: None)

    with pytest.raises(StartError, match="set REDIS_URL, or install redis-server"):
        redis_server.find_engine()


def test_the_socket_path_is_short_however_deep_the_folder_is(tmp_path):
    instance = tmp_path / ("deep" * 30)
    redis_server.run_folder(instance).mkdir(parents=True)
    supervisor = Supervisor(redis_server.run_folder(instance), working_folder=instance)

    try:
        assert answers(redis_server.start(supervisor, instance))
    finally:
        supervisor.stop()
        redis_server.clean_up(instance)


def test_data_that_the_server_cannot_read_is_thrown_away(instance, supervisor):
    url = redis_server.start(supervisor, instance)
    supervisor.stop_one("redis")
    for path in (instance / "redis" / "appendonlydir").glob("*.manifest"):
        path.write_text("rubbish\n")

    url = redis_server.start(supervisor, instance)

    assert answers(url)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_server_ends_with_a_killed_parent(instance):
    url = start_and_kill_the_parent(instance, "dying")

    wait_until(lambda: not answers(url))
    redis_server.clean_up(instance)


def test_a_server_that_outlived_its_parent_is_stopped_by_the_next_start(instance, supervisor):
    old = start_and_kill_the_parent(instance, "orphaning")
    assert answers(old)
    assert redis_server.find_running_url(instance) == old

    stopped = pids.stop_recorded(redis_server.run_folder(instance))
    redis_server.clean_up(instance)
    new = redis_server.start(supervisor, instance)

    assert stopped == ["redis"]
    assert not answers(old)
    with redis.Redis.from_url(new, decode_responses=True) as client:
        assert client.get("kept") == "yes"


def test_a_stranger_with_a_recorded_number_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (tmp_path / "redis.pid").write_text(f"{stranger.pid} 1\n")

    stopped = pids.stop_recorded(tmp_path)

    assert stopped == []
    assert stranger.poll() is None
    os.kill(stranger.pid, signal.SIGKILL)
    stranger.communicate()
