"""The wire format of spaces and stock movements."""

from marshmallow import Schema, fields, validate

from rewards.stock.types import MovementKind, ZoneKind

from .common import (
    Choice,
    Count,
    Identifier,
    Request,
    Text,
    page_of,
)
from .nodes import ADDRESS_LENGTH_MAX, NAME_LENGTH_MAX, PHONE_LENGTH_MAX

HOURS_LENGTH_MAX = 80
ITEM_LENGTH_MAX = 40
NOTE_LENGTH_MAX = 120
ZONES_MAX = 20
PIECES_MAX = 100_000


class SpacesQuery(Request):
    node_id = Identifier(
        load_default=None, metadata={"description": "Only at this node and below it."}
    )


class ZoneField(Request):
    kind = Choice(ZoneKind, required=True)
    name = Text(length_min=1, length_max=ITEM_LENGTH_MAX, required=True)


class ZoneResponse(Schema):
    id = fields.UUID(required=True)
    kind = Choice(ZoneKind, required=True)
    name = fields.String(required=True)
    is_closed = fields.Boolean(
        required=True, metadata={"description": "Nothing takes place there any more."}
    )


class SpaceRequest(Request):
    node_id = Identifier(required=True)
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)
    address = Text(length_max=ADDRESS_LENGTH_MAX)
    hours = Text(length_max=HOURS_LENGTH_MAX)
    phone = Text(length_max=PHONE_LENGTH_MAX)
    zones = fields.List(fields.Nested(ZoneField), validate=validate.Length(max=ZONES_MAX))


class SpaceResponse(Schema):
    id = fields.UUID(required=True)
    node_id = fields.UUID(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    hours = fields.String(required=True)
    phone = fields.String(required=True)
    zones = fields.List(fields.Nested(ZoneResponse), required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class StockMovementRequest(Request):
    reward_id = Identifier(required=True)
    kind = Choice(
        MovementKind,
        required=True,
        metadata={"description": "`receive`; an `adjust` is refused, for two people make it."},
    )
    quantity = Count(at_least=-PIECES_MAX, at_most=PIECES_MAX, required=True)
    note = Text(length_max=NOTE_LENGTH_MAX)


SpacesPage = page_of(SpaceResponse, name="SpacesPage")
