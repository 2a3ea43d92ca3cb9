"""Taking back a check-in or check-out that was a slip of the hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import rules, service
from rewards.checkins.types import Attendance, CheckInId, Receipt
from rewards.core.errors import RewardsError
from rewards.participants import queries as participants
from rewards.signups import queries as sign_ups
from rewards.signups.types import SignUpState
from rewards.web import sentences, statuses

from . import frame

blueprint = Blueprint("console_undoing", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What somebody may still take back: where that is asked for, what it is called, until when."""

    address: str
    label: str
    until: datetime


@blueprint.post("/console/check-ins/<uuid:check_in_id>/undo")
def undo_check_in(check_in_id: UUID) -> ResponseReturnValue:
    """Undo a check-in that was just entered; a second click finds it done."""
    return _undo(check_in_id, service.undo_check_in, "undone")


@blueprint.post("/console/check-outs/<uuid:check_in_id>/undo")
def undo_check_out(check_in_id: UUID) -> ResponseReturnValue:
    """Undo a check-out that was just entered; a second click finds it done."""
    return _undo(check_in_id, service.undo_check_out, "back")


def address_of(receipt: Receipt, *, actor: Actor, now: datetime) -> str | None:
    """Return where *actor* may take back now the check-in or check-out that *receipt* tells of."""
    offer = _offer(
        receipt.check_in_id,
        came=(receipt.recorded_by, receipt.recorded_at),
        left=(receipt.closed_by or "", receipt.closed_at) if receipt.checked_out_at else None,
        actor=actor,
        now=now,
    )
    return offer.address if offer else None


def offer(line: Attendance, *, actor: Actor, now: datetime) -> Undo | None:
    """Return what of a line of the list *actor* may take back now."""
    return _offer(
        line.check_in_id,
        came=(line.recorded_by, line.recorded_at),
        left=(line.closed_by or "", line.closed_at) if line.checked_out_at else None,
        actor=actor,
        now=now,
    )


def keeps_place(occasion_id: OccasionId, participant_id: ParticipantId) -> bool:
    """Tell whether somebody whose check-in was undone has a place all the same."""
    sign_up = sign_ups.find_sign_up(occasion_id=occasion_id, participant_id=participant_id)
    return sign_up is not None and sign_up.state is SignUpState.CONFIRMED


def _offer(
    check_in_id: CheckInId,
    *,
    came: tuple[str, datetime | None],
    left: tuple[str, datetime | None] | None,
    actor: Actor,
    now: datetime,
) -> Undo | None:
    # Whoever has left is brought back first.
    kind, label = ("ins", _("撤销签到")) if left is None else ("outs", _("撤销签退"))
    by, at = came if left is None else left
    if by != actor.principal or at is None or now - at > rules.UNDO_SPAN:
        return None
    return Undo(
        address=f"/console/check-{kind}/{check_in_id}/undo",
        label=label,
        until=at + rules.UNDO_SPAN,
    )


def _undo(check_in_id: UUID, use_case: Callable[..., Receipt], done: str) -> ResponseReturnValue:
    post = frame.enter()
    is_script = request.accept_mimetypes.best == "application/json"
    try:
        receipt = use_case(actor=post.actor, check_in_id=CheckInId(check_in_id), now=post.now)
    except RewardsError as error:
        return _refuse(check_in_id, error, is_script=is_script)
    who = participants.get_participant(receipt.participant_id).masked_name
    if is_script:
        is_kept = keeps_place(receipt.occasion_id, receipt.participant_id)
        return jsonify(verdict="done", who=who, **_tell(who, done, is_kept=is_kept))
    address = f"/console/occasions/{receipt.occasion_id}"
    return redirect(f"{address}?done={done}&person={receipt.participant_id}", code=303)


def _tell(who: str, done: str, *, is_kept: bool) -> dict[str, str]:
    if done == "undone":
        return {
            "title": _("%(name)s的签到撤销了", name=who),
            "detail": _("积分退回了，报名的位置还留着") if is_kept else _("积分和名额都退回了"),
            "next_step": _("是本人就再扫一次"),
        }
    return {
        "title": _("%(name)s还在场", name=who),
        "detail": _("这次签退的积分和时长退回了"),
        "next_step": _("走的时候再签退"),
    }


def _refuse(check_in_id: UUID, error: RewardsError, *, is_script: bool) -> ResponseReturnValue:
    sentence = sentences.explain(error, to_staff=True)
    if is_script:
        return jsonify(
            verdict="refused",
            title=sentence.what,
            detail=sentence.why,
            next_step=sentence.next_step,
            who="",
        )
    page = frame.show(
        "undo_refused.html",
        post=frame.enter(),
        current="occasions",
        occasion_id=checkins.get_receipt(CheckInId(check_in_id)).occasion_id,
        sentence=sentence,
    )
    return page, statuses.status_of(error)
