"""`flask worker`: the jobs that run beside the requests.

Several workers may run at once; every job bears that.
"""

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from redis.exceptions import RedisError

from rewards.activities import service as activities
from rewards.appeals import service as appeals
from rewards.checkins import service as checkins
from rewards.core import clock, idempotency
from rewards.core.errors import UnavailableError
from rewards.core.unit import use_case
from rewards.corrections import service as corrections
from rewards.demo import service as demo
from rewards.gates import service as gates
from rewards.leaderboards import service as leaderboards
from rewards.ledger import service as ledger
from rewards.notices import service as notices
from rewards.processes.loop import PAUSE_SECONDS_MAX, Job, run_loops
from rewards.redemptions import service as redemptions
from rewards.signals import service as signals
from rewards.signups import service as signups
from rewards.web import hooks
from rewards.web.statuses import refusal_of
from rewards.webhooks import service as webhooks

from .books import anchor_books, watch_books

HOUR_SECONDS = 3_600.0
# Boards are missed soon, and asking again costs little.
BOARDS_PAUSE_SECONDS = 5.0
WATCH_SECONDS = 60.0
KEYS_KEPT = timedelta(hours=24)

log = structlog.get_logger(__name__)


def loops_of(app: Flask) -> dict[str, tuple[Job, ...]]:
    """Return every job of the worker by the loop it is in: its name, its interval, what it does.

    What brings entries onto the boards waits for nothing else, and making
    boards anew, which may take minutes, only for itself.
    """

    def job(
        name: str,
        interval_seconds: float,
        run: Callable[..., object],
        pause_seconds_max: float = PAUSE_SECONDS_MAX,
    ) -> Job:
        return Job(name, interval_seconds, partial(_run_now, app, run), pause_seconds_max)

    return {
        "boards": (job("project-boards", 0.2, leaderboards.follow, BOARDS_PAUSE_SECONDS),),
        "keeping": (job("mend-boards", 1, leaderboards.mend, BOARDS_PAUSE_SECONDS),),
        "watching": (job("verify-boards", WATCH_SECONDS, leaderboards.Watcher().look),),
        # Whoever is told may be slow to answer.
        "webhooks": (job("deliver-webhooks", 1, hooks.deliver_due),),
        # The year of a large center takes a while to fold.
        "closing": (job("close-boards", 60, leaderboards.close_due),),
        "main": (
            # Also beside the boards, which may have to wait for Redis.
            job("seal-entries", 2, leaderboards.seal_all),
            job("expire-redemptions", 30, redemptions.expire_due),
            job("remind-of-redemptions", 60, redemptions.remind_due),
            job("lapse-attendance", 60, checkins.lapse_due),
            job("release-places", 15, signups.release_due),
            job("remind-of-sign-ups", 30, signups.remind_due),
            job("credit-withheld", 10, checkins.credit_withheld),
            job("expire-points", 5, ledger.expire_due),
            job("remind-of-expiry", 30, notices.remind_expiring),
            job("verify-books", 60, watch_books),
            job("find-signals", 60, signals.find_signals),
            job("anchor-books", HOUR_SECONDS, anchor_books),
            job("forget-appeal-texts", HOUR_SECONDS, appeals.forget_texts),
            job("erase-words-about-hours", HOUR_SECONDS, checkins.erase_words),
            job("erase-correction-notes", HOUR_SECONDS, corrections.erase_notes),
            job("forget-refused-scans", HOUR_SECONDS, checkins.forget_refusals),
            job("forget-used-codes", HOUR_SECONDS, checkins.forget_uses),
            job("forget-offline-scans", HOUR_SECONDS, gates.forget_old),
            job("forget-browsers", HOUR_SECONDS, checkins.forget_browsers),
            job("tell-of-entries", 2, hooks.follow),
            job("forget-webhook-messages", HOUR_SECONDS, webhooks.forget_messages),
            job("forget-signals", HOUR_SECONDS, signals.forget_signals),
            job("forget-idempotency-keys", HOUR_SECONDS, _forget_keys),
            job("plan-ahead", 600, activities.plan_ahead),
            job("forget-proxies", HOUR_SECONDS, redemptions.forget_old_proxies),
            job("refresh-demo", HOUR_SECONDS, demo.refresh_demo_occasions),
        ),
    }


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the jobs beside the requests, until told to stop."""
    # The application itself, not the proxy: a job opens a context of its own.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    log.info("worker.started")
    run_loops(loops_of(app), stop, is_outage=is_outage)
    log.info("worker.stopped")


def is_outage(error: Exception) -> bool:
    """Tell whether *error* comes from a database or a Redis that does not answer for now."""
    return isinstance(error, RedisError) or isinstance(refusal_of(error), UnavailableError)


def _run_now(app: Flask, run: Callable[..., object]) -> None:
    # A context for each run: its end gives the database session back.
    with app.app_context():
        run(now=clock.now())


@use_case
def _forget_keys(*, now: datetime) -> int:
    return idempotency.forget(before=now - KEYS_KEPT)
