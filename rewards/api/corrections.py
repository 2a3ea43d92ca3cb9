"""Corrections: entries taken back, points given or taken by hand, and the second person."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import StaffActor, Verb
from rewards.core import clock
from rewards.corrections import queries, service
from rewards.corrections.errors import CorrectionNotFoundError
from rewards.corrections.types import Correction, CorrectionId
from rewards.ledger import queries as ledger
from rewards.ledger.errors import EntryNotFoundError
from rewards.ledger.types import EntryId
from rewards.network.errors import NodeNotFoundError
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page, instance_of
from .schemas.corrections import (
    AdjustmentRequest,
    AdjustmentsQuery,
    ApprovalRequest,
    AwardRequest,
    CorrectionOutcome,
    CorrectionResponse,
    CorrectionsPage,
    ReversalRequest,
)
from .visibility import check_visible, get_visible_node

corrections = Resource(
    "corrections", description="Points by hand: who gave or took them, why, and who approved."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@corrections.call(
    "POST",
    "/entries/<uuid:entry_id>/reversal",
    body=ReversalRequest,
    answers={HTTPStatus.OK: CorrectionOutcome},
    refusals=(*REFUSALS, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def reverse(body: dict[str, Any], entry_id: UUID) -> Response:
    """Take an entry back. What was spent of it is owed, and blocks redemption until repaid.

    An entry is reversed once; asking again answers with the first reversal. To reverse what
    took points gives some: above the limit of one person it waits as `pending`. Points and minutes
    of one attendance are entries of their own: `whole` takes back both.
    """
    actor = sessions.require_staff()
    entry = ledger.get_entry(EntryId(entry_id))
    check_visible(actor, entry.node_path, EntryNotFoundError)
    return answer_once(
        service.reverse,
        render=_render_done,
        actor=actor,
        now=clock.now(),
        entry_id=entry.id,
        **body,
    )


@corrections.call(
    "POST",
    "/adjustments",
    body=AdjustmentRequest,
    answers={HTTPStatus.CREATED: CorrectionOutcome},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def adjust(body: dict[str, Any]) -> Response:
    """Give or take points by hand; above the limit of one person it waits as `pending`.

    The limit is for what one person gives, or takes, one participant on one local day.
    """
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.adjust,
        render=lambda asked: (HTTPStatus.CREATED, _dump(asked)),
        location=_address,
        actor=actor,
        now=clock.now(),
        **body,
    )


@corrections.call(
    "POST",
    "/awards",
    body=AwardRequest,
    answers={HTTPStatus.CREATED: CorrectionOutcome},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def award(body: dict[str, Any]) -> Response:
    """Enter what staff saw and a rule values, under its caps; a large amount waits as `pending`."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.award,
        render=lambda asked: (HTTPStatus.CREATED, _dump(asked)),
        location=_address,
        actor=actor,
        now=clock.now(),
        **{**body, "rule_code": body["rule_code"].value},
    )


@corrections.call(
    "GET",
    "/adjustments",
    query=AdjustmentsQuery,
    answers={HTTPStatus.OK: CorrectionsPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_adjustments(query: dict[str, Any]) -> Response:
    """List what was done by hand where you may look at the books, newest first."""
    actor = sessions.require_staff()
    paths = access.visible_paths(actor, Verb.VIEW_BOOKS)
    if not paths:
        raise NotAllowedError(verb=Verb.VIEW_BOOKS.value)
    return answer_page(CorrectionResponse, queries.page_corrections(node_paths=paths, **query))


@corrections.call(
    "GET",
    "/adjustments/<uuid:adjustment_id>",
    answers={HTTPStatus.OK: CorrectionResponse},
    refusals=REFUSALS,
)
def get_adjustment(adjustment_id: UUID) -> Response:
    """Show what was done by hand, and what became of it."""
    actor = sessions.require_staff()
    correction = _get_visible(actor, adjustment_id)
    access.authorize(actor, Verb.VIEW_BOOKS, correction.node_path)
    return answer(CorrectionResponse, correction)


@corrections.call(
    "POST",
    "/adjustments/<uuid:adjustment_id>/approval",
    body=ApprovalRequest,
    answers={HTTPStatus.OK: CorrectionOutcome},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def decide(body: dict[str, Any], adjustment_id: UUID) -> Response:
    """Approve or refuse, as a second person, what waits for one."""
    actor = sessions.require_staff()
    correction = _get_visible(actor, adjustment_id)
    return answer_once(
        service.decide,
        render=_render_done,
        actor=actor,
        now=clock.now(),
        correction_id=correction.id,
        **body,
    )


def _get_visible(actor: StaffActor, correction_id: UUID) -> Correction:
    correction = queries.get_correction(CorrectionId(correction_id))
    check_visible(actor, correction.node_path, CorrectionNotFoundError)
    return correction


def _address(asked: dict[str, Any]) -> str:
    return url_for("corrections.get_adjustment", adjustment_id=asked["id"])


def _render_done(correction: Correction) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, _dump(correction)


def _dump(correction: Correction) -> dict[str, Any]:
    account = ledger.get_balance(correction.participant_id, asset=correction.asset)
    outcome = {**asdict(correction), "balance": account.balance, "debt": account.debt}
    dumped: dict[str, Any] = instance_of(CorrectionOutcome).dump(outcome)
    return dumped
