"""Posters: made, printed and taken down by staff."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.activities.types import OccasionId
from rewards.checkins import queries, service
from rewards.checkins.errors import PosterNotFoundError
from rewards.checkins.types import Poster, PosterId
from rewards.core import clock
from rewards.network.errors import NodeNotFoundError
from rewards.stock import queries as stock
from rewards.stock.errors import ZoneNotFoundError
from rewards.web import posters as papers
from rewards.web import sessions
from rewards.web.sessions import SignedInActor
from rewards.web.statements import PDF, file_response

from .resources import Resource, answer, answer_once, instance_of
from .schemas.posters import PosterQuery, PosterRequest, PosterResponse
from .visibility import authorize_read, check_visible, get_visible_node

posters = Resource(
    "posters", description="Codes on paper, of a node, of a zone of its space or of one occasion."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


@posters.call(
    "POST",
    "/posters",
    body=PosterRequest,
    answers={HTTPStatus.CREATED: PosterResponse},
    refusals=(*REFUSALS, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def issue_poster(body: dict[str, Any]) -> Response:
    """Issue a poster, which by itself checks in only where nothing is earned."""
    actor = sessions.require_staff()
    _check_subject(actor, body)
    return answer_once(
        service.issue_poster,
        render=lambda poster: (HTTPStatus.CREATED, _render(poster)),
        location=lambda poster: url_for("posters.get_poster", poster_id=poster["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@posters.call(
    "GET",
    "/posters/<uuid:poster_id>",
    answers={HTTPStatus.OK: PosterResponse},
    refusals=REFUSALS,
)
def get_poster(poster_id: UUID) -> Response:
    """Show a poster and the link that its code carries."""
    return answer(PosterResponse, _describe(_known(poster_id)))


@posters.call(
    "GET", "/posters/<uuid:poster_id>.pdf", query=PosterQuery, file_type=PDF, refusals=REFUSALS
)
def print_poster(query: dict[str, Any], poster_id: UUID) -> Response:
    """Print a poster."""
    poster, paper = _known(poster_id), query["paper"]
    content = papers.draw(poster, paper=paper)
    return file_response(content, PDF, f"poster-{papers.number_of(poster)}-{paper.value}.pdf")


@posters.call(
    "POST",
    "/posters/<uuid:poster_id>/revocation",
    answers={HTTPStatus.OK: PosterResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def revoke_poster(poster_id: UUID) -> Response:
    """Take a poster out of use, at once and for good."""
    actor = sessions.require_staff()
    return answer_once(
        service.revoke_poster,
        render=lambda poster: (HTTPStatus.OK, instance_of(PosterResponse).dump(_describe(poster))),
        actor=actor,
        poster_id=_known(poster_id).id,
        now=clock.now(),
    )


def _check_subject(actor: SignedInActor, body: dict[str, Any]) -> None:
    """Check that the actor may know of what the poster is to be of."""
    if body.get("occasion_id"):
        occasion = activities.get_occasion(OccasionId(body["occasion_id"]))
        check_visible(actor, occasion.node_path, OccasionNotFoundError)
    elif body.get("zone_id"):
        space = stock.get_space_of_zone(body["zone_id"])
        check_visible(actor, space.node_path, ZoneNotFoundError)
    else:
        get_visible_node(actor, body["node_id"], NodeNotFoundError)


def _known(poster_id: UUID) -> Poster:
    actor = sessions.require_staff()
    poster = queries.get_poster(PosterId(poster_id))
    authorize_read(actor, Verb.MANAGE_OCCASION, poster.node_path, PosterNotFoundError)
    return poster


def _describe(poster: Poster) -> dict[str, Any]:
    return {
        "id": poster.id,
        "number": papers.number_of(poster),
        "url": papers.link_of(poster),
        "node_id": poster.node_id,
        "zone_id": poster.zone_id,
        "occasion_id": poster.occasion_id,
        "place": poster.place,
        "issued_at": poster.issued_at,
        "revoked_at": poster.revoked_at,
    }


def _render(poster: Poster) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(PosterResponse).dump(_describe(poster))
    return dumped
