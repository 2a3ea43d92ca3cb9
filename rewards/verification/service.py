"""What the worker and the command start: checking, and leaving anchors."""

from datetime import datetime
from pathlib import Path

import structlog

from rewards.access.types import Actor
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger

from . import operations, queries, rules, store
from .errors import ThawRefusedError
from .queries import OnProgress
from .types import Anchor, Report

log = structlog.get_logger(__name__)


def verify_fast(*, now: datetime, on_progress: OnProgress) -> Report:
    """Check what came since the last check, and what may still change; keep what was found."""
    report = queries.check_new(now=now, on_progress=on_progress)
    _keep(report, now=now)
    return report


def verify_full(*, folder: Path, now: datetime, on_progress: OnProgress) -> Report:
    """Check everything, also against the anchors in *folder*; keep what was found.

    :raises AnchorUnreadableError: if a line of the file of anchors is not one.
    """
    # Read first: what is anchored meanwhile may be newer than the snapshot.
    anchors = store.list_anchors(folder)
    report = queries.check_all(anchors=anchors, now=now, on_progress=on_progress)
    _keep(report, now=now)
    return report


def leave_anchor(*, folder: Path, now: datetime) -> Anchor | None:
    """Write the end of the chain into the file of anchors in *folder*, if it has moved.

    :raises AnchorUnreadableError: if a line of the file is not an anchor.
    """
    head = ledger.get_head()
    anchors = store.list_anchors(folder)
    if head.seq == 0 or (anchors and anchors[-1].hash == head.hash):
        return None
    anchor = Anchor(seq=head.seq, hash=head.hash, at=now)
    store.append_anchor(folder, anchor)
    return anchor


def thaw(
    *, actor: Actor, reason: str, folder: Path, now: datetime, on_progress: OnProgress
) -> Report:
    """Let points come and go again, if a full check finds no money wrong; return what it found.

    :raises ThawRefusedError: if they do, if money is wrong still, or if no reason is given.
    :raises AnchorUnreadableError: if a line of the file of anchors is not one.
    """
    reason = rules.normalize_reason(reason)
    if ledger.find_freeze() is None:
        raise ThawRefusedError(operations.NOT_FROZEN)
    report = verify_full(folder=folder, now=now, on_progress=on_progress)
    broken = rules.list_money(report.violations)
    if broken:
        raise ThawRefusedError(
            f"The books are not right yet: {', '.join(broken)} broken, as the full check found."
        )
    _thaw(actor=actor, reason=reason, now=now)
    return report


@use_case
def _thaw(*, actor: Actor, reason: str, now: datetime) -> None:
    operations.thaw(actor=actor, reason=reason, now=now)


@use_case
def _keep(report: Report, *, now: datetime) -> None:
    operations.keep_result(report, now=now)
    if operations.freeze(report.violations, now=now):
        log.error("books.frozen", invariants=rules.list_money(report.violations))
