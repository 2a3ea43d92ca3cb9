"""Hours that others decide on: above eight a day, and filled in afterwards."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access.types import ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import NO_POINTS, Occasion, OccasionId, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.checkins import rules, service
from rewards.checkins.errors import BackFillTimesError
from rewards.checkins.types import (
    AttendanceState,
    BackFill,
    BackFillId,
    CheckInId,
    Review,
    ReviewId,
)
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import sentences, statuses

from . import frame, people, safety, verdicts
from .frame import Post

blueprint = Blueprint("console_filling", __name__)

SHOWN_MAX = 50
OCCASIONS_MAX = 60


def list_waiting(post: Post) -> dict[str, Any]:
    """Return what of the branch waits for a decision, with who it is about."""
    after_review, after_asked = _read_after("reviews"), _read_after("asked")
    found_reviews = checkins.list_waiting_reviews(
        node_path=post.node.path,
        after=ReviewId(after_review) if after_review else None,
        limit=SHOWN_MAX + 1,
    )
    found_asked = checkins.list_requested(
        node_path=post.node.path,
        after=BackFillId(after_asked) if after_asked else None,
        limit=SHOWN_MAX + 1,
    )
    reviews, asked = found_reviews[:SHOWN_MAX], found_asked[:SHOWN_MAX]
    people_of = {each.participant_id for each in reviews} | {each.participant_id for each in asked}
    found = participants.list_participants(people_of)
    return {
        "reviews": [_show_review(each, found[each.participant_id], post) for each in reviews],
        "asked": [_show_asked(each, found[each.participant_id], post) for each in asked],
        "following_review": reviews[-1].id if len(found_reviews) > SHOWN_MAX else None,
        "following_asked": asked[-1].id if len(found_asked) > SHOWN_MAX else None,
        "is_first_review": after_review is None,
        "is_first_asked": after_asked is None,
    }


@blueprint.post(
    "/console/hours/reviews/<uuid:check_in_id>/approval", defaults={"decision": "approval"}
)
@blueprint.post(
    "/console/hours/reviews/<uuid:check_in_id>/refusal", defaults={"decision": "refusal"}
)
def review(check_in_id: UUID, decision: str) -> ResponseReturnValue:
    """Let minutes above eight hours of a day count, or not; a second click finds it done."""
    return _decide(service.decide_minutes, decision, check_in_id=CheckInId(check_in_id))


@blueprint.post(
    "/console/hours/back-fills/<uuid:back_fill_id>/approval", defaults={"decision": "approval"}
)
@blueprint.post(
    "/console/hours/back-fills/<uuid:back_fill_id>/refusal", defaults={"decision": "refusal"}
)
def decide(back_fill_id: UUID, decision: str) -> ResponseReturnValue:
    """Let hours that a colleague asked for count, or not; a second click finds it done."""
    return _decide(service.decide_back_fill, decision, back_fill_id=BackFillId(back_fill_id))


def _decide(use_case: Callable[..., object], decision: str, **what: UUID) -> ResponseReturnValue:
    post = frame.enter(Verb.CORRECT)
    try:
        use_case(
            actor=post.actor,
            is_approved=decision == "approval",
            reason=request.form.get("reason", ""),
            now=post.now,
            **what,
        )
    except RewardsError as error:
        return _refuse(post, error), statuses.status_of(error)
    return redirect(f"/console/hours?done={decision}", code=303)


@blueprint.get("/console/hours/back-fills/new")
@blueprint.post("/console/hours/back-fills/who")
def ask() -> ResponseReturnValue:
    """Ask whose hours are to be filled in, then which."""
    post = frame.enter(Verb.CONFIRM_HOURS)
    text, who = people.read_sought(), request.args.get("who", "")
    if who:
        return _form(post, _get_person(who, post), {})
    found: tuple[Participant, ...] = ()
    trouble = None
    if text:
        try:
            found = people.find(text, post=post)
        except RewardsError as error:
            trouble = sentences.explain(error, to_staff=True)
    return frame.show(
        "back_fill_who.html",
        post=post,
        current="hours",
        q="" if people.is_code(text) else text,
        is_search=bool(text),
        found=[each for each in found if each.closed_at is None],
        trouble=trouble,
    )


@blueprint.post("/console/hours/back-fills/new")
def fill_in() -> ResponseReturnValue:
    """Ask for hours to be filled in; the form sent twice asks once."""
    post = frame.enter(Verb.CONFIRM_HOURS)
    person = _get_person(request.form.get("who", ""), post)
    try:
        start, end = _read_times(request.form)
        safety.run_once(
            service.request_back_fill,
            post=post,
            route="console back-fill",
            render=lambda asked: {"id": str(asked.id)},
            participant_id=person.id,
            started_at=start,
            ended_at=end,
            evidence=request.form.get("evidence", ""),
            **_read_what(post),
        )
    except RewardsError as error:
        return _form(post, person, dict(request.form), error=error), statuses.status_of(error)
    return redirect("/console/hours?done=asked", code=303)


def _refuse(post: Post, error: RewardsError) -> str:
    return frame.show(
        "hours_refused.html",
        post=post,
        current="hours",
        sentence=sentences.explain(error, to_staff=True),
    )


def _form(
    post: Post,
    person: Participant,
    typed: dict[str, str],
    *,
    error: RewardsError | None = None,
) -> str:
    today = clock.local_date(post.now, clock.zone())
    return frame.show(
        "back_fill_form.html",
        post=post,
        current="hours",
        person=person,
        typed={"day": today.isoformat(), **typed},
        first=(today - rules.BACK_FILL_SPAN).isoformat(),
        last=today.isoformat(),
        occasions=_list_occasions(post),
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _list_occasions(post: Post) -> list[Occasion]:
    found = activities.list_occasions(
        node_path=post.node.path,
        starts_from=post.now - rules.BACK_FILL_SPAN - timedelta(days=1),
        starts_before=post.now,
    )
    held = [
        each
        for each in found
        if each.status is OccasionStatus.SCHEDULED
        and not each.counts_heads
        and each.rule_code != NO_POINTS
        and (each.requires_check_out or each.failure_note)
    ]
    return held[::-1][:OCCASIONS_MAX]


def _get_person(text: str, post: Post) -> Participant:
    person_id = ParticipantId(safety.read_id(text))
    return participants.get_local_participant(person_id, node_path=post.node.path)


def _read_what(post: Post) -> dict[str, Any]:
    occasion = request.form.get("occasion", "")
    if occasion:
        return {"occasion_id": OccasionId(safety.read_id(occasion))}
    return {"node_id": post.node.id, "title": request.form.get("title", "")}


def _read_times(form: Any) -> tuple[datetime, datetime]:
    try:
        day = date.fromisoformat(form.get("day", ""))
        start, end = (
            datetime.combine(day, time.fromisoformat(form.get(name, "")), tzinfo=clock.zone())
            for name in ("from", "to")
        )
        # What is done in the evening may end after midnight.
        return start, end if end > start else end + timedelta(days=1)
    except (ValueError, OverflowError):
        raise BackFillTimesError(field="started_at") from None


def _read_after(name: str) -> UUID | None:
    text = request.args.get(name, "")
    return safety.read_id(text) if text else None


def _show_review(review: Review, person: Participant, post: Post) -> dict[str, Any]:
    receipt = checkins.get_receipt(review.check_in_id)
    return {
        "review": review,
        "person": person,
        "occasion": activities.get_occasion(receipt.occasion_id),
        "may_decide": service.may_decide(post.actor, review),
    }


def _show_asked(asked: BackFill, person: Participant, post: Post) -> dict[str, Any]:
    return {
        "asked": asked,
        "person": person,
        "by": verdicts.name_of(asked.requested_by),
        "declined": _find_declined(asked),
        "may_decide": post.may(Verb.CORRECT) and asked.requested_by != post.actor.principal,
        "is_own": asked.requested_by == post.actor.principal,
    }


def _find_declined(asked: BackFill) -> str | None:
    if asked.occasion_id is None:
        return None
    receipt = checkins.find_receipt(
        occasion_id=asked.occasion_id, participant_id=asked.participant_id
    )
    if receipt is None or receipt.state is not AttendanceState.DECLINED:
        return None
    return receipt.note
