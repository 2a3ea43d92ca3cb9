"""The wire format of redemptions."""

from marshmallow import Schema, fields

from rewards.redemptions.types import RedemptionStatus

from .common import Choice, Count, Identifier, PageQuery, Request, Text, page_of

CODE_LENGTH_MAX = 64
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


class FulfilmentRequest(Request):
    code = Text(
        length_min=1,
        length_max=CODE_LENGTH_MAX,
        required=True,
        metadata={"description": "The pick-up code that the participant shows."},
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


RedemptionsPage = page_of(RedemptionResponse, name="RedemptionsPage")
