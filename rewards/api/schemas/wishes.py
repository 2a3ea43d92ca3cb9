"""The wire format of wishes."""

from marshmallow import Schema, fields, validate

from rewards.redemptions.rules import GIFT_MAX
from rewards.stock.rules import GIVING_STEP
from rewards.wishes.rules import DETAILS_LENGTH_MAX, TARGET_MAX, TITLE_LENGTH_MAX

from .common import Count, Identifier, PageQuery, Request, Text, page_of

OPEN, ENDED = "open", "ended"


class WishesQuery(PageQuery):
    node_id = Identifier(load_default=None)
    state = fields.String(
        load_default=None,
        validate=validate.OneOf((OPEN, ENDED)),
        metadata={"description": "Whether points can be given to it; without: all."},
    )


class WishRequest(Request):
    node_id = Identifier(required=True)
    title = Text(length_min=1, length_max=TITLE_LENGTH_MAX, required=True)
    details = Text(length_max=DETAILS_LENGTH_MAX, load_default="")
    target_points = Count(
        at_least=GIVING_STEP,
        at_most=TARGET_MAX,
        required=True,
        metadata={"description": "In tens."},
    )


class GiftRequest(Request):
    points = Count(
        at_least=GIVING_STEP, at_most=GIFT_MAX, required=True, metadata={"description": "In tens."}
    )


class WishResponse(Schema):
    id = fields.UUID(required=True)
    node_id = fields.UUID(required=True)
    title = fields.String(required=True)
    details = fields.String(required=True)
    target_points = fields.Integer(required=True)
    given_points = fields.Integer(required=True)
    is_open = fields.Boolean(required=True)
    opened_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class GiftResponse(Schema):
    id = fields.UUID(required=True)
    wish_id = fields.UUID(required=True)
    participant_id = fields.UUID(required=True)
    points = fields.Integer(required=True)
    reserved_at = fields.AwareDateTime(required=True)


WishesPage = page_of(WishResponse, name="WishesPage")
