"""The wire format of nodes."""

from marshmallow import Schema, fields

from rewards.network.types import Level

from .common import Choice, Identifier, PageQuery, Request, Text, page_of

NAME_LENGTH_MAX = 80
ADDRESS_LENGTH_MAX = 120
PHONE_LENGTH_MAX = 32


class NodesQuery(PageQuery):
    level = Choice(Level, load_default=None)
    parent_id = Identifier(load_default=None)


class NodeRequest(Request):
    level = Choice(Level, required=True)
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)
    parent_id = Identifier(
        load_default=None, allow_none=True, metadata={"description": "Null for a center."}
    )
    address = Text(length_max=ADDRESS_LENGTH_MAX, load_default="")
    phone = Text(length_max=PHONE_LENGTH_MAX, load_default="")


class NodeResponse(Schema):
    id = fields.UUID(required=True)
    level = Choice(Level, required=True)
    name = fields.String(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)
    address = fields.String(required=True)
    phone = fields.String(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


NodesPage = page_of(NodeResponse, name="NodesPage")
