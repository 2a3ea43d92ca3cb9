"""A PostgreSQL server of its own for a run, where a commit is on the disk when it is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.engines import postgresql


def has_postgresql() -> bool:
    """Tell whether the programs of a PostgreSQL that is new enough are on this machine."""
    return postgresql.find_binaries() is not None


@contextmanager
def private_postgresql() -> Iterator[str]:
    """Run a server with its own defaults, durable commits among them, and give its URL."""
    server, url = postgresql.start_server(postgresql.find_binaries())
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        server.stop()
