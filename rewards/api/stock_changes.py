"""What moved on the shelves, and changes of their levels that two people stand behind."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import StaffActor, Verb
from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock.errors import RewardNotFoundError
from rewards.stock.types import RewardId
from rewards.stockroom import queries, service
from rewards.stockroom.errors import ChangeNotFoundError
from rewards.stockroom.types import Change, ChangeId
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page, instance_of
from .schemas.stockroom import (
    ChangeDecision,
    ChangeRequest,
    ChangeResponse,
    ChangesPage,
    ChangesQuery,
    MovementResponse,
    MovementsPage,
    MovementsQuery,
)
from .visibility import check_visible

stock_changes = Resource(
    "stock_changes",
    description="What moved on the shelves, and who stands behind what was no redemption.",
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)


@stock_changes.call(
    "GET",
    "/stock-movements",
    query=MovementsQuery,
    answers={HTTPStatus.OK: MovementsPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_movements(query: dict[str, Any]) -> Response:
    """List what moved on the shelves of which you may look at the books, newest first."""
    paths = branches(sessions.require_staff(), Verb.VIEW_BOOKS)
    return answer_page(MovementResponse, stock.page_movements(node_paths=paths, **query))


@stock_changes.call(
    "GET",
    "/stock-changes",
    query=ChangesQuery,
    answers={HTTPStatus.OK: ChangesPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_changes(query: dict[str, Any]) -> Response:
    """List the changes asked for where you work at the desk, newest first."""
    paths = branches(sessions.require_staff(), Verb.FULFIL)
    return answer_page(ChangeResponse, queries.page_changes(node_paths=paths, **query))


@stock_changes.call(
    "POST",
    "/stock-changes",
    body=ChangeRequest,
    answers={HTTPStatus.CREATED: ChangeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def request_change(body: dict[str, Any]) -> Response:
    """Ask for a correction or report damage; the level changes when somebody else approves."""
    actor = sessions.require_staff()
    offer = stock.get_offer(RewardId(body["reward_id"]))
    check_visible(actor, offer.node_path, RewardNotFoundError)
    return answer_once(
        service.request_change,
        render=lambda change: (HTTPStatus.CREATED, _dump(change)),
        location=lambda change: url_for("stock_changes.get_change", change_id=change["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@stock_changes.call(
    "GET",
    "/stock-changes/<uuid:change_id>",
    answers={HTTPStatus.OK: ChangeResponse},
    refusals=REFUSALS,
)
def get_change(change_id: UUID) -> Response:
    """Show a change that was asked for, and what became of it."""
    actor = sessions.require_staff()
    change = _get_visible(actor, change_id)
    access.authorize(actor, Verb.FULFIL, change.node_path)
    return answer(ChangeResponse, change)


@stock_changes.call(
    "POST",
    "/stock-changes/<uuid:change_id>/approval",
    body=ChangeDecision,
    answers={HTTPStatus.OK: ChangeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def decide(body: dict[str, Any], change_id: UUID) -> Response:
    """Approve or refuse, as a second person, a change that waits for one."""
    actor = sessions.require_staff()
    return answer_once(
        service.decide,
        render=lambda change: (HTTPStatus.OK, _dump(change)),
        actor=actor,
        now=clock.now(),
        change_id=_get_visible(actor, change_id).id,
        **body,
    )


@stock_changes.call(
    "POST",
    "/stock-changes/<uuid:change_id>/withdrawal",
    answers={HTTPStatus.OK: ChangeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def withdraw(change_id: UUID) -> Response:
    """Take back what you asked for and nobody decided yet."""
    actor = sessions.require_staff()
    return answer_once(
        service.withdraw,
        render=lambda change: (HTTPStatus.OK, _dump(change)),
        actor=actor,
        now=clock.now(),
        change_id=_get_visible(actor, change_id).id,
    )


def branches(actor: StaffActor, verb: Verb) -> tuple[str, ...]:
    """Return the branches in which staff may do *verb*.

    :raises NotAllowedError: if there is none.
    """
    paths = access.visible_paths(actor, verb)
    if not paths:
        raise NotAllowedError(verb=verb.value)
    return paths


def _get_visible(actor: StaffActor, change_id: UUID) -> Change:
    change = queries.get_change(ChangeId(change_id))
    check_visible(actor, change.node_path, ChangeNotFoundError)
    return change


def _dump(change: Change) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(ChangeResponse).dump(change)
    return dumped
