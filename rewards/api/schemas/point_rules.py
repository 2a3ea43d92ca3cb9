"""The wire format of point rules."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from rewards.core.periods import Period
from rewards.ledger.types import BoardKind

from .common import Choice, Count, Flag, Identifier, Moment, Request, Text, page_of

CODE_LENGTH_MAX = 24
WINDOW_LENGTH_MAX = 11
NOTE_LENGTH_MAX = 200
POINTS_MAX = 100_000
MINUTES_MAX = 1_440
PERCENT_MAX = 1_000
APPROVERS_MAX = 10
TIERS_MAX = 20
EXCLUDES_MAX = 10


def _points(**metadata: str) -> Count:
    return Count(at_most=POINTS_MAX, allow_none=True, metadata=metadata)


def _cap() -> fields.Integer:
    # What is below one the rule itself refuses, and says what a cap is.
    return Count(at_least=-POINTS_MAX, at_most=POINTS_MAX, allow_none=True, metadata={"minimum": 1})


def _minutes(description: str) -> Count:
    return Count(at_most=MINUTES_MAX, allow_none=True, metadata={"description": description})


class TierField(Request):
    at_least = Count(at_most=POINTS_MAX, required=True, metadata={"description": "The score."})
    points = Count(at_least=1, at_most=POINTS_MAX, required=True)


class RuleChanges(Request):
    """What becomes different. A field of null has its default again, a cap of null is none."""

    base = _points(description="What an act gives, or each full `per_minutes` of it.")
    per_minutes = _minutes("Points for each full so many minutes.")
    minutes_min = _minutes("Fewer minutes give nothing.")
    minutes_fixed = _minutes("Each act counts as so many minutes of service.")
    of = Text(
        length_max=CODE_LENGTH_MAX,
        allow_none=True,
        metadata={"description": "The rule that this one is a bonus upon."},
    )
    factor_percent = Count(
        at_most=PERCENT_MAX,
        allow_none=True,
        metadata={"description": "What the points of `of` come to with the bonus: 150."},
    )
    shares_caps = Flag(allow_none=True)
    window = Text(
        length_max=WINDOW_LENGTH_MAX,
        allow_none=True,
        metadata={"description": "Hours of the local day: `22:00-06:00`."},
    )
    needs = Text(
        length_max=CODE_LENGTH_MAX,
        allow_none=True,
        metadata={"description": "What staff have to make sure of: `qualification`."},
    )
    excludes = fields.List(
        Text(length_min=1, length_max=CODE_LENGTH_MAX),
        allow_none=True,
        validate=validate.Length(max=EXCLUDES_MAX),
    )
    tiers = fields.List(
        fields.Nested(TierField), allow_none=True, validate=validate.Length(max=TIERS_MAX)
    )
    amount_min = _points()
    amount_max = _points(description="Staff choose the amount, up to this one.")
    approvers = Count(at_most=APPROVERS_MAX, allow_none=True)
    approvers_above = _points(description="Amounts above it need `approvers` people.")
    first_per_day = Flag(allow_none=True)
    counts_minutes = Flag(allow_none=True)
    board = Choice(BoardKind, allow_none=True)
    enabled = Flag(allow_none=True)
    cap_day = _cap()
    cap_week = _cap()
    cap_month = _cap()
    cap_quarter = _cap()
    cap_year = _cap()
    cap_lifetime = _cap()

    @post_load
    def make_plain(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Return the changes as they are stored."""
        if data.get("tiers") is not None:
            data["tiers"] = [[tier["at_least"], tier["points"]] for tier in data["tiers"]]
        if data.get("board") is not None:
            data["board"] = data["board"].value
        return data


class RuleVersionRequest(Request):
    changes = fields.Nested(RuleChanges, required=True)
    node_id = Identifier(
        load_default=None,
        allow_none=True,
        metadata={"description": "For this node and below; `changes` are then all that differs."},
    )
    valid_from = Moment(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Now, if left out; at most a year ahead. What was planned for then or"
            " later, for the same place, gives way."
        },
    )
    valid_to = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "From then on it gives nothing; at a node, what differs ends."},
    )
    note = Text(length_max=NOTE_LENGTH_MAX)
    after_version = Count(
        at_least=1,
        load_default=None,
        allow_none=True,
        metadata={"description": "The newest version seen; a newer one refuses the change."},
    )


class DryRunRequest(Request):
    changes = fields.Nested(RuleChanges, required=True)
    node_id = Identifier(load_default=None, allow_none=True)


class RuleResponse(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    gives = fields.String(
        required=True, metadata={"description": "What it gives, in one sentence."}
    )
    version = fields.Integer(required=True)
    enabled = fields.Boolean(required=True)
    board = Choice(BoardKind, required=True)
    caps = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(Period))),
        values=fields.Integer(),
        required=True,
        metadata={"description": "The most points of one person in a period."},
    )


class RuleVersionResponse(Schema):
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    node_id = fields.UUID(required=True, allow_none=True)
    definition = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "As `changes` of a request; of a node, what differs there."},
    )
    valid_from = fields.AwareDateTime(required=True)
    valid_to = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class RuleDetail(RuleResponse):
    versions = fields.List(fields.Nested(RuleVersionResponse), required=True)


class NodeDifferenceField(Schema):
    node_id = fields.UUID(required=True)
    name = fields.String(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class DryRunResponse(Schema):
    start = fields.Date(required=True)
    end = fields.Date(required=True)
    acts = fields.Integer(required=True)
    people = fields.Integer(required=True)
    is_sample = fields.Boolean(
        required=True, metadata={"description": "There were too many acts to judge them all."}
    )
    before = fields.Integer(required=True, metadata={"description": "Points as the rules are."})
    after = fields.Integer(required=True)
    gaining = fields.Integer(required=True, metadata={"description": "People who get more."})
    losing = fields.Integer(required=True)
    nodes = fields.List(fields.Nested(NodeDifferenceField), required=True)


RulesPage = page_of(RuleResponse, name="RulesPage")
