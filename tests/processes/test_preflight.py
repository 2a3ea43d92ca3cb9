"""What would stop the service later is told in a sentence before anything starts."""

import shutil
import socket
import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from rewards.processes import preflight
from rewards.processes.preflight import PreflightError
from rewards.processes.serving import Serving
from tests.conftest import build_settings

SERVING = Serving(host="127.0.0.1", port=1, web_workers=1, web_threads=1, stream_threads=2)


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def refusal(check, *arguments):
    with pytest.raises(PreflightError) as refused:
        check(*arguments)
    return str(refused.value)


def test_a_taken_port_is_named(taken):
    sentence = refusal(preflight.check_port, "127.0.0.1", taken)

    assert sentence.startswith(f"Port {taken} of 127.0.0.1 is taken by another program;")


def test_a_port_that_was_just_given_back_is_free(port):
    with socket.create_server(("127.0.0.1", port)) as server:
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()
        client.close()

    preflight.check_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.9", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(host, port):
    assert "is not an address of this machine" in refusal(preflight.check_port, host, port)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()

    sentence = refusal(preflight.check_folder, tmp_path / "file" / "instance")

    assert "cannot be written: Not a directory;" in sentence


def test_a_file_that_is_no_database_is_named(tmp_path):
    file = tmp_path / "rewards.db"
    file.write_bytes(b"no database, " * 100)

    sentence = refusal(preflight.check_database, f"sqlite:///{file}")

    assert "cannot be used: file is not a database." in sentence


def test_a_database_file_in_a_folder_that_is_not_there_is_named(tmp_path):
    sentence = refusal(preflight.check_database, f"sqlite:///{tmp_path}/none/rewards.db")

    assert "cannot be used: No such file or directory." in sentence


def test_a_good_database_file_passes(tmp_path):
    sqlite3.connect(tmp_path / "rewards.db").close()

    preflight.check_database(f"sqlite:///{tmp_path}/rewards.db")


def test_a_postgresql_that_is_not_there_is_told_without_the_password(port):
    url = f"postgresql+psycopg://rewards:hush@127.0.0.1:{port}/rewards"

    sentence = refusal(preflight.check_database, url)

    assert sentence == (
        "The PostgreSQL database 127.0.0.1/rewards (DATABASE_URL) does not answer:"
        " Connection refused."
    )


def test_a_postgresql_without_the_database_is_told(postgresql_url):
    url = sa.make_url(postgresql_url).set(database="none").render_as_string(hide_password=False)

    assert 'database "none" does not exist' in refusal(preflight.check_database, url)


def test_a_good_postgresql_passes(postgresql_url):
    preflight.check_database(postgresql_url)


def test_an_old_postgresql_is_refused(postgresql_url, monkeypatch):
    monkeypatch.setattr(preflight, "POSTGRESQL_VERSION_MIN", 99)

    assert "99 or newer is needed." in refusal(preflight.check_database, postgresql_url)


def test_a_postgresql_with_another_isolation_is_refused(postgresql_url):
    def set_default(level):
        url = postgresql_url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            name = connection.info.dbname
            statement = f'ALTER DATABASE "{name}" SET default_transaction_isolation TO %s'
            connection.execute(psycopg.sql.SQL(statement.replace("%s", f"'{level}'")))

    set_default("repeatable read")
    try:
        sentence = refusal(preflight.check_database, postgresql_url)
    finally:
        set_default("read committed")

    assert "begins transactions as repeatable read; set default_transaction_isolation" in sentence


def test_a_redis_that_is_not_there_is_told_without_the_password(port):
    sentence = refusal(preflight.check_redis, f"redis://:hush@127.0.0.1:{port}/0")

    assert sentence.startswith(f"The Redis 127.0.0.1:{port}/0 (REDIS_URL) does not answer: ")
    assert "hush" not in sentence


def test_a_good_redis_passes(redis_server):
    preflight.check_redis(redis_server.url)


def test_an_old_redis_is_refused(redis_server, monkeypatch):
    monkeypatch.setattr(preflight, "REDIS_VERSION_MIN", (99, 0))

    assert "6.2 or newer is needed." in refusal(preflight.check_redis, redis_server.url)


def test_every_reason_is_told_at_once(tmp_path, taken):
    settings = build_settings(
        tmp_path, f"sqlite:///{tmp_path}/none/rewards.db", "redis://h.invalid"
    )
    serving = Serving(host="127.0.0.1", port=taken, web_workers=1, web_threads=1, stream_threads=2)

    with pytest.raises(PreflightError) as refused:
        preflight.check_all(settings=settings, serving=serving)

    message = str(refused.value)
    assert all(word in message for word in (f"Port {taken} ", "REDIS_URL", "DATABASE_URL"))
    shutil.rmtree(tmp_path)
