"""Where the service listens, and how many at a time it serves."""

from collections.abc import Mapping
from dataclasses import dataclass

from rewards.core.environment import Environment

PORT_DEFAULT = 8000
PORT_MAX = 65_534  # The port above is that of the streams.
WORKERS_MAX = 64
THREADS_MAX = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Settings of the servers; streams have a server of their own, on the next port."""

    host: str
    port: int
    web_workers: int
    web_threads: int
    stream_threads: int

    @property
    def streams_port(self) -> int:
        """The port of the server for streams."""
        return self.port + 1

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Serving":
        """Read the settings of the servers from *environ*.

        :raises SettingsError: naming every variable that is wrong.
        """
        return read_serving(Environment(environ))


def read_serving(env: Environment) -> Serving:
    """Read the settings of the servers with *env*, and close it.

    :raises SettingsError: naming every variable that is wrong.
    """
    serving = Serving(
        host=env.str("HOST", "127.0.0.1"),
        port=env.whole("PORT", PORT_DEFAULT, low=1, high=PORT_MAX),
        web_workers=env.whole("WEB_WORKERS", 2, low=1, high=WORKERS_MAX),
        web_threads=env.whole("WEB_THREADS", 8, low=1, high=THREADS_MAX),
        stream_threads=env.whole("STREAM_THREADS", 1_040, low=2, high=THREADS_MAX),
    )
    env.close()
    return serving


def bind_address(host: str, port: int) -> str:
    """Return host and port as one text; an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
