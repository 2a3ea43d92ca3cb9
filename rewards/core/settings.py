"""Every setting of the service, read from the environment once.

All faults are told together, in plain words. Secrets have no default;
`flask up` makes its own for the embedded database (see `rewards.processes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

SECRET_LENGTH_MIN = 32


class SettingsError(Exception):
    """Some settings are missing or wrong; the message names every one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator may choose.

    `data_keys` encrypt personal data: the first encrypts, all decrypt.
    `public_url` is the address that codes carry; None: the address of the request.
    `redis_url` None: no boards in Redis, they are read from the database.
    """

    database_url: str
    redis_url: str | None
    secret_key: str
    data_keys: tuple[str, ...]
    public_url: str | None
    streams_url: str | None
    zone: ZoneInfo
    demo_mode: bool
    secure_cookies: bool
    log_level: str
    instance_path: Path
    trusted_proxies: int

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from *environ*.

        :raises SettingsError: naming every variable that is missing or wrong.
        """
        return _read(environ)


def _read(environ: Mapping[str, str]) -> Settings:
    faults: list[str] = []

    def text(name: str, default: str | None = None) -> str:
        value = environ.get(name, "")
        if not value and environ.get(f"{name}_FILE"):
            try:
                value = Path(environ[f"{name}_FILE"]).read_text().strip()
            except OSError as error:
                faults.append(f"{name}_FILE cannot be read: {error.strerror}.")
                return ""
        if not value and default is None:
            faults.append(f"{name} is not set.")
        return value or (default or "")

    settings = Settings(
        database_url=text("DATABASE_URL"),
        redis_url=text("REDIS_URL", "") or None,
        secret_key=text("SECRET_KEY"),
        data_keys=tuple(text("DATA_KEY").split(",")),
        public_url=text("PUBLIC_URL", "") or None,
        streams_url=text("STREAMS_URL", "") or None,
        zone=ZoneInfo(text("TIME_ZONE", "Asia/Shanghai")),
        demo_mode=text("DEMO_MODE", "false") == "true",
        secure_cookies=text("PUBLIC_URL", "").startswith("https://"),
        log_level=text("LOG_LEVEL", "INFO"),
        instance_path=Path(text("INSTANCE_PATH", "instance")).absolute(),
        trusted_proxies=int(text("TRUSTED_PROXIES", "0")),
    )
    if faults:
        raise SettingsError(" ".join(faults))
    return settings
