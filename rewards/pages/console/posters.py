"""Posters of the station and of its occasions: made, printed, taken down."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import Poster, PosterId
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.stock import queries as stock
from rewards.web import posters, qr, sentences, statuses
from rewards.web.papers import PaperSize
from rewards.web.statements import PDF, file_response

from . import frame
from .frame import Post

blueprint = Blueprint("console_posters", __name__)

LIST = "/console/posters"
PLACE_LENGTH_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What posters are asked about: an occasion, a zone, or neither, which is the station."""

    node_path: str
    name: str = ""
    occasion_id: OccasionId | None = None
    zone_id: UUID | None = None
    back: str = ""


@blueprint.get(LIST)
def list_posters() -> ResponseReturnValue:
    """List the posters of the branch, or of an occasion or a zone, and offer a new one."""
    post = frame.enter(Verb.MANAGE_OCCASION)
    return _list(post, _read_subject(post))


@blueprint.post(LIST)
def make() -> ResponseReturnValue:
    """Make a poster and go on to print it."""
    post = frame.enter()
    place = " ".join(request.form.get("place", "").split())
    subject = _read_subject(post)
    if len(place) > PLACE_LENGTH_MAX:
        return _list(post, subject, place_error=_("最多40个字")), 422
    try:
        poster = service.issue_poster(
            actor=post.actor,
            node_id=post.node.id,
            zone_id=subject.zone_id,
            occasion_id=subject.occasion_id,
            place=place,
            now=post.now,
        )
    except RewardsError as error:
        return _list(post, subject, error=error), statuses.status_of(error)
    return redirect(f"{LIST}/{poster.id}?done=new", code=303)


@blueprint.get(f"{LIST}/<uuid:poster_id>")
def show(poster_id: UUID) -> ResponseReturnValue:
    """Show a poster with the ways to print it."""
    post, poster = _get(poster_id)
    return frame.show(
        "poster.html",
        post=post,
        current="occasions",
        poster=poster,
        paper=posters.describe(poster),
        svg=_draw(poster),
        node=network.get_node(poster.node_id),
    )


@blueprint.get(f"{LIST}/<uuid:poster_id>/print")
def print_page(poster_id: UUID) -> ResponseReturnValue:
    """Show a poster as a page to print, on the paper that is asked for."""
    post, poster = _get(poster_id)
    return frame.show(
        "poster_print.html",
        post=post,
        current="",
        poster=poster,
        paper=posters.describe(poster),
        svg=_draw(poster),
        size=_read_size().value,
    )


@blueprint.get(f"{LIST}/<uuid:poster_id>.pdf")
def print_pdf(poster_id: UUID) -> ResponseReturnValue:
    """Return a poster as a PDF, on the paper that is asked for."""
    _post, poster = _get(poster_id)
    size = _read_size()
    content = posters.draw(poster, paper=size)
    return file_response(content, PDF, f"poster-{poster.label[:4]}-{size.value}.pdf")


@blueprint.post(f"{LIST}/<uuid:poster_id>/revocation")
def revoke(poster_id: UUID) -> ResponseReturnValue:
    """Take a poster out of use; a second click finds it done."""
    post, poster = _get(poster_id)
    service.revoke_poster(actor=post.actor, poster_id=poster.id, now=post.now)
    return redirect(f"{LIST}/{poster.id}?done=off", code=303)


def _list(
    post: Post, subject: Subject, *, error: RewardsError | None = None, place_error: str = ""
) -> str:
    found = checkins.list_posters(
        node_path=subject.node_path, occasion_id=subject.occasion_id, zone_id=subject.zone_id
    )
    nodes = network.list_by_ids({each.node_id for each in found})
    return frame.show(
        "posters.html",
        post=post,
        current="occasions",
        subject=subject,
        rows=[
            {
                "poster": each,
                "name": posters.name(each),
                "number": posters.number_of(each),
                "node": nodes[each.node_id],
            }
            for each in found
        ],
        place=request.form.get("place", ""),
        place_error=place_error,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _read_subject(post: Post) -> Subject:
    occasion_id, zone_id = _read_id("occasion"), _read_id("zone")
    subject = Subject(node_path=post.node.path)
    if occasion_id is not None:
        occasion = activities.get_occasion(OccasionId(occasion_id))
        subject = Subject(
            node_path=occasion.node_path,
            name=occasion.title,
            occasion_id=occasion.id,
            back=f"/console/occasions/{occasion.id}",
        )
    elif zone_id is not None:
        space = stock.get_space_of_zone(zone_id)
        subject = Subject(
            node_path=space.node_path,
            name=posters.get_zone(zone_id).name,
            zone_id=zone_id,
            back=f"/console/spaces/{space.id}",
        )
    access.authorize(post.actor, Verb.MANAGE_OCCASION, subject.node_path)
    return subject


def _get(poster_id: UUID) -> tuple[Post, Poster]:
    post = frame.enter()
    poster = checkins.get_poster(PosterId(poster_id))
    access.authorize(post.actor, Verb.MANAGE_OCCASION, poster.node_path)
    return post, poster


def _draw(poster: Poster) -> str:
    return qr.qr_svg(posters.link_of(poster), _("签到二维码"), is_printed=True)


def _read_id(name: str) -> UUID | None:
    text = request.values.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _read_size() -> PaperSize:
    return PaperSize.A3 if request.args.get("paper") == PaperSize.A3 else PaperSize.A4
