"""The wire format of occasions and their codes."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from rewards.activities.types import OccasionKind, OccasionStatus

from .common import (
    Choice,
    Count,
    Flag,
    Identifier,
    Moment,
    PageQuery,
    Request,
    Text,
    check_some_field,
    page_of,
)

TITLE_LENGTH_MAX = 80
RULE_LENGTH_MAX = 24
CAPACITY_MAX = 100_000
HEADS_MAX = 999_999
NOTE_LENGTH_MAX = 200
AGE_MAX = 120
CODE_LENGTH_MAX = 24
AGES = "In full years; null: no limit."
QUALIFICATION = "What the register must show of those who come; empty: nothing."
SIGN_UPS = "Whoever signs up keeps a place; others stand in line for one."
SIGN_UP_END = "Until when one can sign up; null: until it starts."
TEAM = "The team that attendance counts for."
ZONE = "The zone of an offline space that it is held in."


class OccasionsQuery(PageQuery):
    node_id = Identifier(
        load_default=None, metadata={"description": "Only at this node and below it."}
    )
    starts_from = Moment(load_default=None)
    starts_before = Moment(load_default=None)


class OccasionRequest(Request):
    kind = Choice(OccasionKind, required=True)
    title = Text(length_min=1, length_max=TITLE_LENGTH_MAX, required=True)
    node_id = Identifier(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    capacity = Count(at_least=1, at_most=CAPACITY_MAX, allow_none=True)
    requires_check_out = Flag(allow_none=True)
    rule_code = Text(length_min=1, length_max=RULE_LENGTH_MAX, allow_none=True)
    place = Text(length_max=TITLE_LENGTH_MAX)
    team = Text(length_max=TITLE_LENGTH_MAX)
    team_id = Identifier(allow_none=True, metadata={"description": TEAM})
    zone_id = Identifier(allow_none=True, metadata={"description": ZONE})
    opens_at = Moment(allow_none=True)
    closes_at = Moment(allow_none=True)
    takes_sign_ups = Flag(metadata={"description": SIGN_UPS})
    sign_up_closes_at = Moment(allow_none=True, metadata={"description": SIGN_UP_END})
    age_min = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    age_max = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    qualification = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    training = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    counts_heads = Flag(
        metadata={"description": "Nobody checks in; staff say how many came. Gives no points."}
    )


class OccasionChange(Request):
    title = Text(length_min=1, length_max=TITLE_LENGTH_MAX)
    place = Text(length_max=TITLE_LENGTH_MAX)
    team = Text(length_max=TITLE_LENGTH_MAX)
    team_id = Identifier(
        allow_none=True, metadata={"description": f"{TEAM} Fixed once check-in is open."}
    )
    zone_id = Identifier(allow_none=True, metadata={"description": ZONE})
    starts_at = Moment()
    ends_at = Moment(metadata={"description": "Once check-in is open it may only be put off."})
    head_count = Count(
        at_most=HEADS_MAX,
        metadata={"description": "How many came to what counts heads; may be put right."},
    )
    failure_note = Text(
        length_min=1,
        length_max=NOTE_LENGTH_MAX,
        metadata={
            "description": "What failed, alone: hours filled in for the occasion then give points."
        },
    )
    capacity = Count(at_least=1, at_most=CAPACITY_MAX)
    takes_sign_ups = Flag(metadata={"description": SIGN_UPS})
    sign_up_closes_at = Moment(allow_none=True, metadata={"description": SIGN_UP_END})
    age_min = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    age_max = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    qualification = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    training = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    status = Choice(
        OccasionStatus,
        metadata={"description": "`cancelled`, alone: nobody can check in any more."},
    )

    @validates_schema
    def check_change(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a change of nothing, and a cancellation together with other changes."""
        check_some_field(data)
        if "failure_note" in data and len(data) > 1:
            raise ValidationError("Goes without another change.", field_name="failure_note")
        if "status" in data and (len(data) > 1 or data["status"] != OccasionStatus.CANCELLED):
            raise ValidationError(
                "May only become `cancelled`, without another change.", field_name="status"
            )


class OccasionResponse(Schema):
    id = fields.UUID(required=True)
    kind = Choice(OccasionKind, required=True)
    title = fields.String(required=True)
    node_id = fields.UUID(required=True)
    place = fields.String(required=True)
    team = fields.String(required=True, metadata={"description": "What the poster says."})
    team_id = fields.UUID(required=True, allow_none=True, metadata={"description": TEAM})
    zone_id = fields.UUID(required=True, allow_none=True, metadata={"description": ZONE})
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    opens_at = fields.AwareDateTime(required=True, metadata={"description": "When check-in opens."})
    closes_at = fields.AwareDateTime(required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    requires_check_out = fields.Boolean(required=True)
    rule_code = fields.String(required=True)
    status = Choice(OccasionStatus, required=True)
    takes_sign_ups = fields.Boolean(required=True, metadata={"description": SIGN_UPS})
    sign_up_closes_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": SIGN_UP_END}
    )
    age_min = fields.Integer(required=True, allow_none=True, metadata={"description": AGES})
    age_max = fields.Integer(required=True, allow_none=True, metadata={"description": AGES})
    qualification = fields.String(required=True, metadata={"description": QUALIFICATION})
    training = fields.String(required=True, metadata={"description": QUALIFICATION})
    counts_heads = fields.Boolean(required=True)
    head_count = fields.Integer(required=True, allow_none=True)
    series_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The series it is one of, and below the day it has there."},
    )
    series_slot = fields.Date(required=True, allow_none=True)
    failure_note = fields.String(
        required=True, metadata={"description": "What failed while it was held; empty: nothing."}
    )


class CodeResponse(Schema):
    """The rotating code of now; a new one comes at `expires_at`."""

    url = fields.String(required=True, metadata={"description": "What the QR symbol holds."})
    digits = fields.String(required=True, metadata={"description": "Six, to be spoken or typed."})
    svg_url = fields.String(required=True)
    png_url = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


OccasionsPage = page_of(OccasionResponse, name="OccasionsPage")
