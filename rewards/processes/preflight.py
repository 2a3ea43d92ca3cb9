"""What can be seen to be wrong before anything starts, each as one plain sentence."""

import errno
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import redis
import sqlalchemy as sa

from rewards.core.redis_client import find_version, open_client
from rewards.core.settings import Settings
from rewards.processes.redis_server import ONCE
from rewards.processes.redis_server import VERSION_MIN as REDIS_VERSION_MIN
from rewards.processes.serving import Serving, bind_address

POSTGRESQL_VERSION_MIN = 15
SQLITE_VERSION_MIN = (3, 35)
WAIT_SECONDS = 5


class PreflightError(Exception):
    """The service cannot start; the message is a sentence for each reason."""


def check_all(*, settings: Settings, serving: Serving) -> None:
    """Require that the service can start with *settings* and *serving*.

    :raises PreflightError: naming every reason why not.
    """
    checks: list[Callable[[], None]] = [
        lambda: check_folder(settings.instance_path),
        lambda: check_port(serving.host, serving.port),
        lambda: check_port(serving.host, serving.streams_port),
        lambda: check_database(settings.database_url),
    ]
    if settings.migration_database_url is not None:
        owner_url = settings.migration_database_url
        checks.append(lambda: check_database(owner_url, name="MIGRATION_DATABASE_URL"))
    if settings.redis_url is not None:
        url = settings.redis_url
        checks.append(lambda: check_redis(url))
    reasons = [reason for reason in map(_reason_of, checks) if reason]
    if reasons:
        raise PreflightError("\n".join(dict.fromkeys(reasons)))


def check_folder(folder: Path) -> None:
    """Require that *folder* is there and can be written.

    :raises PreflightError: if not.
    """
    probe = folder / f".probe.{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise PreflightError(
            f"The folder {folder} cannot be written: {error.strerror};"
            " name another one with INSTANCE_PATH."
        ) from None


def check_port(host: str, port: int) -> None:
    """Require that nobody listens on *port* of *host*, and that we may.

    :raises PreflightError: if not.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PreflightError(_port_sentence(error, host, port)) from None


def check_database(database_url: str, *, name: str = "DATABASE_URL") -> None:
    """Require that the database answers and is one the service can trust.

    :raises PreflightError: if not.
    """
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite":
        _check_sqlite(Path(url.database or ""))
    else:
        _check_postgresql(url, name)


def check_redis(redis_url: str) -> None:
    """Require that a Redis new enough answers at *redis_url*.

    :raises PreflightError: if not.
    """
    place = _place_of_redis(redis_url)
    try:
        with closing(open_client(redis_url, seconds=WAIT_SECONDS, retry=ONCE)) as client:
            version = find_version(client)
    except (redis.RedisError, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise PreflightError(f"The Redis {place} (REDIS_URL) does not answer: {reason}.") from None
    if tuple(int(part) for part in version.split(".")[:2]) < REDIS_VERSION_MIN:
        raise PreflightError(
            f"The Redis {place} (REDIS_URL) is version {version}; 6.2 or newer is needed."
        )


def _reason_of(check: Callable[[], None]) -> str:
    try:
        check()
    except PreflightError as error:
        return str(error)
    return ""


def _port_sentence(error: OSError, host: str, port: int) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine; name another one with --host or HOST."
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken by another program;"
            " choose another one with --port or PORT (the port above it is used too)."
        )
    return f"The address {bind_address(host, port)} cannot be used: {error.strerror}."


def _check_sqlite(path: Path) -> None:
    if sqlite3.sqlite_version_info < SQLITE_VERSION_MIN:
        raise PreflightError(
            f"This Python has SQLite {sqlite3.sqlite_version}; 3.35 or newer is needed."
        )
    try:
        with path.open("ab"):
            pass
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PreflightError(
            f"The database file {path} (DATABASE_URL) cannot be used: {reason}."
        ) from None


def _check_postgresql(url: sa.URL, name: str) -> None:
    place = f"{url.host or 'this machine'}/{url.database}"
    try:
        with psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False),
            connect_timeout=WAIT_SECONDS,
            autocommit=True,
        ) as connection:
            version = connection.info.server_version // 10_000
            row = connection.execute(
                "SELECT current_setting('default_transaction_isolation'), pg_is_in_recovery()"
            ).fetchone()
    except psycopg.Error as error:
        raise PreflightError(
            f"The PostgreSQL database {place} ({name}) does not answer:"
            f" {_reason_of_postgresql(error)}."
        ) from None
    isolation, is_standby = row or ("", False)
    if version < POSTGRESQL_VERSION_MIN:
        raise PreflightError(
            f"The PostgreSQL of {place} is version {version};"
            f" {POSTGRESQL_VERSION_MIN} or newer is needed."
        )
    if isolation != "read committed":
        raise PreflightError(
            f"The PostgreSQL database {place} begins transactions as {isolation};"
            " set default_transaction_isolation to read committed."
        )
    if is_standby:
        raise PreflightError(
            f"The PostgreSQL database {place} is a standby, which cannot be written."
        )


def _reason_of_postgresql(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines() or ["it gave no reason"]
    reason = lines[-1] if "FATAL:" in lines[-1] else lines[0]
    for mark in ("FATAL:", "failed:"):
        reason = reason.rpartition(mark)[2]
    return reason.strip().rstrip(".")


def _place_of_redis(redis_url: str) -> str:
    if redis_url.startswith("unix:"):
        return redis_url.partition("://")[2].partition("?")[0].rpartition("@")[2]
    return redis_url.partition("://")[2].rpartition("@")[2].partition("?")[0]
