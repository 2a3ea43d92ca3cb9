"""Who has signed up for an occasion, who waits, who did not come; and doing it for residents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.signups import queries, rules, service
from rewards.signups.errors import SignUpNotFoundError
from rewards.signups.types import SignUp, SignUpState
from rewards.web import sentences, statuses

from . import frame, people, residents, safety, words
from .frame import Post

blueprint = Blueprint("console_sign_ups", __name__)

LISTS = {
    "kept": (SignUpState.CONFIRMED, SignUpState.ARRIVED),
    "waiting": (SignUpState.WAITING,),
    "absent": (SignUpState.CONFIRMED, SignUpState.RELEASED),
    "cancelled": (SignUpState.CANCELLED,),
}


_IN = (SignUpState.CONFIRMED, SignUpState.ARRIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sign-up with whose it is; `is_late`: giving it up now counts as not coming."""

    sign_up: SignUp
    person: Participant
    is_late: bool


@blueprint.get("/console/occasions/<uuid:occasion_id>/sign-ups")
@blueprint.post("/console/occasions/<uuid:occasion_id>/sign-ups/search")
def show(occasion_id: UUID) -> ResponseReturnValue:
    """Show who has signed up, and find who else wants to."""
    post, occasion = _get(occasion_id, Verb.VIEW_CONSOLE)
    return _page(post, occasion)


@blueprint.post("/console/occasions/<uuid:occasion_id>/sign-ups")
def sign_up(occasion_id: UUID) -> ResponseReturnValue:
    """Sign a resident up; a second click finds it done."""
    post, occasion = _get(occasion_id, Verb.CHECK_IN)
    try:
        signed_up = service.sign_up_by_staff(
            actor=post.actor,
            occasion_id=occasion.id,
            participant_id=ParticipantId(safety.read_id(request.form.get("participant", ""))),
            is_here=request.form.get("here") == "yes",
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return _done(occasion, signed_up, signed_up.state.value if signed_up.is_new else "again")


@blueprint.post("/console/occasions/<uuid:occasion_id>/sign-ups/<uuid:sign_up_id>/cancellation")
def cancel(occasion_id: UUID, sign_up_id: UUID) -> ResponseReturnValue:
    """Give up a resident's place who asked for it."""
    post, occasion = _get(occasion_id, Verb.CHECK_IN)
    try:
        found = _get_sign_up(occasion, sign_up_id)
        first = queries.list_sign_ups(occasion.id, SignUpState.WAITING)[:1]
        cancelled = service.cancel_by_staff(
            actor=post.actor,
            sign_up_id=found.id,
            is_excused=request.form.get("excused") == "yes",
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    is_passed_on = any(queries.get_sign_up(each.id).state in _IN for each in first)
    done = "passed-on" if is_passed_on else "cancelled"
    return _done(occasion, cancelled, done, shows="waiting")


@blueprint.post("/console/occasions/<uuid:occasion_id>/sign-ups/<uuid:sign_up_id>/let-through")
def let_through(occasion_id: UUID, sign_up_id: UUID) -> ResponseReturnValue:
    """Put a resident before all others in line."""
    post, occasion = _get(occasion_id, Verb.MANAGE_OCCASION)
    try:
        found = _get_sign_up(occasion, sign_up_id)
        moved = service.let_through(actor=post.actor, sign_up_id=found.id, now=post.now)
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return _done(occasion, moved, "first", shows="waiting")


@blueprint.post("/console/occasions/<uuid:occasion_id>/sign-ups/<uuid:sign_up_id>/excuse")
def excuse(occasion_id: UUID, sign_up_id: UUID) -> ResponseReturnValue:
    """Have it not count that a resident did not come."""
    post, occasion = _get(occasion_id, Verb.CHECK_IN)
    try:
        found = _get_sign_up(occasion, sign_up_id)
        excused = service.excuse(actor=post.actor, sign_up_id=found.id, now=post.now)
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return _done(occasion, excused, "excused", shows="absent")


@blueprint.post("/console/residents/<uuid:participant_id>/sign-up-pause/lift")
def lift_pause(participant_id: UUID) -> ResponseReturnValue:
    """Let a resident sign up again."""
    post = frame.enter()
    person = participants.get_participant(participant_id)
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, Verb.MANAGE_OCCASION, home.path)
    try:
        service.lift_pause(actor=post.actor, participant_id=person.id, now=post.now)
    except RewardsError as error:
        return residents.page(post, person, home, error=error), statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}?done=pause-lifted", code=303)


def _get(occasion_id: UUID, verb: Verb) -> tuple[Post, Occasion]:
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    access.authorize(post.actor, verb, occasion.node_path)
    return post, occasion


def _get_sign_up(occasion: Occasion, sign_up_id: UUID) -> SignUp:
    found = queries.get_sign_up(sign_up_id)
    if found.occasion_id != occasion.id:
        raise SignUpNotFoundError
    return found


def _done(
    occasion: Occasion, sign_up: SignUp, done: str, *, shows: str = ""
) -> ResponseReturnValue:
    shown = shows or ("waiting" if sign_up.state is SignUpState.WAITING else "kept")
    address = f"/console/occasions/{occasion.id}/sign-ups"
    who = sign_up.participant_id
    return redirect(f"{address}?list={shown}&done={done}&who={who}", code=303)


def _page(post: Post, occasion: Occasion, *, error: RewardsError | None = None) -> str:
    wanted = request.args.get("list", "kept")
    shown = wanted if wanted in LISTS else "kept"
    everybody = queries.list_sign_ups(occasion.id)
    tally = queries.tally([occasion.id])[occasion.id]
    found = participants.list_participants([each.participant_id for each in everybody])
    who = request.args.get("who", "")
    named = next((each for each in everybody if str(each.participant_id) == who), None)
    return frame.show(
        "sign_ups.html",
        post=post,
        current="occasions",
        occasion=occasion,
        state=words.judge(occasion, post.now),
        tally=tally,
        free=activities.count_free([occasion.id]).get(occasion.id),
        shown=shown,
        lines=[
            Line(
                sign_up=each,
                person=found[each.participant_id],
                is_late=_is_late(occasion, each, post),
            )
            for each in everybody
            if each.state in LISTS[shown]
        ],
        has_opened=post.now >= occasion.opens_at,
        has_begun=post.now >= occasion.starts_at,
        can_sign_up=_can_sign_up(occasion, post),
        may_check_in=access.may(post.actor, Verb.CHECK_IN, occasion.node_path),
        may_manage=access.may(post.actor, Verb.MANAGE_OCCASION, occasion.node_path),
        done=request.args.get("done", "") if named else "",
        named=found[named.participant_id] if named else None,
        place=named.place_in_line if named else None,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        **_search(post, occasion, everybody),
    )


def _search(post: Post, occasion: Occasion, everybody: tuple[SignUp, ...]) -> dict[str, Any]:
    text = people.read_sought()
    found: tuple[Participant, ...] = ()
    trouble = None
    if text and access.may(post.actor, Verb.CHECK_IN, occasion.node_path):
        try:
            found = people.find(text, post=post, node=network.get_node(occasion.node_id))
        except RewardsError as error:
            trouble = sentences.explain(error, to_staff=True)
    states = {each.participant_id: each for each in everybody}
    return {
        "q": "" if people.is_code(text) else text,
        "is_search": bool(text),
        "found": [(person, states.get(person.id)) for person in found],
        "search_trouble": trouble,
    }


def _is_late(occasion: Occasion, sign_up: SignUp, post: Post) -> bool:
    if sign_up.state is not SignUpState.CONFIRMED or sign_up.confirmed_at is None:
        return False
    return rules.is_missed(occasion, confirmed_at=sign_up.confirmed_at, now=post.now)


def _can_sign_up(occasion: Occasion, post: Post) -> bool:
    try:
        rules.check_open(occasion, by_staff=True, now=post.now)
    except RewardsError:
        return False
    return True
