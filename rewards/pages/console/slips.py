"""Record slips: issued for a resident, listed, printed, voided."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.statements import queries, rules, service
from rewards.statements.errors import RecordSlipNotFoundError
from rewards.statements.types import RecordSlip, VoidReason
from rewards.web import sentences, slips, statuses
from rewards.web.statements import PDF, file_response

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_slips", __name__)

LIST = "/console/slips"


@blueprint.post("/console/residents/<uuid:participant_id>/slips")
def issue(participant_id: UUID) -> ResponseReturnValue:
    """Issue a slip for a resident; a form sent twice issues one."""
    post = frame.enter()
    safety.require_key()
    period = rules.read_period(request.form.get("from", ""), request.form.get("to", ""))
    answer = safety.run_once(
        service.issue_slip,
        post=post,
        route="console.issue_slip",
        render=_render,
        participant_id=ParticipantId(participant_id),
        period=period,
        certificate_issuer=slips.certificate_issuer(),
    )
    return redirect(f"{LIST}/{answer.body['number']}?done=new", code=303)


@blueprint.get(LIST)
def list_slips() -> ResponseReturnValue:
    """List the slips issued in the branch, the newest first, or look for one by its number."""
    post = frame.enter(Verb.VIEW_PARTICIPANT)
    typed = request.args.get("q", "").strip()
    sentence = None
    if typed:
        number = rules.normalize_number(typed)
        try:
            return redirect(f"{LIST}/{_get(post, number).number}", code=303)
        except RecordSlipNotFoundError as error:
            sentence = sentences.explain(error, to_staff=True)
    page = queries.page_slips(node_path=post.node.path, cursor=request.args.get("cursor"))
    people = participants.list_participants({slip.participant_id for slip in page.items})
    return frame.show(
        "slips.html",
        post=post,
        current="books",
        rows=[(slip, people[slip.participant_id]) for slip in page.items],
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
        typed=typed,
        sentence=sentence,
    )


@blueprint.get(f"{LIST}/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show a slip, and the form to void it."""
    post = frame.enter()
    return _page(post, _get(post, number))


@blueprint.get(f"{LIST}/<number>.pdf")
def print_slip(number: str) -> ResponseReturnValue:
    """Download a slip, to print it; that somebody did is written down."""
    post = frame.enter()
    slip = service.open_slip(actor=post.actor, number=number, now=post.now)
    return file_response(slips.draw(slip), PDF, f"slip-{slip.number}.pdf")


@blueprint.post(f"{LIST}/<number>/void")
def void(number: str) -> ResponseReturnValue:
    """Declare a slip void."""
    post = frame.enter()
    slip = _get(post, number)
    try:
        reason = VoidReason(request.form.get("reason", ""))
    except ValueError:
        return _page(post, slip, trouble=_("选一个原因，再作废。")), 422
    try:
        service.void_slip(actor=post.actor, number=slip.number, reason=reason, now=post.now)
    except RewardsError as error:
        trouble = sentences.explain(error, to_staff=True).detail
        return _page(post, queries.get_slip(slip.number), trouble=trouble), statuses.status_of(
            error
        )
    return redirect(f"{LIST}/{slip.number}?done=void", code=303)


def _get(post: Post, number: str) -> RecordSlip:
    slip = queries.get_slip(rules.normalize_number(number))
    node = network.get_node(slip.node_id)
    access.authorize(post.actor, Verb.VIEW_PARTICIPANT, node.path)
    return slip


def _page(post: Post, slip: RecordSlip, *, trouble: str = "") -> str:
    node = network.get_node(slip.node_id)
    return frame.show(
        "slip.html",
        post=post,
        current="books",
        slip=slip,
        person=participants.get_participant(slip.participant_id),
        has_changed=queries.has_changed(slip),
        done=request.args.get("done", ""),
        trouble=trouble,
        reasons=[(each.value, sentences.void_reason_name(each)) for each in VoidReason],
        may_void=access.may(post.actor, Verb.MANAGE_PARTICIPANT, node.path),
    )


def _render(slip: RecordSlip) -> dict[str, Any]:
    return {"number": slip.number}
