"""What the worker and the command start: checking, and leaving anchors."""

from datetime import datetime
from pathlib import Path

from rewards.core.unit import use_case
from rewards.ledger import queries as ledger

from . import operations, queries, store
from .queries import OnProgress
from .types import Anchor, Report


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


@use_case
def _keep(report: Report, *, now: datetime) -> None:
    operations.keep_result(report, now=now)
