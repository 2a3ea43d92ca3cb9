"""The wire format of movements, changes by two people, transfers and stocktakes."""

from typing import Any

from marshmallow import Schema, fields, validate

from rewards.stock.types import MovementKind
from rewards.stockroom import rules
from rewards.stockroom.types import ChangeKind, ChangeStatus, StocktakeStatus, TransferStatus

from .common import Choice, Count, Flag, Identifier, Moment, PageQuery, Request, Text, page_of
from .spaces import PIECES_MAX

BY = {"description": "`staff:` and the id of the staff account, or `system`."}
MOVED_BY = {"description": "`staff:` and the id of the staff account, `participant` or `system`."}
HIDDEN_WHILE_OPEN = {"description": "Null until the stocktake is closed: the count is blind."}


class Mover(fields.String):
    """Who moved pieces; of residents, only that it was one."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        who = "participant" if str(value).startswith("participant:") else value
        return super()._serialize(who, attr, obj, **kwargs)


class MovementsQuery(PageQuery):
    space_id = Identifier(load_default=None)
    reward_id = Identifier(load_default=None)
    kind = Choice(MovementKind, load_default=None)
    since = Moment(load_default=None)
    before = Moment(load_default=None)


class MovementResponse(Schema):
    id = fields.Integer(required=True)
    reward_id = fields.UUID(required=True)
    reward_name = fields.String(required=True)
    space_id = fields.UUID(required=True)
    kind = Choice(MovementKind, required=True)
    quantity = fields.Integer(required=True)
    on_hand = fields.Integer(
        required=True, metadata={"description": "By how much it changed what stands there."}
    )
    reserved = fields.Integer(
        required=True, metadata={"description": "By how much it changed what is set aside."}
    )
    redemption_id = fields.UUID(required=True, allow_none=True)
    source_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The change, transfer, stocktake or delivery it was for."},
    )
    actor = Mover(required=True, metadata=MOVED_BY)
    note = fields.String(required=True)
    moved_at = fields.AwareDateTime(required=True)


class ChangesQuery(PageQuery):
    status = Choice(ChangeStatus, load_default=None)
    space_id = Identifier(load_default=None)


class ChangeRequest(Request):
    reward_id = Identifier(required=True)
    kind = Choice(
        ChangeKind,
        required=True,
        metadata={"description": "`adjust` or `damage`; a stocktake makes its own."},
    )
    quantity = Count(
        at_least=-PIECES_MAX,
        at_most=PIECES_MAX,
        required=True,
        metadata={"description": "What it adds to the shelf; damage is below zero."},
    )
    note = Text(length_min=2, length_max=rules.NOTE_LENGTH_MAX, required=True)


class ChangeDecision(Request):
    approve = Flag(required=True)
    note = Text(
        length_max=rules.NOTE_LENGTH_MAX,
        metadata={"description": "Why; a refusal needs it."},
    )


class ChangeResponse(Schema):
    id = fields.UUID(required=True)
    kind = Choice(ChangeKind, required=True)
    status = Choice(ChangeStatus, required=True)
    reward_id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    quantity = fields.Integer(required=True)
    note = fields.String(required=True)
    stocktake_id = fields.UUID(required=True, allow_none=True)
    requested_by = fields.String(required=True, metadata=BY)
    requested_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, metadata=BY)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decision_note = fields.String(required=True)


class TransfersQuery(PageQuery):
    status = Choice(TransferStatus, load_default=None)


class SentLine(Request):
    reward_id = Identifier(required=True)
    quantity = Count(at_least=1, at_most=PIECES_MAX, required=True)


class TransferRequest(Request):
    from_space_id = Identifier(required=True)
    to_space_id = Identifier(required=True)
    lines = fields.List(
        fields.Nested(SentLine),
        required=True,
        validate=validate.Length(min=1, max=rules.LINES_MAX),
    )
    note = Text(length_max=rules.NOTE_LENGTH_MAX)


class ReceivedLine(Request):
    reward_id = Identifier(
        required=True, metadata={"description": "The item of the sending space, as in the line."}
    )
    received = Count(at_most=PIECES_MAX, required=True)


class ReceiptRequest(Request):
    lines = fields.List(
        fields.Nested(ReceivedLine),
        required=True,
        validate=validate.Length(min=1, max=rules.LINES_MAX),
        metadata={"description": "Every line of the transfer, as counted."},
    )
    note = Text(length_max=rules.NOTE_LENGTH_MAX)


class TransferLineResponse(Schema):
    reward_id = fields.UUID(required=True)
    to_reward_id = fields.UUID(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    received = fields.Integer(required=True, allow_none=True)
    missing = fields.Integer(required=True)


class TransferResponse(Schema):
    id = fields.UUID(required=True)
    status = Choice(TransferStatus, required=True)
    from_space_id = fields.UUID(required=True)
    to_space_id = fields.UUID(required=True)
    note = fields.String(required=True)
    sent_by = fields.String(required=True, metadata=BY)
    sent_at = fields.AwareDateTime(required=True)
    closed_by = fields.String(required=True, metadata=BY)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closing_note = fields.String(required=True)
    lines = fields.List(fields.Nested(TransferLineResponse), required=True)


class StocktakesQuery(PageQuery):
    space_id = Identifier(load_default=None)


class StocktakeRequest(Request):
    space_id = Identifier(required=True)


class CountRequest(Request):
    reward_id = Identifier(required=True)
    counted = Count(at_most=PIECES_MAX, required=True)


class ClosingRequest(Request):
    leaves_uncounted = Flag(
        load_default=False,
        metadata={"description": "true: items that nobody counted are left as they are."},
    )


class CountedItemResponse(Schema):
    reward_id = fields.UUID(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    counted = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The last count; it stands."}
    )
    needs_recount = fields.Boolean(
        required=True, metadata={"description": "Told once everything was counted."}
    )
    on_hand = fields.Integer(required=True, allow_none=True, metadata=HIDDEN_WHILE_OPEN)
    difference = fields.Integer(required=True, allow_none=True, metadata=HIDDEN_WHILE_OPEN)


class StocktakeSummary(Schema):
    id = fields.UUID(required=True)
    status = Choice(StocktakeStatus, required=True)
    space_id = fields.UUID(required=True)
    started_by = fields.String(required=True, metadata=BY)
    started_at = fields.AwareDateTime(required=True)
    closed_by = fields.String(required=True, metadata=BY)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class StocktakeResponse(StocktakeSummary):
    items = fields.List(fields.Nested(CountedItemResponse), required=True)


MovementsPage = page_of(MovementResponse, name="MovementsPage")
ChangesPage = page_of(ChangeResponse, name="StockChangesPage")
TransfersPage = page_of(TransferResponse, name="TransfersPage")
StocktakesPage = page_of(StocktakeSummary, name="StocktakesPage")
