"""What becomes of a redemption besides its ends: who collects and when, and what comes back."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema

from rewards.core import clock
from rewards.redemptions import service
from rewards.redemptions.types import RedemptionId
from rewards.web import sessions

from .redemptions import WRITE_REFUSALS, answer_change
from .resources import Resource
from .schemas.redemptions import (
    ProxyRequest,
    RedemptionResponse,
    ReturnRequest,
    SlotRequest,
)

collecting = Resource(
    "collecting",
    description="Who collects a redemption and when, and what comes back after the hand-over.",
)

ANSWERS = {HTTPStatus.OK: RedemptionResponse}


@collecting.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/undo",
    answers=ANSWERS,
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def undo(redemption_id: UUID) -> Response:
    """Undo a hand-over within 15 minutes: by who handed over, or who manages the stock there.

    Points and pieces are where they were before; the redemption stays fulfilled and says when
    the points came back.
    """
    return answer_change(service.undo, sessions.require_staff(), redemption_id)


@collecting.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/return",
    body=ReturnRequest,
    answers=ANSWERS,
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def take_back(body: dict[str, Any], redemption_id: UUID) -> Response:
    """Take faulty goods back within seven days, once: for good ones, or for all of the points.

    It is done by who manages the stock there and did not hand over; a clerk does it at the desk,
    where the owner shows their code or card. What is refunded is the whole redemption: pieces
    that are not faulty go onto the shelf again.
    """
    return answer_change(service.take_back, sessions.require_staff(), redemption_id, **body)


@collecting.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/extension",
    answers=ANSWERS,
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def extend(redemption_id: UUID) -> Response:
    """Keep the goods seven days longer, once."""
    return answer_change(service.extend, sessions.current_actor(), redemption_id)


@collecting.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/slot",
    body=SlotRequest,
    answers=ANSWERS,
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def choose_slot(body: dict[str, Any], redemption_id: UUID) -> Response:
    """Choose a pick-up slot, another one, or none."""
    return answer_change(service.choose_slot, sessions.current_actor(), redemption_id, **body)


@collecting.call(
    "POST",
    "/redemptions/<uuid:redemption_id>/proxy",
    body=ProxyRequest,
    answers=ANSWERS,
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def name_proxy(body: dict[str, Any], redemption_id: UUID) -> Response:
    """Name who collects for you; the desk asks them for their name and the four digits."""
    return answer_change(service.name_proxy, sessions.require_participant(), redemption_id, **body)


@collecting.call(
    "DELETE",
    "/redemptions/<uuid:redemption_id>/proxy",
    answers={HTTPStatus.NO_CONTENT: Schema},
    refusals=WRITE_REFUSALS,
)
def forget_proxy(redemption_id: UUID) -> Response:
    """Collect yourself after all: whoever was named is forgotten."""
    actor = sessions.require_participant()
    service.forget_proxy(actor=actor, redemption_id=RedemptionId(redemption_id), now=clock.now())
    return Response(status=HTTPStatus.NO_CONTENT)
