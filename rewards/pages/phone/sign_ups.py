"""What one can sign up for, my place or my place in line, and giving it up."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.participants.types import Participant
from rewards.signups import queries, rules, service
from rewards.signups.errors import SignUpNotFoundError
from rewards.signups.types import SignUp, SignUpState
from rewards.web import preferences, sentences, sessions, statuses
from rewards.web.sentences import Sentence

from . import card, frame, progress, telling

blueprint = Blueprint("sign_ups", __name__)

NEAR_MAX = 40
FAR_MAX = 20
# The code is shown when it helps: somebody stands at the door, or nearly.
TICKET_BEFORE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something to sign up for, with the places left and the reader's own sign-up."""

    occasion: Occasion
    free: int | None
    mine: SignUp | None


@blueprint.get("/sign-ups")
def list_offered() -> ResponseReturnValue:
    """Show what I have signed up for, and what I can sign up for."""
    me = frame.find_me()
    mine = list_mine(me)
    offered = _list_offered(frame.find_home(me), {each.occasion.id for each in mine})
    free = activities.count_free([each.id for each in offered])
    offers = [Offer(occasion=each, free=free.get(each.id), mine=None) for each in offered]
    pause = None if me is None else queries.find_pause(me.id, now=clock.now())
    return frame.show("sign_ups.html", me=me, mine=mine, offers=offers, pause=pause)


@blueprint.get("/sign-ups/<uuid:occasion_id>")
def show(occasion_id: UUID) -> ResponseReturnValue:
    """Show an occasion with my place, my place in line, or the button to sign up."""
    return _page(_get(occasion_id))


@blueprint.post("/sign-ups/<uuid:occasion_id>")
def sign_up(occasion_id: UUID) -> ResponseReturnValue:
    """Sign up, after signing in if need be; a second tap finds it done."""
    if preferences.switch_size():
        return _page(_get(occasion_id), sentence=telling.read_sentence(telling.read()))
    here = url_for("sign_ups.show", occasion_id=occasion_id)
    actor = sessions.find_participant()
    if actor is None:
        return redirect(url_for("sign_in.form", next=here), code=303)
    occasion = _get(occasion_id)
    try:
        service.sign_up(actor=actor, occasion_id=occasion.id, now=clock.now())
    except RewardsError as error:
        return _page(occasion, sentence=sentences.explain(error)), statuses.status_of(error)
    return redirect(here, code=303)


@blueprint.get("/sign-ups/<uuid:occasion_id>/cancel")
def ask_cancel(occasion_id: UUID) -> ResponseReturnValue:
    """Ask whether I really give up my place."""
    _actor, me = frame.get_me()
    occasion = _get(occasion_id)
    mine = queries.find_sign_up(occasion_id=occasion.id, participant_id=me.id)
    if mine is None or mine.state not in queries.ACTIVE:
        return redirect(url_for("sign_ups.show", occasion_id=occasion.id))
    is_late = mine.state is SignUpState.CONFIRMED and rules.is_missed(
        occasion, confirmed_at=mine.confirmed_at or clock.now(), now=clock.now()
    )
    return frame.show("sign_up_cancel.html", me=me, occasion=occasion, mine=mine, is_late=is_late)


@blueprint.post("/sign-ups/<uuid:occasion_id>/cancellation")
def cancel(occasion_id: UUID) -> ResponseReturnValue:
    """Give up my place; a second tap finds it done."""
    actor, me = frame.get_me()
    occasion = _get(occasion_id)
    if preferences.switch_size():
        return _page(occasion, sentence=telling.read_sentence(telling.read()))
    mine = queries.find_sign_up(occasion_id=occasion.id, participant_id=me.id)
    try:
        if mine is None:
            raise SignUpNotFoundError
        service.cancel(actor=actor, sign_up_id=mine.id, now=clock.now())
    except RewardsError as error:
        return _page(occasion, sentence=sentences.explain(error)), statuses.status_of(error)
    return redirect(url_for("sign_ups.show", occasion_id=occasion.id), code=303)


def list_mine(me: Participant | None) -> list[Offer]:
    """Return what *me* keeps a place at or waits for and is not over, the next first."""
    if me is None:
        return []
    active = {each.occasion_id: each for each in queries.list_active(me.id)}
    occasions = activities.list_by_ids(list(active)).values()
    ahead = [each for each in occasions if each.ends_at > clock.now()]
    return [
        Offer(occasion=each, free=None, mine=active[each.id])
        for each in sorted(ahead, key=lambda each: (each.starts_at, each.id))
    ]


def _list_offered(home: Node | None, kept: set[OccasionId]) -> tuple[Occasion, ...]:
    # What is on around the corner comes first, however much there is elsewhere.
    now = clock.now()
    near = home or frame.find_district()
    if near is None:
        return ()
    offered = activities.list_offered(
        node_path=near.path, after=now, apart_from=kept, limit=NEAR_MAX
    )
    if home is None:
        return offered
    return offered + activities.list_offered(
        node_path=center_path(home.path),
        without=home.path,
        after=now,
        apart_from=kept,
        limit=FAR_MAX,
    )


def _get(occasion_id: UUID) -> Occasion:
    return activities.get_occasion(OccasionId(occasion_id))


def _page(occasion: Occasion, *, sentence: Sentence | None = None) -> str:
    me = frame.find_me()
    now = clock.now()
    mine = None
    if me is not None:
        mine = queries.find_sign_up(occasion_id=occasion.id, participant_id=me.id)
    is_near = now >= occasion.starts_at - TICKET_BEFORE
    is_on = occasion.status is OccasionStatus.SCHEDULED and now < occasion.ends_at
    has_ticket = bool(me and mine and mine.state is SignUpState.CONFIRMED and is_near and is_on)
    return frame.show(
        "sign_up.html",
        node=network.find_node(occasion.node_id),
        me=me,
        occasion=occasion,
        mine=mine,
        is_on=is_on,
        is_inside=me is not None and is_on and _is_inside(occasion, me),
        can_sign_up=rules.is_open(occasion, now=now),
        has_begun=now >= occasion.starts_at,
        closes_at=rules.find_closing(occasion),
        notice_ends_at=rules.find_notice_end(occasion),
        free=activities.count_free([occasion.id]).get(occasion.id),
        waiting=queries.tally([occasion.id])[occasion.id].waiting,
        offer=progress.describe_offer(occasion),
        pause=None if me is None else queries.find_pause(me.id, now=now),
        ticket=card.draw(me, now=now) if has_ticket and me else None,
        asked=sentences.tell_terms(occasion),
        others=_list_others(occasion, me),
        sentence=sentence,
        told=telling.keep_sentence(sentence),
    )


def _is_inside(occasion: Occasion, me: Participant) -> bool:
    return bool(checkins.find_receipt(occasion_id=occasion.id, participant_id=me.id))


def _list_others(occasion: Occasion, me: Participant | None) -> list[Occasion]:
    """Return what else *me* has signed up for at that time: nobody is at two places at once."""
    return [
        each.occasion
        for each in list_mine(me)
        if each.occasion.id != occasion.id
        and each.occasion.status is OccasionStatus.SCHEDULED
        and each.occasion.starts_at < occasion.ends_at
        and occasion.starts_at < each.occasion.ends_at
    ]
