"""The wire format of reward items, their photographs and their prices over time."""

from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate, validates_schema

from rewards.stock import rules
from rewards.stock.types import LimitPeriod, Reward, RewardKind

from .common import Choice, Count, Flag, Identifier, Request, Text, check_some_field, page_of


class RewardFields(Request):
    """What may be told of an item when it is made and later."""

    kind = Choice(
        RewardKind,
        metadata={"description": "`giving` has no shelf: an item stays what it is in this."},
    )
    unit = Text(
        length_min=1,
        length_max=rules.UNIT_LENGTH_MAX,
        metadata={"description": "The measure word, such as 件 or 瓶."},
    )
    picture = fields.String(
        validate=validate.OneOf(rules.DRAWINGS),
        metadata={"description": "The drawing where there is no photograph."},
    )
    description = Text(length_max=rules.DESCRIPTION_LENGTH_MAX)
    limit_count = Count(
        at_least=1,
        at_most=rules.LIMIT_MAX,
        allow_none=True,
        metadata={"description": "The pieces for one person in a `limit_period`; null: no limit."},
    )
    limit_period = Choice(
        LimitPeriod,
        allow_none=True,
        metadata={"description": "Null if and only if `limit_count` is."},
    )
    counts_in_month = Flag(
        metadata={"description": "It counts towards the pieces and points of a month."}
    )
    min_balance = Count(metadata={"description": "The points that one must have."})
    age_min = Count(at_most=rules.AGE_MAX, allow_none=True)
    age_max = Count(at_most=rules.AGE_MAX, allow_none=True)
    visible_node_id = Identifier(
        allow_none=True,
        metadata={
            "description": "Only residents of this node and below it are shown the item;"
            " null: everybody is."
        },
    )
    low_at = Count(
        at_most=rules.QUANTITY_MAX,
        allow_none=True,
        metadata={"description": "Staff are told when so many are left; null: 2."},
    )


class RewardRequest(RewardFields):
    name = Text(length_min=1, length_max=rules.REWARD_NAME_LENGTH_MAX, required=True)
    points = Count(at_least=1, required=True)


class RewardChange(RewardFields):
    name = Text(length_min=1, length_max=rules.REWARD_NAME_LENGTH_MAX)
    points = Count(at_least=1)
    is_listed = Flag()

    @validates_schema
    def check_change(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a change of nothing."""
        check_some_field(data)


class RewardResponse(Schema):
    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    kind = Choice(RewardKind, required=True)
    description = fields.String(required=True)
    picture = fields.String(required=True)
    picture_url = fields.Method(
        "tell_picture",
        required=True,
        metadata={
            "type": ["string", "null"],
            "description": "The photograph; it never changes at this address.",
        },
    )
    thumbnail_url = fields.Method(
        "tell_thumbnail", required=True, metadata={"type": ["string", "null"]}
    )
    points = fields.Integer(required=True)
    limit_count = fields.Integer(required=True, allow_none=True)
    limit_period = Choice(LimitPeriod, required=True, allow_none=True)
    counts_in_month = fields.Boolean(required=True)
    min_balance = fields.Integer(required=True)
    age_min = fields.Integer(required=True, allow_none=True)
    age_max = fields.Integer(required=True, allow_none=True)
    visible_node_id = fields.UUID(required=True, allow_none=True)
    low_at = fields.Integer(required=True, allow_none=True)
    on_hand = fields.Integer(required=True)
    reserved = fields.Integer(required=True)
    available = fields.Integer(required=True)
    is_low = fields.Boolean(required=True, metadata={"description": "It is nearly gone."})
    is_listed = fields.Boolean(required=True)

    def tell_picture(self, reward: Reward) -> str | None:
        """Return the address of the photograph, if there is one."""
        return _address("pictures.large", reward)

    def tell_thumbnail(self, reward: Reward) -> str | None:
        """Return the address of the small photograph, if there is one."""
        return _address("pictures.small", reward)


class PriceResponse(Schema):
    points = fields.Integer(required=True)
    valid_from = fields.AwareDateTime(required=True)
    changed_by = fields.String(required=True, metadata={"description": "The principal."})


RewardsPage = page_of(RewardResponse, name="RewardsPage")
PricesPage = page_of(PriceResponse, name="PricesPage")


def _address(endpoint: str, reward: Reward) -> str | None:
    values: dict[str, Any] = {"digest": reward.picture_digest}
    return url_for(endpoint, **values) if reward.picture_digest else None
