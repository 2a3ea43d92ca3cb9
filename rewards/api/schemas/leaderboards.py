"""The wire format of leaderboards."""

from marshmallow import Schema, fields, validate

from rewards.leaderboards.types import Kind, Period, Source
from rewards.ledger.types import Asset

from .common import Choice, Day, Identifier, Request

LIMIT = 50
LIMIT_MAX = 100
AROUND = r"^(me|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"


class LeaderboardQuery(Request):
    node_id = Identifier(
        load_default=None,
        metadata={"description": "Earned at this node and below it; your center if left out."},
    )
    kind = Choice(Kind, load_default=Kind.ALL)
    asset = Choice(Asset, load_default=Asset.POINTS)
    period = Choice(Period, load_default=Period.MONTH)
    date = Day(
        load_default=None, metadata={"description": "Any day of the period; today if left out."}
    )
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(min=1, max=LIMIT_MAX))
    around = fields.String(
        load_default=None,
        validate=validate.Regexp(AROUND),
        metadata={
            "description": "`me`, or for staff the id of a participant: five neighbours each side."
        },
    )


class StandingResponse(Schema):
    rank = fields.Integer(
        required=True, metadata={"description": "Equal values share a rank: 1, 1, 3."}
    )
    display_name = fields.String(
        required=True, metadata={"description": "As the person chose to be shown."}
    )
    value = fields.Integer(required=True)
    change = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Places gained since the period before; null if not known."},
    )


class OwnStandingResponse(Schema):
    rank = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null: nothing earned yet."}
    )
    value = fields.Integer(required=True)
    gap = fields.Integer(
        required=True, allow_none=True, metadata={"description": "What the next place takes."}
    )


class LeaderboardResponse(Schema):
    items = fields.List(fields.Nested(StandingResponse), required=True)
    me = fields.Nested(OwnStandingResponse, required=True, allow_none=True)
    as_of = fields.AwareDateTime(required=True)
    source = Choice(Source, required=True)
