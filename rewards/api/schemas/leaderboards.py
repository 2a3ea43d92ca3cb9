"""The wire format of leaderboards."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from rewards.leaderboards.types import Kind, Period, Source, Subject
from rewards.ledger.types import Asset

from .common import CURSOR_LENGTH_MAX, Choice, Count, Day, Flag, Identifier, Request, Text

LIMIT = 50
LIMIT_MAX = 100
AROUND = r"^(me|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"


class LeaderboardQuery(Request):
    node_id = Identifier(
        load_default=None,
        metadata={"description": "Earned at this node and below it; your center if left out."},
    )
    subject = Choice(
        Subject,
        load_default=Subject.PARTICIPANT,
        metadata={"description": "Who stands on it; nodes are those right below `node_id`."},
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
    cursor = Text(
        length_min=1,
        length_max=CURSOR_LENGTH_MAX,
        load_default=None,
        metadata={
            "description": "The `next` of the part before; what stood there may have moved since."
        },
    )

    @validates_schema
    def check_one_place(self, data: Mapping[str, Any], **_details: Any) -> None:
        """Refuse to go on after a line and to show the neighbours of another at once.

        :raises marshmallow.ValidationError: if both are asked for.
        """
        if data.get("cursor") is not None and data.get("around") is not None:
            raise ValidationError("Leave out `around`.", "cursor")

    @validates_schema
    def check_around_people(self, data: Mapping[str, Any], **_details: Any) -> None:
        """Refuse the neighbours of a participant among teams or nodes.

        :raises marshmallow.ValidationError: if they are asked for.
        """
        is_of_people = data.get("subject", Subject.PARTICIPANT) is Subject.PARTICIPANT
        if data.get("around") is not None and not is_of_people:
            raise ValidationError("Leave it out, or ask for participants.", "around")


class StandingResponse(Schema):
    rank = fields.Integer(
        required=True, metadata={"description": "Equal values share a rank: 1, 1, 3."}
    )
    id = Identifier(
        required=True,
        allow_none=True,
        metadata={
            "description": "The team or the node. Null: of people no more than this is told."
        },
    )
    display_name = fields.String(
        required=True,
        metadata={"description": "As the person chose to be shown; the name of a team or node."},
    )
    value = fields.Integer(required=True)
    change = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "Places gained since yesterday, below zero if lost. Null: new on the "
            "board, or not known, as on boards of a day, on the first day of a period, and once "
            "more than 10,000 have moved today. What somebody had yesterday is what they have now "
            "without what counts for today: what is entered today for an earlier day is no change."
        },
    )
    is_new = Flag(
        required=True, metadata={"description": "On the board, and not on it by yesterday."}
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
    closed_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "When the period was closed: the board is as it was then, for ever. "
            "Null: it is open."
        },
    )
    later_entries = Count(
        required=True,
        metadata={"description": "Entries of the period that came too late to move the board."},
    )
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Pass it as `cursor` for what stands after these. Null: the end."},
    )
