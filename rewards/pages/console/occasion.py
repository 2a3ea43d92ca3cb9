"""One occasion: its rotating code, who came, and checking people in and out."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import Attendance, AttendanceState
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.pages import codes
from rewards.pages.screen import links
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.signups import queries as sign_ups
from rewards.teams import queries as teams
from rewards.web import sentences, sessions, statuses

from . import attempts, frame, people, safety, undoing, verdicts, words
from .frame import Post

blueprint = Blueprint("console_occasion", __name__)

PAGE_SIZE = 20
HEADS_MAX = 999_999


@blueprint.route("/console/occasions/<uuid:occasion_id>", methods=["GET", "POST"])
def show(occasion_id: UUID) -> ResponseReturnValue:
    """Show an occasion with its code and its list."""
    post, occasion = _get(occasion_id)
    return _page(post, occasion)


@blueprint.get("/console/occasions/<uuid:occasion_id>/code")
@sessions.goes_on_while_idle
def show_code(occasion_id: UUID) -> ResponseReturnValue:
    """Return the code of now, for the script of the page."""
    post, occasion = _get(occasion_id, Verb.SHOW_CODE)
    code = codes.draw(occasion, now=post.now)
    return jsonify(
        svg=code.svg,
        digits=code.digits,
        left=code.left,
        period=code.period,
        people=checkins.count_attendance([occasion.id])[occasion.id],
        is_over=not words.judge(occasion, post.now).has_code,
    )


@blueprint.post("/console/occasions/<uuid:occasion_id>/code/rotation")
def rotate_code(occasion_id: UUID) -> ResponseReturnValue:
    """Void the codes of the occasion, because they got into the wrong hands."""
    post, occasion = _get(occasion_id, Verb.SHOW_CODE)
    service.rotate_code(actor=post.actor, occasion_id=occasion.id, now=post.now)
    back = "/phone" if request.form.get("from") == "phone" else ""
    return redirect(f"/console/occasions/{occasion.id}{back}?done=rotated", code=303)


@blueprint.post("/console/occasions/<uuid:occasion_id>/check-ins")
def check_in(occasion_id: UUID) -> ResponseReturnValue:
    """Check a resident in; a second click finds it done."""
    return _attend(occasion_id, service.check_in_by_staff, "in")


@blueprint.post("/console/occasions/<uuid:occasion_id>/check-outs")
def check_out(occasion_id: UUID) -> ResponseReturnValue:
    """Check a resident out; a second click finds it done."""
    leave = partial(service.check_out_by_staff, verified=safety.read_verified())
    return _attend(occasion_id, leave, "out")


@blueprint.post("/console/occasions/<uuid:occasion_id>/heads")
def count_heads(occasion_id: UUID) -> ResponseReturnValue:
    """Keep how many came, or put it right."""
    post, occasion = _get(occasion_id, Verb.MANAGE_OCCASION)
    text = request.form.get("heads", "").strip()
    if not (text.isascii() and text.isdigit() and int(text) <= HEADS_MAX):
        return _page(post, occasion, heads_error=_("填人数，只要数字")), 422
    try:
        planning.update_occasion(
            actor=post.actor,
            occasion_id=occasion.id,
            changes={"head_count": int(text)},
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return redirect(f"/console/occasions/{occasion.id}?done=changed", code=303)


@blueprint.post("/console/occasions/<uuid:occasion_id>/failure")
def flag_failure(occasion_id: UUID) -> ResponseReturnValue:
    """Say that the system failed there, so that what is filled in gives points too."""
    post, occasion = _get(occasion_id, Verb.CORRECT)
    try:
        planning.flag_failure(
            actor=post.actor,
            occasion_id=occasion.id,
            note=request.form.get("note", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    return redirect(f"/console/occasions/{occasion.id}?done=changed", code=303)


def _attend(occasion_id: UUID, act: Any, done: str) -> ResponseReturnValue:
    post, occasion = _get(occasion_id, Verb.CHECK_IN)
    participant_id = ParticipantId(safety.read_id(request.form.get("participant", "")))
    try:
        receipt = act(
            actor=post.actor, occasion_id=occasion.id, participant_id=participant_id, now=post.now
        )
    except RewardsError as error:
        return _page(post, occasion, error=error), statuses.status_of(error)
    again = "" if receipt.is_new else "-again"
    address = f"/console/occasions/{occasion.id}?done={done}{again}&who={participant_id}"
    return redirect(address, code=303)


def _get(occasion_id: UUID, verb: Verb = Verb.VIEW_CONSOLE) -> tuple[Post, Occasion]:
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    access.authorize(post.actor, verb, occasion.node_path)
    return post, occasion


def _page(
    post: Post, occasion: Occasion, *, error: RewardsError | None = None, heads_error: str = ""
) -> str:
    state = words.judge(occasion, post.now)
    attendance = checkins.list_attendance(occasion.id)
    attempted = attempts.list_of([occasion], post=post)
    may_show = access.may(post.actor, Verb.SHOW_CODE, occasion.node_path)
    page = _read_page(len(attendance))
    lines = attendance[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return frame.show(
        "occasion.html",
        post=post,
        current="occasions",
        occasion=occasion,
        state=state,
        node=network.get_node(occasion.node_id),
        team=teams.find_team(occasion.team_id) if occasion.team_id else None,
        code=codes.draw(occasion, now=post.now) if may_show and state.has_code else None,
        template_key=safety.new_key(),
        screen=f"/screen/occasions/{links.build_token(occasion)}",
        may_show=may_show,
        may_check_in=access.may(post.actor, Verb.CHECK_IN, occasion.node_path),
        may_manage=access.may(post.actor, Verb.MANAGE_OCCASION, occasion.node_path),
        may_confirm=access.may(post.actor, Verb.CONFIRM_HOURS, occasion.node_path),
        is_pending=checkins.is_pending(occasion, now=post.now),
        can_check_out=words.can_check_out(occasion, post.now),
        shows_refused=request.args.get("list") == "refused",
        may_flag=access.may(post.actor, Verb.CORRECT, occasion.node_path)
        and occasion.starts_at <= post.now
        and not occasion.counts_heads,
        heads_error=heads_error,
        people=len(attendance),
        staying=sum(each.checked_out_at is None for each in attendance),
        lines=_with_people(lines, post),
        page=page,
        pages=_count_pages(len(attendance)),
        attempts=attempted,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=_find_done(attendance, post),
        taken_back=_find_taken_back(occasion),
        signed_up=sign_ups.tally([occasion.id])[occasion.id] if occasion.takes_sign_ups else None,
        **_search(post, occasion, attendance),
    )


def _search(post: Post, occasion: Occasion, attendance: tuple[Attendance, ...]) -> dict[str, Any]:
    text = people.read_sought()
    found: tuple[Participant, ...] = ()
    trouble = None
    if text and access.may(post.actor, Verb.CHECK_IN, occasion.node_path):
        try:
            found = people.find(text, post=post, node=network.get_node(occasion.node_id))
        except RewardsError as error:
            trouble = sentences.explain(error, to_staff=True)
    present = {each.participant_id for each in attendance}
    return {
        "q": "" if people.is_code(text) else text,
        "is_search": bool(text),
        "found": [(person, person.id in present) for person in found],
        "search_trouble": trouble,
    }


def _with_people(lines: tuple[Attendance, ...], post: Post) -> list[dict[str, Any]]:
    found = participants.list_participants([each.participant_id for each in lines])
    return [
        {
            "attendance": each,
            "person": found[each.participant_id],
            "channel": words.CHANNELS[each.channel],
            "settled_by": _name_settler(each),
            "undo": undoing.offer(each, actor=post.actor, now=post.now),
        }
        for each in lines
    ]


def _name_settler(attendance: Attendance) -> str:
    name = verdicts.name_of(attendance.closed_by or "")
    match attendance.state:
        case AttendanceState.CONFIRMED:
            return str(_("%(name)s确认", name=name))
        case AttendanceState.DECLINED:
            return str(_("%(name)s没有确认", name=name))
        case AttendanceState.LAPSED:
            return str(_("过期没有确认"))
    return ""


def _find_done(attendance: tuple[Attendance, ...], post: Post) -> dict[str, Any] | None:
    who = request.args.get("who", "")
    line = next((each for each in attendance if str(each.participant_id) == who), None)
    done = request.args.get("done", "")
    if line is None or not done:
        return None
    undo = undoing.offer(line, actor=post.actor, now=post.now)
    return {"what": done, "line": line, "undo": undo}


def _find_taken_back(occasion: Occasion) -> dict[str, Any] | None:
    person, done = request.args.get("person", ""), request.args.get("done", "")
    if not person or done not in {"undone", "back"}:
        return None
    last = checkins.find_last(
        occasion_id=occasion.id, participant_id=ParticipantId(safety.read_id(person))
    )
    # An address can be written by hand: it names nobody who was not here.
    if last is None or (last.state is AttendanceState.UNDONE) is not (done == "undone"):
        return None
    participant = participants.get_participant(last.participant_id)
    is_kept = undoing.keeps_place(occasion.id, participant.id)
    return {"what": done, "name": participant.masked_name, "is_kept": is_kept}


def _count_pages(people_count: int) -> int:
    return max(-(-people_count // PAGE_SIZE), 1)


def _read_page(people_count: int) -> int:
    text = request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() else 1
    return min(max(page, 1), _count_pages(people_count))
