"""Hours that wait for somebody: who is there still, or came and did not check out."""

from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.errors import OccasionTimesError
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import rules, service
from rewards.checkins.errors import LeavingTimeError
from rewards.checkins.types import CheckInId, Receipt
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.participants import queries as participants
from rewards.web import sentences, statuses

from . import filling, frame, safety, undoing, verdicts, words
from .frame import Post

blueprint = Blueprint("console_hours", __name__)

PAGE_SIZE = 20
# One click confirms so many at most; the page then shows who is left.
CONFIRMED_AT_ONCE = 100
LEFT_SHOWN_MAX = 100
# By so many minutes a shift is put off with one tap.
EXTENSIONS = (30, 60)


@blueprint.get("/console/hours")
def show() -> ResponseReturnValue:
    """Show the occasions at which somebody waits."""
    post = frame.enter(Verb.CONFIRM_HOURS)
    waiting = checkins.list_pending_occasions(node_path=post.node.path, now=post.now)
    page = _read_page(len(waiting))
    return frame.show(
        "hours.html",
        post=post,
        current="hours",
        waiting=waiting[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        people=sum(each.people for each in waiting),
        page=page,
        pages=_count_pages(len(waiting)),
        done=request.args.get("done", ""),
        **filling.list_waiting(post),
    )


@blueprint.get("/console/hours/occasions/<uuid:occasion_id>")
def show_occasion(occasion_id: UUID) -> ResponseReturnValue:
    """Show who of an occasion waits."""
    post, occasion = _enter(occasion_id)
    return _page(post, occasion)


@blueprint.post("/console/hours/occasions/<uuid:occasion_id>/confirmation")
def confirm_all(occasion_id: UUID) -> ResponseReturnValue:
    """End the shift for everybody who is there; whoever it cannot be ended for stays listed."""
    post, occasion = _enter(occasion_id)
    confirmed = 0
    for each in checkins.list_pending(occasion.id, limit=CONFIRMED_AT_ONCE):
        try:
            receipt = service.end_attendance(
                actor=post.actor, check_in_id=each.check_in_id, now=post.now
            )
        except RewardsError:
            continue
        confirmed += receipt.is_new
    return redirect(f"/console/hours/occasions/{occasion.id}?all={confirmed}", code=303)


@blueprint.post("/console/hours/occasions/<uuid:occasion_id>/extension")
def extend(occasion_id: UUID) -> ResponseReturnValue:
    """Put off the end; a second click finds it put off."""
    post, occasion = _enter(occasion_id)
    try:
        ends_at = datetime.fromisoformat(request.form.get("ends_at", ""))
        if ends_at.tzinfo is None:
            raise OccasionTimesError(field="ends_at", hours_max=24)
        planning.extend_occasion(
            actor=post.actor, occasion_id=occasion.id, ends_at=ends_at, now=post.now
        )
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return redirect(f"/console/hours/occasions/{occasion.id}?extended=1", code=303)


@blueprint.post("/console/hours/check-ins/<uuid:check_in_id>/confirmation")
def confirm(check_in_id: UUID) -> ResponseReturnValue:
    """Say when somebody left; a second click finds it done."""
    post, occasion, receipt = _enter_for(check_in_id)
    try:
        settled = service.end_attendance(
            actor=post.actor,
            check_in_id=receipt.check_in_id,
            left_at=_not_before(receipt.checked_in_at, _read_moment(occasion, "left")),
            verified=safety.read_verified(),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return _go_back(occasion, settled)


@blueprint.post("/console/hours/check-ins/<uuid:check_in_id>/correction")
def correct(check_in_id: UUID) -> ResponseReturnValue:
    """Put right when somebody came and left, and say why."""
    post, occasion, receipt = _enter_for(check_in_id)
    try:
        came_at = _keep(_read_moment(occasion, "came"), receipt.checked_in_at)
        left_at = _keep(_read_moment(occasion, "left"), receipt.checked_out_at)
        settled = service.correct_hours(
            actor=post.actor,
            check_in_id=receipt.check_in_id,
            came_at=came_at,
            left_at=_not_before(came_at, left_at),
            verified=safety.read_verified(),
            reason=request.form.get("reason", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return _go_back(occasion, settled)


@blueprint.post("/console/hours/check-ins/<uuid:check_in_id>/refusal")
def decline(check_in_id: UUID) -> ResponseReturnValue:
    """Let nothing count for somebody, and say why; a second click finds it done."""
    post, occasion, receipt = _enter_for(check_in_id)
    try:
        settled = service.decline_hours(
            actor=post.actor,
            check_in_id=receipt.check_in_id,
            reason=request.form.get("reason", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return _go_back(occasion, settled)


def _enter(occasion_id: UUID) -> tuple[Post, Occasion]:
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    access.authorize(post.actor, Verb.CONFIRM_HOURS, occasion.node_path)
    return post, occasion


def _enter_for(check_in_id: UUID) -> tuple[Post, Occasion, Receipt]:
    frame.enter()
    receipt = checkins.get_receipt(CheckInId(check_in_id))
    post, occasion = _enter(receipt.occasion_id)
    return post, occasion, receipt


def _page(post: Post, occasion: Occasion, *, error: RewardsError | None = None) -> str:
    people = checkins.count_not_checked_out([occasion.id]).get(occasion.id, 0)
    after = request.args.get("after", "")
    lines = checkins.list_pending(
        occasion.id,
        after=CheckInId(safety.read_id(after)) if after else None,
        limit=PAGE_SIZE + 1,
    )
    is_pending = checkins.is_pending(occasion, now=post.now)
    is_running = words.can_check_out(occasion, post.now)
    return frame.show(
        "hours_occasion.html",
        post=post,
        current="hours",
        occasion=occasion,
        is_pending=is_pending,
        is_running=is_running,
        has_ended=occasion.ends_at <= post.now,
        later=[(minutes, occasion.ends_at + timedelta(minutes=minutes)) for minutes in EXTENSIONS],
        until=rules.confirm_until(occasion),
        people=people,
        lines=lines[:PAGE_SIZE],
        following=lines[PAGE_SIZE - 1].check_in_id if len(lines) > PAGE_SIZE else None,
        left=_list_left(post, occasion),
        end=_clock(min(occasion.ends_at, post.now)),
        done=_read_done(post, occasion),
        confirmed=_read_number("all"),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _list_left(post: Post, occasion: Occasion) -> list[dict[str, Any]]:
    if post.now > rules.confirm_until(occasion):
        return []
    return [
        {"line": each, "came": _clock(each.checked_in_at), "left": _clock(each.checked_out_at)}
        for each in checkins.list_attendance(occasion.id)
        if each.checked_out_at is not None
    ][:LEFT_SHOWN_MAX]


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(clock.zone()):%H:%M}"


def _keep(said: datetime | None, known: datetime | None) -> datetime | None:
    # The form knows no seconds; what was not changed keeps them.
    if said is None or known is None:
        return said
    return known if _clock(said) == _clock(known) else said


def _not_before(came_at: datetime | None, left_at: datetime | None) -> datetime | None:
    # Without its seconds, the minute in which somebody came lies before they did.
    if came_at is None or left_at is None:
        return left_at
    return came_at if left_at == came_at.replace(second=0, microsecond=0) else left_at


def _go_back(occasion: Occasion, receipt: Receipt) -> ResponseReturnValue:
    again = "" if receipt.is_new else "&again=1"
    address = f"/console/hours/occasions/{occasion.id}?done={receipt.check_in_id}{again}"
    return redirect(address, code=303)


def _read_done(post: Post, occasion: Occasion) -> dict[str, Any] | None:
    text = request.args.get("done", "")
    if not text:
        return None
    receipt = checkins.get_receipt(CheckInId(safety.read_id(text)))
    if receipt.occasion_id != occasion.id:
        # An address that nobody was sent to.
        return None
    return {
        "receipt": receipt,
        "name": participants.get_participant(receipt.participant_id).masked_name,
        "is_confirmed": receipt.checked_out_at is not None,
        "undo": undoing.address_of(receipt, actor=post.actor, now=post.now),
        "is_again": "again" in request.args,
        "by": verdicts.name_of(receipt.closed_by or ""),
    }


def _read_moment(occasion: Occasion, name: str) -> datetime | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    start = occasion.starts_at.astimezone(clock.zone())
    end = occasion.ends_at.astimezone(clock.zone())
    if text == f"{end:%H:%M}":
        return occasion.ends_at
    try:
        told = time.fromisoformat(text)
    except ValueError:
        raise LeavingTimeError(
            field=f"{name}_at",
            earliest=occasion.starts_at.isoformat(),
            latest=occasion.ends_at.isoformat(),
        ) from None
    # An occasion of the evening may end after midnight; to one after it they come before.
    days = (start.date() - timedelta(days=1), start.date(), end.date())
    moments = [datetime.combine(day, told, tzinfo=clock.zone()) for day in days]
    return min(moments, key=lambda moment: max(start - moment, moment - end, timedelta(0)))


def _read_number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _count_pages(count: int) -> int:
    return max(-(-count // PAGE_SIZE), 1)


def _read_page(count: int) -> int:
    return min(max(_read_number("page") or 1, 1), _count_pages(count))
