"""What the owner is told of a redemption by a notice."""

from datetime import datetime

from rewards.access.rules import is_self
from rewards.access.types import Actor
from rewards.core.ids import new_id
from rewards.ledger.types import EntryId
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind

from ..types import CollectedBy, Redemption, ReturnKind


def tell_due(redemption: Redemption, *, now: datetime) -> None:
    """Remind the owner of the last day, once for each deadline."""
    _tell(
        redemption,
        NoticeKind.REDEMPTION_DUE,
        expires_at=redemption.expires_at.isoformat(),
        key=f"{redemption.id.hex}:{redemption.expires_at:%y%m%d}",
        now=now,
    )


def tell_expired(redemption: Redemption, *, now: datetime) -> None:
    """Tell the owner that the points are back, for nobody came."""
    _tell(redemption, NoticeKind.REDEMPTION_EXPIRED, points=redemption.points, now=now)


def tell_cancelled(actor: Actor, redemption: Redemption, *, now: datetime) -> None:
    """Tell the owner that somebody else gave up what waited for them."""
    if not is_self(actor, redemption.participant_id):
        _tell(redemption, NoticeKind.REDEMPTION_CANCELLED, points=redemption.points, now=now)


def tell_changed(
    actor: Actor, redemption: Redemption, *, slot_starts_at: datetime | None = None, now: datetime
) -> None:
    """Tell the owner that somebody else changed until when, or at what time, they collect."""
    if is_self(actor, redemption.participant_id):
        return
    details = {"expires_at": redemption.expires_at.isoformat()}
    if slot_starts_at is not None:
        details["starts_at"] = slot_starts_at.isoformat()
    # They may change it again, and each time is told.
    key = f"{redemption.id.hex}:{new_id().hex}"
    _tell(redemption, NoticeKind.REDEMPTION_CHANGED, key=key, now=now, **details)


def tell_reserved(redemption: Redemption, *, now: datetime) -> None:
    """Tell the owner what staff set aside for them, and out of their points."""
    _tell(redemption, NoticeKind.REDEMPTION_RESERVED, points=redemption.points, now=now)


def tell_collected(
    redemption: Redemption,
    *,
    collected_by: CollectedBy,
    is_shown: bool,
    entry_id: EntryId,
    now: datetime,
) -> None:
    """Tell the owner what their points went for, whoever took it: a card can be copied."""
    _tell(
        redemption,
        NoticeKind.REDEMPTION_COLLECTED,
        points=redemption.points,
        by=collected_by.value,
        is_shown=is_shown,
        entry=entry_id.hex,
        now=now,
    )


def tell_returned(
    redemption: Redemption, *, kind: ReturnKind, quantity: int, now: datetime
) -> None:
    """Tell the owner what came back, so that nobody returns goods in their name."""
    is_replaced = kind is ReturnKind.REPLACED
    _tell(
        redemption,
        NoticeKind.REDEMPTION_RETURNED,
        points=0 if is_replaced else redemption.points,
        quantity=quantity if is_replaced else redemption.quantity,
        now=now,
    )


def _tell(
    redemption: Redemption,
    kind: NoticeKind,
    *,
    key: str = "",
    now: datetime,
    **details: int | str,
) -> None:
    notices.notify(
        participant_id=redemption.participant_id,
        kind=kind,
        details={"redemption": redemption.id.hex, **details},
        key=key or redemption.id.hex,
        now=now,
    )
