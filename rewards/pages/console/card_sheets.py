"""Cards on paper: chosen from those that are good, printed ten to a sheet."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access.types import ParticipantId, Verb
from rewards.identity import service
from rewards.participants import queries as participants
from rewards.participants.types import Card, Participant
from rewards.web import posters, qr
from rewards.web.statements import PDF, file_response

from . import frame
from .frame import Post

blueprint = Blueprint("console_card_sheets", __name__)

CARDS_MAX = 100


@blueprint.get("/console/cards")
def choose() -> ResponseReturnValue:
    """List the cards that are good in the branch, the newest first, to print some of them."""
    post = frame.enter(Verb.MANAGE_PARTICIPANT)
    cards = participants.list_good_cards(node_path=post.node.path, limit=CARDS_MAX)
    people = participants.list_participants([each.participant_id for each in cards])
    rows = [(each, people[each.participant_id]) for each in cards]
    return frame.show("cards.html", post=post, current="residents", rows=rows)


@blueprint.get("/console/cards/print")
def print_page() -> ResponseReturnValue:
    """Show cards as a page to print."""
    post, cards = _get()
    links = [posters.card_link(card) for card, _person in cards]
    drawn = [qr.qr_svg(link, _("志愿者卡的码"), is_printed=True) for link in links]
    return frame.show(
        "cards_print.html",
        post=post,
        current="",
        cards=list(zip(posters.describe_cards(cards), drawn, strict=True)),
        query=request.query_string.decode(),
    )


@blueprint.get("/console/cards.pdf")
def print_pdf() -> ResponseReturnValue:
    """Return cards as a PDF."""
    _post, cards = _get()
    return file_response(posters.draw_cards(cards), PDF, "cards.pdf")


def _get() -> tuple[Post, tuple[tuple[Card, Participant], ...]]:
    post = frame.enter()
    cards = service.hand_out_cards(actor=post.actor, participant_ids=_read_people(), now=post.now)
    return post, cards


def _read_people() -> list[ParticipantId]:
    found: dict[ParticipantId, None] = {}
    for text in request.args.getlist("person")[:CARDS_MAX]:
        try:
            found[ParticipantId(UUID(text))] = None
        except ValueError:
            continue
    return list(found)
