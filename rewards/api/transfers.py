"""Transfers between spaces: one side sends, the other one counts what came."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import StaffActor, Verb
from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import SpaceId
from rewards.stockroom import queries, service
from rewards.stockroom.errors import TransferNotFoundError
from rewards.stockroom.types import Transfer, TransferId
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page, instance_of, invalid_request
from .schemas.stockroom import (
    ReceiptRequest,
    TransferRequest,
    TransferResponse,
    TransfersPage,
    TransfersQuery,
)
from .stock_changes import branches
from .visibility import check_visible

transfers = Resource("transfers", description="Pieces on their way from one space to another.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)


@transfers.call(
    "GET",
    "/transfers",
    query=TransfersQuery,
    answers={HTTPStatus.OK: TransfersPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_transfers(query: dict[str, Any]) -> Response:
    """List the transfers from or to where you work at the desk, newest first."""
    paths = branches(sessions.require_staff(), Verb.FULFIL)
    return answer_page(TransferResponse, queries.page_transfers(node_paths=paths, **query))


@transfers.call(
    "POST",
    "/transfers",
    body=TransferRequest,
    answers={HTTPStatus.CREATED: TransferResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def send(body: dict[str, Any]) -> Response:
    """Send pieces to another space of the center; they leave the shelf at once."""
    actor = sessions.require_staff()
    for name in ("from_space_id", "to_space_id"):
        space = stock.get_space(SpaceId(body[name]))
        check_visible(actor, space.node_path, SpaceNotFoundError)
    pieces = _once("lines", body.pop("lines"), "quantity")
    return answer_once(
        service.send,
        render=lambda transfer: (HTTPStatus.CREATED, _dump(transfer)),
        location=lambda sent: url_for("transfers.get_transfer", transfer_id=sent["id"]),
        actor=actor,
        now=clock.now(),
        pieces=pieces,
        **body,
    )


@transfers.call(
    "GET",
    "/transfers/<uuid:transfer_id>",
    answers={HTTPStatus.OK: TransferResponse},
    refusals=REFUSALS,
)
def get_transfer(transfer_id: UUID) -> Response:
    """Show a transfer, what was sent and what came."""
    actor = sessions.require_staff()
    transfer = _get_visible(actor, transfer_id)
    sides = (transfer.from_path, transfer.to_path)
    if not any(access.may(actor, Verb.FULFIL, path) for path in sides):
        raise NotAllowedError(verb=Verb.FULFIL.value)
    return answer(TransferResponse, transfer)


@transfers.call(
    "POST",
    "/transfers/<uuid:transfer_id>/receipt",
    body=ReceiptRequest,
    answers={HTTPStatus.OK: TransferResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def receive(body: dict[str, Any], transfer_id: UUID) -> Response:
    """Put what came on the shelf, as counted; what is missing stays on the line."""
    actor = sessions.require_staff()
    counted = _once("lines", body.pop("lines"), "received")
    return answer_once(
        service.receive,
        render=lambda transfer: (HTTPStatus.OK, _dump(transfer)),
        actor=actor,
        now=clock.now(),
        transfer_id=_get_visible(actor, transfer_id).id,
        counted=counted,
        **body,
    )


@transfers.call(
    "POST",
    "/transfers/<uuid:transfer_id>/cancellation",
    answers={HTTPStatus.OK: TransferResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def take_back(transfer_id: UUID) -> Response:
    """Put all that was sent back on the shelf it came from."""
    actor = sessions.require_staff()
    return answer_once(
        service.take_back,
        render=lambda transfer: (HTTPStatus.OK, _dump(transfer)),
        actor=actor,
        now=clock.now(),
        transfer_id=_get_visible(actor, transfer_id).id,
    )


def _once(field: str, lines: list[dict[str, Any]], number: str) -> dict[UUID, int]:
    told = {line["reward_id"]: line[number] for line in lines}
    if len(told) < len(lines):
        raise invalid_request(field, "An item must not be there twice.")
    return told


def _get_visible(actor: StaffActor, transfer_id: UUID) -> Transfer:
    transfer = queries.get_transfer(TransferId(transfer_id))
    check_visible(actor, transfer.from_path, TransferNotFoundError)
    return transfer


def _dump(transfer: Transfer) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(TransferResponse).dump(transfer)
    return dumped
