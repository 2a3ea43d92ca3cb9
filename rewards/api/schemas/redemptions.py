"""The wire format of redemptions."""

from marshmallow import Schema, fields, validate

from rewards.redemptions.types import CollectedBy, RedemptionStatus, ReturnKind

from .common import Choice, Count, Identifier, Moment, PageQuery, Request, Text, page_of

CODE_LENGTH_MAX = 64
NAME_LENGTH_MAX = 80
TAIL_LENGTH_MAX = 8
NOTE_LENGTH_MAX = 400
QUANTITY_MAX = 1_000


class RedemptionsQuery(PageQuery):
    status = Choice(RedemptionStatus, load_default=None)


class RedemptionRequest(Request):
    space_id = Identifier(required=True)
    reward_id = Identifier(required=True)
    quantity = Count(at_least=1, at_most=QUANTITY_MAX, load_default=1)
    points = Count(
        attribute="seen_points",
        metadata={
            "description": "The price of all pieces that was shown; another one now is refused."
        },
    )
    participant_id = Identifier(
        metadata={"description": "For whom a clerk reserves; a participant leaves it out."}
    )
    slot_starts_at = Moment(
        metadata={"description": "When the pick-up slot begins that they want to collect in."}
    )


class FulfilmentRequest(Request):
    code = Text(
        length_min=1,
        length_max=CODE_LENGTH_MAX,
        required=True,
        metadata={"description": "The pick-up code that the participant shows."},
    )
    quantity = Count(
        at_least=1,
        at_most=QUANTITY_MAX,
        metadata={"description": "How many pieces are handed over now; left out: all."},
    )
    collected_by = Choice(
        CollectedBy,
        load_default=CollectedBy.OWNER,
        validate=validate.NoneOf([CollectedBy.NOBODY]),
        metadata={"description": "owner; proxy, whom the owner named; or slip, if one was signed."},
    )


class ReturnRequest(Request):
    kind = Choice(
        ReturnKind,
        required=True,
        validate=validate.NoneOf([ReturnKind.UNDONE]),
        metadata={"description": "replaced by good pieces, or refunded."},
    )
    quantity = Count(
        at_least=1,
        at_most=QUANTITY_MAX,
        required=True,
        metadata={"description": "How many pieces are faulty."},
    )
    note = Text(
        length_min=1,
        length_max=NOTE_LENGTH_MAX,
        required=True,
        metadata={"description": "What is wrong with them; no names."},
    )


class SlotRequest(Request):
    starts_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When the slot begins; null: at any time the desk is open."},
    )


class ProxyRequest(Request):
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)
    phone_tail = Text(
        length_min=1,
        length_max=TAIL_LENGTH_MAX,
        required=True,
        metadata={"description": "The last four digits of their phone."},
    )


class RedemptionResponse(Schema):
    id = fields.UUID(required=True)
    status = Choice(RedemptionStatus, required=True)
    participant_id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    space_name = fields.String(required=True)
    reward_id = fields.UUID(required=True)
    reward_name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit = fields.String(required=True)
    points = fields.Integer(
        required=True, metadata={"description": "The price of all pieces when reserved."}
    )
    code = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "The pick-up code; only its owner sees it, others null."},
    )
    reserved_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    collected_by = fields.String(
        required=True,
        metadata={"description": "Who took it: owner, proxy or slip; empty: nobody, or not known."},
    )
    extended_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When more time to collect was given, which is once."},
    )
    slot_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The pick-up slot, if any."}
    )
    split_from = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The redemption of which this is what was left."},
    )
    returned_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the points came back after the hand-over."},
    )


class FulfilmentResponse(RedemptionResponse):
    rest_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The redemption that waits with the pieces that are left."},
    )


RedemptionsPage = page_of(RedemptionResponse, name="RedemptionsPage")
