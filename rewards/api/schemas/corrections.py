"""The wire format of corrections: reversals and adjustments."""

from marshmallow import Schema, fields

from rewards.corrections import rules
from rewards.corrections.types import CorrectionKind, CorrectionStatus, EnteredRule
from rewards.ledger.types import Asset

from .common import Choice, Count, Flag, Identifier, PageQuery, Request, Text, page_of

QUANTITY_MAX = 50
SCORE_MAX = 100_000
MINUTES_MAX = 24 * 60
REASON = {"description": "Why, in words; the participant can read it beside the entry."}


class ReasonRequest(Request):
    reason = Text(
        length_min=rules.NOTE_LENGTH_MIN,
        length_max=rules.NOTE_LENGTH_MAX,
        required=True,
        attribute="note",
        metadata=REASON,
    )


class ReversalRequest(ReasonRequest):
    whole = Flag(
        load_default=False,
        attribute="is_whole",
        metadata={
            "description": "true: what else the same act gave is taken back as well, the minutes"
            " with the points and the points with the minutes."
        },
    )


class AdjustmentRequest(ReasonRequest):
    participant_id = Identifier(required=True)
    node_id = Identifier(required=True, metadata={"description": "Where the points count."})
    points = Count(
        at_least=-rules.POINTS_MAX,
        at_most=rules.POINTS_MAX,
        required=True,
        metadata={"description": "Below zero to take points; zero is refused."},
    )


class AwardRequest(ReasonRequest):
    participant_id = Identifier(required=True)
    node_id = Identifier(required=True, metadata={"description": "Where the points count."})
    rule = Choice(
        EnteredRule,
        required=True,
        attribute="rule_code",
        metadata={"description": "The rule that values what was seen."},
    )
    quantity = Count(
        at_least=1,
        at_most=QUANTITY_MAX,
        load_default=1,
        metadata={"description": "How many, for a rule that values each."},
    )
    score = Count(
        at_most=SCORE_MAX,
        load_default=None,
        allow_none=True,
        metadata={"description": "The score, for a rule with tiers."},
    )
    minutes = Count(
        at_most=MINUTES_MAX,
        load_default=None,
        allow_none=True,
        metadata={"description": "How long it took, for a rule that asks for it."},
    )
    points = Count(
        at_most=rules.POINTS_MAX,
        load_default=0,
        metadata={"description": "The amount, for a rule that leaves it to staff."},
    )
    day = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "The local day it was done on; today if left out."},
    )


class ApprovalRequest(Request):
    approve = Flag(required=True, metadata={"description": "false: it is refused."})
    reason = Text(
        length_max=rules.NOTE_LENGTH_MAX,
        load_default="",
        attribute="note",
        metadata={"description": "Why; a refusal needs it."},
    )


class AdjustmentsQuery(PageQuery):
    status = Choice(CorrectionStatus, load_default=None)
    participant_id = Identifier(load_default=None)


class CorrectionResponse(Schema):
    id = fields.UUID(required=True)
    kind = Choice(CorrectionKind, required=True)
    status = Choice(CorrectionStatus, required=True)
    participant_id = fields.UUID(required=True)
    display_name = fields.String(
        required=True, attribute="masked_name", metadata={"description": "The masked name."}
    )
    node_id = fields.UUID(required=True)
    asset = Choice(Asset, required=True)
    amount = fields.Integer(
        required=True, metadata={"description": "What was asked for; below zero: taken."}
    )
    rule = fields.String(required=True, attribute="rule_code")
    reversed_entry_id = fields.UUID(
        required=True,
        allow_none=True,
        attribute="entry_id",
        metadata={"description": "The entry that a reversal undoes."},
    )
    entry_id = fields.UUID(
        required=True,
        allow_none=True,
        attribute="applied_entry_id",
        metadata={"description": "The entry that came of it."},
    )
    reason = fields.String(
        required=True,
        attribute="note",
        metadata={"description": "Empty once the participant's account is closed."},
    )
    requested_by = fields.String(
        required=True,
        attribute="requested_by_name",
        metadata={"description": "The sign-in name of who asked."},
    )
    requested_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(
        required=True,
        attribute="decided_by_name",
        metadata={"description": "The sign-in name of the second person, empty without one."},
    )
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decision_reason = fields.String(required=True, attribute="decision_note")


class CorrectionOutcome(CorrectionResponse):
    balance = fields.Integer(
        required=True, metadata={"description": "What the participant has after it."}
    )
    debt = fields.Integer(
        required=True,
        metadata={"description": "What the participant owes; nothing can be redeemed before."},
    )


CorrectionsPage = page_of(CorrectionResponse, name="CorrectionsPage")
