"""Occasions, and the codes by which people check in."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities import service
from rewards.activities.errors import OccasionNotFoundError
from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.checkins import service as attending
from rewards.core import clock
from rewards.network.errors import NodeNotFoundError
from rewards.web import addresses, sessions

from .resources import Resource, answer, answer_once, answer_page, instance_of
from .schemas.occasions import (
    CodeResponse,
    OccasionChange,
    OccasionRequest,
    OccasionResponse,
    OccasionsPage,
    OccasionsQuery,
)
from .visibility import (
    authorize_read,
    check_visible,
    check_zone,
    find_listed_path,
    get_visible_node,
)

occasions = Resource(
    "occasions", description="Activities, study sessions and service shifts, and their codes."
)


@occasions.call(
    "GET",
    "/occasions",
    query=OccasionsQuery,
    answers={HTTPStatus.OK: OccasionsPage},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def list_occasions(query: dict[str, Any]) -> Response:
    """List the occasions of a branch of the network, the latest start first."""
    path = find_listed_path(sessions.current_actor(), query.pop("node_id"))
    return answer_page(OccasionResponse, activities.page_occasions(node_path=path, **query))


@occasions.call(
    "POST",
    "/occasions",
    body=OccasionRequest,
    answers={HTTPStatus.CREATED: OccasionResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def create_occasion(body: dict[str, Any]) -> Response:
    """Plan an occasion."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    check_zone(actor, body.get("zone_id"))
    return answer_once(
        service.create_occasion,
        render=_render_created,
        location=lambda occasion: url_for("occasions.get_occasion", occasion_id=occasion["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@occasions.call(
    "GET",
    "/occasions/<uuid:occasion_id>",
    answers={HTTPStatus.OK: OccasionResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def get_occasion(occasion_id: UUID) -> Response:
    """Show an occasion."""
    return answer(OccasionResponse, _get_visible(occasion_id))


@occasions.call(
    "PATCH",
    "/occasions/<uuid:occasion_id>",
    body=OccasionChange,
    answers={HTTPStatus.OK: OccasionResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def change_occasion(body: dict[str, Any], occasion_id: UUID) -> Response:
    """Change or cancel an occasion."""
    actor = sessions.require_staff()
    occasion = _get_visible(occasion_id)
    now = clock.now()
    if body.get("status") is OccasionStatus.CANCELLED:
        changed = service.cancel_occasion(actor=actor, occasion_id=occasion.id, now=now)
    elif "failure_note" in body:
        changed = service.flag_failure(
            actor=actor, occasion_id=occasion.id, note=body["failure_note"], now=now
        )
    else:
        check_zone(actor, body.get("zone_id"))
        changed = service.update_occasion(
            actor=actor, occasion_id=occasion.id, changes=body, now=now
        )
    return answer(OccasionResponse, changed)


@occasions.call(
    "GET",
    "/occasions/<uuid:occasion_id>/code",
    answers={HTTPStatus.OK: CodeResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def get_code(occasion_id: UUID) -> Response:
    """Show the rotating code of an occasion, for a screen at the door."""
    actor = sessions.require_staff()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    authorize_read(actor, Verb.SHOW_CODE, occasion.node_path, OccasionNotFoundError)
    response = jsonify(_tell_code(occasion))
    response.headers["Cache-Control"] = "no-store"
    return response


@occasions.call(
    "POST",
    "/occasions/<uuid:occasion_id>/code/rotation",
    answers={HTTPStatus.OK: CodeResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
    is_keyed=True,
)
def rotate_code(occasion_id: UUID) -> Response:
    """Void every code and all digits of an occasion at once, and show the new one."""
    actor = sessions.require_staff()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    authorize_read(actor, Verb.SHOW_CODE, occasion.node_path, OccasionNotFoundError)
    response = answer_once(
        attending.rotate_code,
        render=lambda rotated: (HTTPStatus.OK, _tell_code(rotated)),
        actor=actor,
        occasion_id=occasion.id,
        now=clock.now(),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _tell_code(occasion: Occasion) -> dict[str, Any]:
    code = checkins.get_display_code(occasion, now=clock.now())
    told: dict[str, Any] = instance_of(CodeResponse).dump(
        {
            "url": addresses.code_link(code.token),
            "digits": code.digits,
            "svg_url": url_for("codes.show_svg", token=code.token),
            "png_url": url_for("codes.show_png", token=code.token),
            "expires_at": code.expires_at,
        }
    )
    return told


def _get_visible(occasion_id: UUID) -> Occasion:
    occasion = activities.get_occasion(OccasionId(occasion_id))
    check_visible(sessions.current_actor(), occasion.node_path, OccasionNotFoundError)
    return occasion


def _render_created(occasion: Occasion) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, OccasionResponse().dump(occasion)
