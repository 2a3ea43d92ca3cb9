"""Record slips: my own, and the check of anybody's, which shows no name."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.unit import answer_once
from rewards.network import queries as network
from rewards.pages import periods
from rewards.participants.types import Participant
from rewards.statements import queries, rules, service
from rewards.statements.types import RecordSlip
from rewards.web import preferences, sentences, slips, statuses
from rewards.web.sentences import Sentence
from rewards.web.statements import PDF, file_response

from . import frame, safety, telling

blueprint = Blueprint("my_slips", __name__)


@blueprint.get("/slips")
def show_mine() -> ResponseReturnValue:
    """Show my slips, and the form for another one."""
    _, me = frame.get_me()
    period = periods.year_so_far(now=clock.now())
    return _page(me, first=period.first.isoformat(), last=period.last.isoformat())


@blueprint.post("/slips")
def issue() -> ResponseReturnValue:
    """Issue a slip for me; a second click on the same form finds the same one."""
    actor, me = frame.get_me()
    now = clock.now()
    first, last = request.form.get("from", ""), request.form.get("to", "")
    if preferences.switch_size():
        return _page(me, first=first, last=last, sentence=telling.read_sentence(telling.read()))
    try:
        period = rules.read_period(first, last)
        answer = answer_once(
            service.issue_slip,
            request=safety.read_request(
                actor, route="slips.issue", body={"from": first, "to": last}, now=now
            ),
            render=_render,
            actor=actor,
            participant_id=me.id,
            period=period,
            certificate_issuer=slips.certificate_issuer(),
            now=now,
        )
    except RewardsError as error:
        page = _page(me, first=first, last=last, sentence=sentences.explain(error))
        return page, statuses.status_of(error)
    return redirect(url_for("my_slips.show_mine", new=answer.body["number"]), code=303)


@blueprint.get("/slips/<number>.pdf")
def print_mine(number: str) -> ResponseReturnValue:
    """Download my slip."""
    actor, _ = frame.get_me()
    slip = service.open_slip(actor=actor, number=number, now=clock.now())
    return file_response(slips.draw(slip), PDF, f"slip-{slip.number}.pdf")


@blueprint.get("/slips/check")
def ask_number() -> ResponseReturnValue:
    """Ask for the number of a slip to check, or go on to the one that was typed."""
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for("my_slips.check", number=rules.normalize_number(number)), code=303)
    return frame.show("slip_ask.html")


@blueprint.get("/SLIPS/<number>")
@blueprint.get("/slips/<number>")
def check(number: str) -> ResponseReturnValue:
    """Show what anybody may know of a slip, whoever is signed in."""
    found = slips.get_check(number, now=clock.now())
    return frame.show("slip_check.html", node=network.get_node(found.node_id), check=found)


def _page(me: Participant, *, first: str, last: str, sentence: Sentence | None = None) -> str:
    return frame.show(
        "slips.html",
        me=me,
        slips=queries.list_slips(me.id),
        first=first,
        last=last,
        today=clock.local_date(clock.now(), clock.zone()).isoformat(),
        once=safety.new_key(),
        new=request.args.get("new", ""),
        sentence=sentence,
        told=telling.keep_sentence(sentence),
    )


def _render(slip: RecordSlip) -> tuple[int, dict[str, Any]]:
    return 201, {"number": slip.number}
