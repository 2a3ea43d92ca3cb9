"""Residents: finding one, what they have, and registering somebody who stands here."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.identity import queries as identity_queries
from rewards.identity import service as identity
from rewards.identity.types import SentCode
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants import rules as people_rules
from rewards.participants.types import BoardDisplay, Participant, Profession, Training
from rewards.redemptions import queries as redemptions
from rewards.signups import queries as sign_ups
from rewards.signups.types import SignUp
from rewards.web import history, sentences, statuses

from . import correcting, frame, people, resident_form, verdicts
from .frame import Post
from .resident_form import Draft

blueprint = Blueprint("console_residents", __name__)

ENTRIES_SHOWN = 12


@blueprint.route("/console/residents", methods=["GET", "POST"])
def search() -> ResponseReturnValue:
    """Look for a resident."""
    post = frame.enter(Verb.VIEW_PARTICIPANT)
    text = people.read_sought()
    found: tuple[Participant, ...] = ()
    trouble = None
    if text:
        try:
            found = people.find(text, post=post)
        except RewardsError as error:
            trouble = sentences.explain(error, to_staff=True)
    found = tuple(each for each in found if _may_see(post, each))
    if len(found) == 1:
        return redirect(f"/console/residents/{found[0].id}", code=303)
    return frame.show(
        "residents.html",
        post=post,
        current="residents",
        q="" if people.is_code(text) else text,
        is_search=bool(text),
        found=found,
        trouble=trouble,
        may_register=post.may(Verb.MANAGE_PARTICIPANT),
    )


@blueprint.get("/console/residents/<uuid:participant_id>")
def show(participant_id: UUID) -> ResponseReturnValue:
    """Show what a resident has, and why."""
    post, person, home = _get(participant_id, Verb.VIEW_PARTICIPANT)
    return page(post, person, home)


@blueprint.post("/console/residents/<uuid:participant_id>/sign-in-code")
def issue_code(participant_id: UUID) -> ResponseReturnValue:
    """Make a code that the resident signs in with, and show it large, once."""
    post, person, home = _get(participant_id, Verb.MANAGE_PARTICIPANT)
    try:
        sent = identity.issue_sign_in_code(actor=post.actor, participant_id=person.id, now=post.now)
    except RewardsError as error:
        return page(post, person, home, error=error), statuses.status_of(error)
    return page(post, person, home, sent=sent)


@blueprint.post("/console/residents/<uuid:participant_id>/display")
def choose_display(participant_id: UUID) -> ResponseReturnValue:
    """Record how the resident agreed to be shown on boards."""
    post, person, home = _get(participant_id, Verb.MANAGE_PARTICIPANT)
    display = resident_form.find_display(request.form)
    if display is None:
        return page(post, person, home, is_unchosen=True), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        identity.set_board_display(
            actor=post.actor,
            participant_id=person.id,
            display=display,
            nickname=request.form.get("nickname", ""),
            now=post.now,
        )
    except RewardsError as error:
        refused = page(post, person, home, error=error, display=display)
        return refused, statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}?done=display", code=303)


@blueprint.post("/console/residents/<uuid:participant_id>/nickname-removal")
def remove_nickname(participant_id: UUID) -> ResponseReturnValue:
    """Take a nickname that does not belong on a board off it."""
    post, person, home = _get(participant_id, Verb.MANAGE_PARTICIPANT)
    try:
        identity.remove_nickname(
            actor=post.actor,
            participant_id=person.id,
            reason=request.form.get("reason", ""),
            now=post.now,
        )
    except RewardsError as error:
        return page(post, person, home, error=error), statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}?done=removed", code=303)


@blueprint.get("/console/residents/new")
def ask_new() -> ResponseReturnValue:
    """Ask for what registering needs."""
    post = frame.enter(Verb.MANAGE_PARTICIPANT)
    return _form(post, Draft(typed={"node": str(post.node.id)}))


@blueprint.post("/console/residents/new")
def register() -> ResponseReturnValue:
    """Register a resident who stands here and agrees."""
    post = frame.enter(Verb.MANAGE_PARTICIPANT)
    draft = resident_form.read(request.form, year=post.now.year)
    if draft.errors:
        return _form(post, draft), 422
    try:
        person = identity.register_participant(actor=post.actor, now=post.now, **draft.values)
    except RewardsError as error:
        resident_form.blame(draft, error)
        return _form(post, draft), statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}?done=new", code=303)


def _get(participant_id: UUID, verb: Verb) -> tuple[Post, Participant, Node]:
    post = frame.enter()
    person = participants.get_participant(participant_id)
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, verb, home.path)
    return post, person, home


def _may_see(post: Post, person: Participant) -> bool:
    home = network.get_node(person.home_node_id)
    return access.may(post.actor, Verb.VIEW_PARTICIPANT, home.path)


def page(
    post: Post,
    person: Participant,
    home: Node,
    *,
    sent: SentCode | None = None,
    error: RewardsError | None = None,
    display: BoardDisplay | None = None,
    is_unchosen: bool = False,
) -> str:
    """Return the page of a resident; *sent* is a code to be shown once.

    *display* is what was chosen in a form that was refused.
    """
    participant_id = ParticipantId(person.id)
    lines = history.page_lines(participant_id=participant_id, limit=ENTRIES_SHOWN).items
    minutes = ledger.get_balance(participant_id, asset=Asset.SERVICE_MINUTES).earned
    return frame.show(
        "resident.html",
        post=post,
        current="residents",
        person=person,
        home=home,
        balance=ledger.get_balance(participant_id),
        minutes=minutes,
        level=checkins.get_star_level(minutes),
        lines=lines,
        staff_names=history.name_staff(lines),
        reversible=correcting.list_reversible(post, lines),
        askable=frozenset() if person.closed_at else history.list_askable(lines, now=post.now),
        shows_appeals=True,
        waiting=verdicts.tell_waiting(redemptions.list_open(participant_id)),
        sent=sent,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        displays=_name_displays(),
        display=(display or person.board_display).value,
        nickname=person.nickname if display is None else request.form.get("nickname", ""),
        is_unchosen=is_unchosen,
        may_manage=access.may(post.actor, Verb.MANAGE_PARTICIPANT, home.path),
        signed_up=_list_sign_ups(post, participant_id),
        sign_up_pause=sign_ups.find_pause(participant_id, now=post.now),
        may_lift=access.may(post.actor, Verb.MANAGE_OCCASION, home.path),
        may_fulfil=post.may(Verb.FULFIL),
        may_correct=post.may(Verb.CORRECT),
        may_link=access.may(post.actor, Verb.MANAGE_STAFF, home.path),
        card=participants.find_card(participant_id),
        last_card=next(iter(participants.list_cards(participant_id)), None),
        linked=identity_queries.find_linked_staff(participant_id),
        has_wechat=identity_queries.has_wechat(participant_id),
        **_describe_standing(participant_id, post),
    )


def _describe_standing(participant_id: ParticipantId, post: Post) -> dict[str, Any]:
    guardian = participants.find_guardian_consent(participant_id)
    return {
        "qualifications": participants.list_qualifications(participant_id),
        "professions": tuple(Profession),
        "trainings": tuple(Training),
        "name_qualification": sentences.name_qualification,
        "today": clock.local_date(post.now, clock.zone()),
        "birth_year": participants.get_identity(participant_id).birth_year,
        "guardian": guardian,
        # Their name is for the record; whoever looks over a shoulder reads no more of it.
        "guardian_name": guardian and people_rules.mask_name(guardian.guardian_name),
    }


def _form(post: Post, draft: Draft) -> str:
    return frame.show(
        "resident_new.html",
        post=post,
        current="residents",
        typed=draft.typed,
        errors=draft.errors,
        displays=_name_displays(),
        places=[
            node
            for node in network.list_branch(post.node.path)
            if access.may(post.actor, Verb.MANAGE_PARTICIPANT, node.path) and not node.closed_at
        ],
    )


def _name_displays() -> list[tuple[str, str]]:
    return [
        (BoardDisplay.HIDDEN.value, _("不上榜，显示未公开")),
        (BoardDisplay.MASKED.value, _("显示姓名，中间打星号（本人已满18岁）")),
        (BoardDisplay.NICKNAME.value, _("显示昵称（本人已满18岁）")),
    ]


def _list_sign_ups(post: Post, participant_id: ParticipantId) -> list[tuple[SignUp, Occasion]]:
    active = sign_ups.list_active(participant_id)
    occasions = activities.list_by_ids([each.occasion_id for each in active])
    ahead = [
        (each, occasions[each.occasion_id])
        for each in active
        if occasions[each.occasion_id].ends_at > post.now
    ]
    return sorted(ahead, key=lambda pair: pair[1].starts_at)
