"""One team: who belongs to it, and who joins, leads and leaves."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.teams import queries, service
from rewards.teams.errors import AlreadyMemberError, MembershipDatesError, NotMemberError
from rewards.teams.rules import FIRST_DAY
from rewards.teams.types import Membership, Team
from rewards.web import sentences, statuses

from . import frame, people, safety
from .frame import Post

blueprint = Blueprint("console_team", __name__)

PAGE_SIZE = 20


@blueprint.route("/console/teams/<uuid:team_id>", methods=["GET", "POST"])
def show(team_id: UUID) -> ResponseReturnValue:
    """Show a team with its members, and look for somebody to add."""
    post, team = _get(team_id)
    return _page(post, team)


@blueprint.post("/console/teams/<uuid:team_id>/members")
def add(team_id: UUID) -> ResponseReturnValue:
    """Let somebody belong to the team."""
    post, team = _get(team_id)
    person_id = safety.read_id(request.form.get("participant", ""))
    day = None
    try:
        day = _read_day(request.form.get("joined_on", ""), "joined_on", post)
        day = day or clock.local_date(post.now, clock.zone())
        service.add_member(
            actor=post.actor,
            team_id=team.id,
            participant_id=ParticipantId(person_id),
            joined_on=day,
            now=post.now,
        )
    except RewardsError as error:
        if _is_second_click(error, day):
            return redirect(f"/console/teams/{team.id}?done=added&who={person_id}", code=303)
        return _page(post, team, error=error), statuses.status_of(error)
    return redirect(f"/console/teams/{team.id}?done=added&who={person_id}", code=303)


@blueprint.post("/console/teams/<uuid:team_id>/leader")
def lead(team_id: UUID) -> ResponseReturnValue:
    """Say which member leads the team; without one, nobody does."""
    post, team = _get(team_id)
    text = request.form.get("participant", "")
    try:
        service.update_team(
            actor=post.actor,
            team_id=team.id,
            changes={"leader_id": safety.read_id(text) if text else None},
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, team, error=error), statuses.status_of(error)
    return redirect(f"/console/teams/{team.id}?done=changed", code=303)


@blueprint.get("/console/teams/<uuid:team_id>/members/<uuid:participant_id>")
def show_member(team_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Show a member, who may leave the team, or lead it."""
    post, team = _get(team_id)
    return _member_page(post, team, participant_id)


@blueprint.post("/console/teams/<uuid:team_id>/members/<uuid:participant_id>/leaving")
def leave(team_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Let somebody belong to the team no longer."""
    post, team = _get(team_id)
    try:
        service.end_membership(
            actor=post.actor,
            team_id=team.id,
            participant_id=ParticipantId(participant_id),
            left_on=_read_day(request.form.get("left_on", ""), "left_on", post),
            now=post.now,
        )
    except NotMemberError:
        # The second click of two: what it asks for is done.
        pass
    except RewardsError as error:
        page = _member_page(post, team, participant_id, error=error)
        return page, statuses.status_of(error)
    return redirect(f"/console/teams/{team.id}?done=left&who={participant_id}", code=303)


def _get(team_id: UUID) -> tuple[Post, Team]:
    post = frame.enter()
    team = queries.get_team(team_id)
    access.authorize(post.actor, Verb.MANAGE_MEMBERS, team.home_node_path)
    return post, team


def _page(post: Post, team: Team, *, error: RewardsError | None = None) -> str:
    today = clock.local_date(post.now, clock.zone())
    shows_all = request.args.get("list") == "all"
    page = queries.page_members(
        team.id,
        day=None if shows_all else today,
        cursor=request.args.get("cursor") or None,
        limit=PAGE_SIZE,
    )
    here = {"list": "all"} if shows_all else {}
    return frame.show(
        "team.html",
        post=post,
        current="teams",
        team=team,
        category=sentences.name_category(team),
        home=network.get_node(team.home_node_id),
        people=queries.count_members([team.id], day=today)[team.id],
        members=_with_people(page.items),
        shows_all=shows_all,
        is_first="cursor" not in request.args,
        following=page.next
        and f"/console/teams/{team.id}?" + urlencode(here | {"cursor": page.next}),
        leader=participants.find_participant(team.leader_id) if team.leader_id else None,
        may_manage=access.may(post.actor, Verb.MANAGE_TEAM, team.home_node_path),
        today=today,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        who=_find_who(team),
        **_search(post, team, today),
    )


def _search(post: Post, team: Team, today: date) -> dict[str, Any]:
    text = people.read_sought()
    found: tuple[Participant, ...] = ()
    trouble = None
    if text:
        try:
            found = people.find(text, post=post)
        except RewardsError as error:
            trouble = sentences.explain(error, to_staff=True)
    belonging = {
        person.id
        for person in found
        if queries.is_member(team_id=team.id, participant_id=person.id, day=today)
    }
    return {
        "q": "" if people.is_code(text) else text,
        "is_search": bool(text),
        "found": [(person, person.id in belonging) for person in found],
        "search_trouble": trouble,
    }


def _member_page(
    post: Post, team: Team, participant_id: UUID, *, error: RewardsError | None = None
) -> str:
    membership = queries.find_membership(team_id=team.id, participant_id=participant_id)
    if membership is None:
        raise NotMemberError
    return frame.show(
        "team_member.html",
        post=post,
        current="teams",
        team=team,
        membership=membership,
        person=participants.get_participant(participant_id),
        today=clock.local_date(post.now, clock.zone()),
        typed=request.form,
        may_manage=access.may(post.actor, Verb.MANAGE_TEAM, team.home_node_path),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _with_people(members: tuple[Membership, ...]) -> list[tuple[Membership, Participant]]:
    found = participants.list_participants([each.participant_id for each in members])
    return [(each, found[each.participant_id]) for each in members]


def _find_who(team: Team) -> Participant | None:
    # Only who was in the team: an address must not tell the names of others.
    try:
        participant_id = UUID(request.args.get("who", ""))
    except ValueError:
        return None
    if not queries.list_spans(team_id=team.id, participant_id=participant_id):
        return None
    return participants.find_participant(participant_id)


def _is_second_click(error: RewardsError, day: date | None) -> bool:
    """Tell whether an adding was refused because the same one was done already."""
    was_added = {"joined_on": day and day.isoformat(), "left_on": None}
    return isinstance(error, AlreadyMemberError) and error.members == was_added


def _read_day(text: str, field: str, post: Post) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        today = clock.local_date(post.now, clock.zone())
        raise MembershipDatesError(
            field=field, first=FIRST_DAY.isoformat(), last=today.isoformat()
        ) from error
