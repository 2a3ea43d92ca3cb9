"""Every setting of the service, read from the environment once.

All faults are told together, in plain words. Secrets have no default;
`flask up` makes its own for the embedded database (see `rewards.processes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet
from environs import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from rewards.core import redis_client
from rewards.core.environment import (
    Environment,
    SettingsError,
    between,
    one_of,
    split_url,
    url_with,
)

__all__ = ["Settings", "SettingsError"]

SECRET_LENGTH_MIN = 32
SECRETS = ("SECRET_KEY", "DATA_KEY")
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PROXIES_MAX = 8
ISSUER_LENGTH_MAX = 120
WECHAT_API = "https://api.weixin.qq.com"
WECHAT_OPEN = "https://open.weixin.qq.com"
STREAMS_MAX = 1_000
STREAMS_HIGHEST = 10_000
ADJUSTMENT_MAX = 50
ADJUSTMENT_DAILY_MAX = 200
ADJUSTMENT_HIGHEST = 10_000
MONTH_PIECES_MAX = 4
MONTH_POINTS_MAX = 300
FIRST_BALANCE = 30
CODES_HOURLY_MAX = 5_000
CODES_HIGHEST = 1_000_000
TERMS_HIGHEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatAccount:
    """An official account at WeChat; `api_url` and `open_url` are where WeChat is reached."""

    app_id: str
    secret: str = field(repr=False)
    api_url: str = WECHAT_API
    open_url: str = WECHAT_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator may choose.

    `data_keys` encrypt personal data: the first encrypts, all decrypt.
    `public_url` is the address that codes carry; None: the address of the request.
    `redis_url` None: no boards in Redis, they are read from the database.
    `streams_url` is where live updates are served; `:PORT` is that port of the host a page
    was asked for, None the address of the page itself.
    `migration_database_url` signs in the role that owns the tables; None: `database_url` does.
    `certificate_issuer` names the lawful issuer of certificates of volunteer service; "":
    there is none, and slips are the station's own records.
    `streams_max` is how many live updates one process serves at a time, each of which
    keeps a thread; 0: none.
    `adjustment_max` is how many points one staff member gives or takes at once without a
    second person, `adjustment_daily_max` how many they give by hand in a day.
    `month_pieces_max` and `month_points_max` are what one person redeems in a month at most,
    `first_balance` the points that somebody who redeems for the first time must have.
    `codes_hourly_max` is how many sign-in codes the whole service sends to phones in an hour.
    `wechat` is the official account that people may sign in by; None: there is none.
    `webhook_allow_private` lets webhooks go to addresses of the inside, and without TLS.
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
    streams_max: int = STREAMS_MAX
    adjustment_max: int = ADJUSTMENT_MAX
    adjustment_daily_max: int = ADJUSTMENT_DAILY_MAX
    month_pieces_max: int = MONTH_PIECES_MAX
    month_points_max: int = MONTH_POINTS_MAX
    first_balance: int = FIRST_BALANCE
    codes_hourly_max: int = CODES_HOURLY_MAX
    certificate_issuer: str = ""
    migration_database_url: str | None = None
    wechat: WechatAccount | None = None
    webhook_allow_private: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from *environ*.

        :raises SettingsError: naming every variable that is missing or wrong.
        """
        return read_settings(Environment(environ, secrets=SECRETS))


def read_settings(env: Environment) -> Settings:
    """Read the settings with *env*, and close it.

    :raises SettingsError: naming every variable that is missing or wrong.
    """
    database_url = env.str("DATABASE_URL", validate=_check_database_url)
    migration_database_url = env.str(
        "MIGRATION_DATABASE_URL", None, validate=lambda value: _check_owner(value, database_url)
    )
    redis_url = env.str("REDIS_URL", None, validate=_check_redis_url)
    secret_key = env.str("SECRET_KEY", validate=_check_secret)
    data_key = env.str("DATA_KEY", validate=_check_data_keys)
    public_url = env.str("PUBLIC_URL", None, validate=_check_public_url)
    streams_url = env.str("STREAMS_URL", None, validate=_check_streams_url)
    zone = env.str("TIME_ZONE", "Asia/Shanghai", validate=_check_zone)
    demo_mode = env.truth("DEMO_MODE", default="false")
    log_level = env.str("LOG_LEVEL", "INFO", validate=one_of(*LOG_LEVELS))
    instance_path = env.str("INSTANCE_PATH", "instance")
    trusted_proxies = env.whole("TRUSTED_PROXIES", 0, low=0, high=PROXIES_MAX)
    streams_max = env.whole("STREAMS_MAX", STREAMS_MAX, low=0, high=STREAMS_HIGHEST)
    adjustment_max = env.whole("ADJUSTMENT_MAX", ADJUSTMENT_MAX, low=0, high=ADJUSTMENT_HIGHEST)
    adjustment_daily_max = env.whole(
        "ADJUSTMENT_DAILY_MAX", ADJUSTMENT_DAILY_MAX, low=0, high=ADJUSTMENT_HIGHEST
    )
    most = TERMS_HIGHEST
    month_pieces_max = env.whole("MONTH_PIECES_MAX", MONTH_PIECES_MAX, low=1, high=most)
    month_points_max = env.whole("MONTH_POINTS_MAX", MONTH_POINTS_MAX, low=1, high=most)
    first_balance = env.whole("FIRST_BALANCE", FIRST_BALANCE, low=0, high=most)
    codes_hourly_max = env.whole("CODES_HOURLY_MAX", CODES_HOURLY_MAX, low=1, high=CODES_HIGHEST)
    certificate_issuer = env.str("CERTIFICATE_ISSUER", "", validate=_check_issuer)
    wechat = _read_wechat(env, public_url)
    webhook_allow_private = env.truth("WEBHOOK_ALLOW_PRIVATE", default="false")
    env.close()
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=secret_key,
        data_keys=tuple(key.strip() for key in data_key.split(",")),
        public_url=public_url.rstrip("/") if public_url else None,
        streams_url=streams_url.rstrip("/") if streams_url else None,
        zone=ZoneInfo(zone),
        demo_mode=demo_mode,
        secure_cookies=urlsplit(public_url or "").scheme == "https",
        log_level=log_level,
        instance_path=Path(instance_path).absolute(),
        trusted_proxies=trusted_proxies,
        streams_max=streams_max,
        adjustment_max=adjustment_max,
        adjustment_daily_max=adjustment_daily_max,
        month_pieces_max=month_pieces_max,
        month_points_max=month_points_max,
        first_balance=first_balance,
        codes_hourly_max=codes_hourly_max,
        certificate_issuer=certificate_issuer.strip(),
        migration_database_url=migration_database_url,
        wechat=wechat,
        webhook_allow_private=webhook_allow_private,
    )


def _read_wechat(env: Environment, public_url: str | None) -> WechatAccount | None:
    app_id = env.str("WECHAT_APP_ID", "", validate=lambda value: _check_wechat(value, public_url))
    # Without an official account there is no secret to ask for.
    secret = env.str("WECHAT_APP_SECRET", *(() if app_id else ("",)))
    api_url = env.str("WECHAT_API_URL", WECHAT_API, validate=url_with("http", "https"))
    if not app_id:
        return None
    return WechatAccount(app_id=app_id, secret=secret, api_url=api_url.rstrip("/"))


def _check_public_url(value: str) -> None:
    parts = split_url(value)
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"http", "https"} or not parts.hostname or rest or " " in value:
        raise ValidationError(
            "must be an address like https://HOST, with nothing behind the host but a port:"
            " codes carry it"
        )


def _check_database_url(value: str) -> None:
    if value.startswith("postgres://"):
        raise ValidationError("begins with postgres://; write postgresql:// instead")
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise ValidationError(
            "is not a database URL; write sqlite:////PATH or postgresql://USER:PASSWORD@HOST/NAME"
        ) from error
    if url.drivername not in DATABASE_SCHEMES:
        raise ValidationError(
            f"begins with {url.drivername}://, which is not supported; these are:"
            f" {', '.join(f'{scheme}://' for scheme in DATABASE_SCHEMES)}"
        )
    if not url.database or url.database == ":memory:":
        raise ValidationError("does not name a database")
    if url.get_backend_name() == "sqlite" and not Path(url.database).is_absolute():
        raise ValidationError("names a file without its folder; write sqlite:////FOLDER/FILE")


def _check_owner(value: str, database_url: str) -> None:
    _check_database_url(value)
    try:
        url, other = make_url(value), make_url(database_url or "")
    except ArgumentError:
        return
    if url.get_backend_name() != "postgresql":
        raise ValidationError("must be of PostgreSQL: no other database has roles")
    if (url.get_backend_name(), url.database) != (other.get_backend_name(), other.database):
        raise ValidationError("must name the database of DATABASE_URL, by another role")


def _check_redis_url(value: str) -> None:
    scheme, _, _ = value.partition("://")
    if scheme not in redis_client.SCHEMES:
        raise ValidationError(
            "must begin with redis://, rediss:// (with TLS) or unix://,"
            " for a cluster with redis+cluster:// or rediss+cluster://"
        )
    if redis_client.is_cluster(value):
        _check_cluster_url(value)
        return
    parts = split_url(value)
    if not (parts.path.strip("/") if parts.scheme == "unix" else parts.hostname):
        raise ValidationError("must be like redis://HOST:6379/0 or unix:///PATH/TO/SOCKET")


def _check_cluster_url(value: str) -> None:
    try:
        redis_client.split_cluster_url(value)
    except ValueError as error:
        # Without the value, which may hold a password.
        raise ValidationError(
            "must be like redis+cluster://HOST:6379,HOST:6379, some nodes of the cluster"
        ) from error


def _check_secret(value: str) -> None:
    if len(value) < SECRET_LENGTH_MIN:
        raise ValidationError(f"must be at least {SECRET_LENGTH_MIN} characters long")


def _check_data_keys(value: str) -> None:
    for key in value.split(","):
        try:
            Fernet(key.strip())
        except ValueError as error:
            raise ValidationError(
                "must be one or more keys separated by commas, each 32 bytes in URL-safe base64"
                " (cryptography.fernet.Fernet.generate_key() makes one)"
            ) from error


def _check_streams_url(value: str) -> None:
    if not value.startswith(":"):
        url_with("http", "https")(value)
        return
    if not (value[1:].isascii() and value[1:].isdigit()):
        raise ValidationError("must be an address like https://HOST, or :PORT")
    between(1, 65535)(int(value[1:]))


def _check_issuer(value: str) -> None:
    if len(value) > ISSUER_LENGTH_MAX or not value.isprintable():
        raise ValidationError(f"must be a name of at most {ISSUER_LENGTH_MAX} characters")


def _check_wechat(value: str, public_url: str | None) -> None:
    if value and not value.isalnum():
        raise ValidationError("must be the number of an official account, like wx0123456789abcdef")
    if value and urlsplit(public_url or "").scheme != "https":
        raise ValidationError("needs PUBLIC_URL with https://: WeChat leads people back to it")


def _check_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError("must be the name of a time zone, like Asia/Shanghai") from error
