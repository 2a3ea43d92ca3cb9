"""The composition root: one Flask application out of one Settings."""

from pathlib import Path

import structlog
from flask import Flask
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from rewards import api, cli, pages, web, wiring
from rewards.core import clock, logging, secrecy
from rewards.core.db import db, prepare_engine
from rewards.core.errors import RewardsError
from rewards.core.settings import Settings
from rewards.web import health, metrics, requests
from rewards.web.sessions import is_api_request
from rewards.web.statuses import lacks_right, refusal_of

log = structlog.get_logger(__name__)

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")
POOL_SIZE = 16
POOL_WAIT_SECONDS = 5
STATEMENT_MILLISECONDS_MAX = 5_000
LOCK_MILLISECONDS_MAX = 4_000
BODY_BYTES_MAX = 1024 * 1024
FORM_PARTS_MAX = 50


def create_app(settings: Settings) -> Flask:
    """Return the application; nothing is connected to until the first request."""
    app = Flask(
        "rewards",
        instance_path=str(settings.instance_path),
        template_folder="pages/templates",
        static_folder=None,
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_PARTS=FORM_PARTS_MAX,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
    )
    begin(app, settings)
    db.init_app(app)
    Migrate(app, db, directory=MIGRATIONS, render_as_batch=True, compare_type=True)
    with app.app_context():
        prepare_engine(db.engine)
    _trust_proxies(app, settings.trusted_proxies)
    requests.register(app)
    health.register(app)
    metrics.register(app)
    web.register(app)
    for kind in (RewardsError, HTTPException, DBAPIError, PoolTimeoutError):
        app.register_error_handler(kind, _answer_failure)
    api.register(app)
    pages.register(app)
    cli.register(app)
    return app


def begin(app: Flask, settings: Settings) -> None:
    """Have *app* and this process follow *settings*, and forget what they knew before."""
    logging.configure(settings.log_level)
    app.extensions["settings"] = settings
    secrecy.open_vault(settings.data_keys)
    clock.use_zone(settings.zone)
    wiring.connect(app)
    web.forget(app)


def _answer_failure(error: Exception) -> ResponseReturnValue:
    failure = refusal_of(error) or error
    if not isinstance(failure, RewardsError | HTTPException):
        # A bug: it comes back as an InternalServerError when it has been logged.
        raise error
    if lacks_right(error):
        # The server names the table and nothing of the row.
        log.error("database.not_permitted", reason=str(error).splitlines()[0])
    answer = api.answer_failure if is_api_request() else pages.answer_failure
    return answer(failure)


def _trust_proxies(app: Flask, count: int) -> None:
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _engine_options(database_url: str) -> dict[str, object]:
    options: dict[str, object] = {
        "poolclass": QueuePool,
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_SIZE,
        "pool_timeout": POOL_WAIT_SECONDS,
        # What is stored about people must not reach the log by an error message.
        "hide_parameters": True,
    }
    if database_url.startswith("postgresql"):
        options["isolation_level"] = "READ COMMITTED"
        options["connect_args"] = {
            "options": f"-c statement_timeout={STATEMENT_MILLISECONDS_MAX}"
            f" -c lock_timeout={LOCK_MILLISECONDS_MAX}"
        }
    return options
