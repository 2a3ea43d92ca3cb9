"""Redemptions: reserve, hand over, cancel."""

from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access import rules as access
from rewards.access.types import ParticipantActor, Verb
from rewards.core import clock
from rewards.redemptions import queries, service
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import Redemption, RedemptionId
from rewards.stock import queries as stock
from rewards.stock.errors import SpaceNotFoundError
from rewards.web import sessions
from rewards.web.sessions import SignedInActor

from .resources import (
    Resource,
    answer,
    answer_once,
    answer_page,
    instance_of,
    invalid_request,
)
from .schemas.redemptions import (
    FulfilmentRequest,
    FulfilmentResponse,
    RedemptionRequest,
    RedemptionResponse,
    RedemptionsPage,
    RedemptionsQuery,
)
from .visibility import check_visible

redemptions = Resource(
    "redemptions", description="Points set aside for a reward item, and what became of them."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@redemptions.call(
    "POST",
    "/redemptions",
    body=RedemptionRequest,
    answers={HTTPStatus.CREATED: RedemptionResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def reserve(body: dict[str, Any]) -> Response:
    """Reserve pieces of a reward item: points and stock are set aside, a code is given out.

    Staff reserve for participants of the space's center, who are told of it by a notice; only the
    participant sees the code.
    """
    actor = sessions.current_actor()
    participant_id = body.pop("participant_id", None)
    if isinstance(actor, ParticipantActor):
        participant_id = participant_id or actor.participant_id
    elif participant_id is None:
        raise invalid_request("participant_id", "Staff must say for whom they reserve.")
    space = stock.get_space(body["space_id"])
    check_visible(actor, space.node_path, SpaceNotFoundError)
    return answer_once(
        service.reserve,
        render=lambda reserved: (
            HTTPStatus.CREATED,
            instance_of(RedemptionResponse).dump(_as_seen_by(actor, reserved)),
        ),
        location=_address,
        actor=actor,
        now=clock.now(),
        participant_id=participant_id,
        **body,
    )


@redemptions.call(
    "GET",
    "/redemptions/<uuid:redemption_id>",
    answers={HTTPStatus.OK: RedemptionResponse},
    refusals=REFUSALS,
)
def get_redemption(redemption_id: UUID) -> Response:
    """Show a redemption to its owner or to the staff of its space."""
    actor = sessions.current_actor()
    redemption = _get_visible(actor, redemption_id)
    return answer(RedemptionResponse, _as_seen_by(actor, redemption))


@redemptions.call(
    "GET",
    "/me/redemptions",
    query=RedemptionsQuery,
    answers={HTTPStatus.OK: RedemptionsPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_mine(query: dict[str, Any]) -> Response:
    """List your redemptions, the newest first."""
    actor = sessions.require_participant()
    page = queries.page_redemptions(participant_id=actor.participant_id, **query)
    return answer_page(RedemptionResponse, page)


@redemptions.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/fulfilment",
    body=FulfilmentRequest,
    answers={HTTPStatus.OK: FulfilmentResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def fulfil(body: dict[str, Any], redemption_id: UUID) -> Response:
    """Hand the reward over: a clerk of the space gives the code that the participant shows.

    Of more pieces some can be handed over; the rest waits as a redemption of its own with a code
    of its own, which only the participant sees.
    """
    actor = sessions.require_staff()
    return answer_change(service.fulfil, actor, redemption_id, render=_render_fulfilled, **body)


@redemptions.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/cancellation",
    answers={HTTPStatus.OK: RedemptionResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def cancel(redemption_id: UUID) -> Response:
    """Cancel a redemption before it is handed over: points and pieces come back."""
    return answer_change(service.cancel, sessions.current_actor(), redemption_id)


def answer_change(
    use_case: Callable[..., Redemption],
    actor: SignedInActor,
    redemption_id: UUID,
    *,
    render: Callable[[Redemption], tuple[int, dict[str, Any]]] | None = None,
    **arguments: Any,
) -> Response:
    """Change a redemption that *actor* may know of, and answer with what became of it.

    Whether they may change it is decided by the use case.
    """
    redemption = _get_visible(actor, redemption_id, verb=None)
    return answer_once(
        use_case,
        render=render or _render_changed,
        actor=actor,
        redemption_id=redemption.id,
        now=clock.now(),
        **arguments,
    )


def _get_visible(
    actor: SignedInActor, redemption_id: UUID, *, verb: Verb | None = Verb.FULFIL
) -> Redemption:
    """Return a redemption that *actor* owns, or that waits in their branch.

    :raises RedemptionNotFoundError: if there is none that the actor may know of.
    :raises NotAllowedError: if staff may not do *verb* there.
    """
    redemption = queries.get_redemption(RedemptionId(redemption_id))
    if isinstance(actor, ParticipantActor):
        if redemption.participant_id != actor.participant_id:
            raise RedemptionNotFoundError
        return redemption
    check_visible(actor, redemption.space_node_path, RedemptionNotFoundError)
    if verb is not None:
        access.authorize(actor, verb, redemption.space_node_path)
    return redemption


def _as_seen_by(actor: SignedInActor, redemption: Redemption) -> dict[str, Any]:
    # A clerk who could read the code could hand over what nobody came for.
    is_owner = isinstance(actor, ParticipantActor)
    return {**asdict(redemption), "code": redemption.code if is_owner else None}


def _render_fulfilled(redemption: Redemption) -> tuple[int, dict[str, Any]]:
    rest = queries.find_rest(redemption.id)
    told = {**asdict(redemption), "code": None, "rest_id": rest.id if rest else None}
    return HTTPStatus.OK, instance_of(FulfilmentResponse).dump(told)


def _render_changed(redemption: Redemption) -> tuple[int, dict[str, Any]]:
    """Return a redemption without its code, as it is answered and kept for a key."""
    return HTTPStatus.OK, instance_of(RedemptionResponse).dump({**asdict(redemption), "code": None})


def _address(redemption: dict[str, Any]) -> str:
    return url_for("redemptions.get_redemption", redemption_id=redemption["id"])
