"""The wire format of statements and record slips."""

from marshmallow import Schema, fields, validate

from rewards.ledger.types import Reason
from rewards.statements.types import SlipStatus, VoidReason

from .common import Choice, Day, Request
from .participants import EntryResponse

ORIGINS = ("entered", "proved")


class StatementQuery(Request):
    first = Day(
        data_key="from",
        load_default=None,
        metadata={"description": "The first day; without one, the first of the month of `to`."},
    )
    last = Day(
        data_key="to",
        load_default=None,
        metadata={"description": "The last day, included; without one, today."},
    )


class StatementLine(EntryResponse):
    balance = fields.Integer(required=True, metadata={"description": "After this line."})
    origin = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([*ORIGINS, None]),
        metadata={
            "description": "Whose word an earning stands on: `entered` by staff, or `proved` by "
            "the system; null for spending."
        },
    )
    reversed_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When another entry undid this one, if one did."},
    )
    expired = fields.Integer(
        required=True, metadata={"description": "How many of its points have expired."}
    )


class ReasonTotal(Schema):
    reason = Choice(Reason, required=True)
    amount = fields.Integer(required=True)


class ExpiringPoints(Schema):
    valid_until = fields.Date(
        required=True, metadata={"description": "The last day on which they can be used."}
    )
    points = fields.Integer(required=True)


class ServedMinutes(Schema):
    confirmed = fields.Integer(required=True, attribute="minutes")
    backfilled = fields.Integer(
        required=True,
        metadata={"description": "Written down afterwards; not among the confirmed."},
    )
    services = fields.Integer(required=True, metadata={"description": "How often."})


class StatementResponse(Schema):
    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    made_at = fields.AwareDateTime(required=True)
    opening = fields.Integer(
        required=True, metadata={"description": "Points before the first line."}
    )
    lines = fields.List(
        fields.Nested(StatementLine),
        required=True,
        metadata={"description": "Points in the order they were posted, the oldest first."},
    )
    closing = fields.Integer(required=True, metadata={"description": "Points after the last line."})
    totals = fields.List(fields.Nested(ReasonTotal), required=True)
    expiring = fields.List(
        fields.Nested(ExpiringPoints),
        required=True,
        metadata={"description": "Points held now that expire, by day."},
    )
    services = fields.List(
        fields.Nested(StatementLine),
        required=True,
        metadata={"description": "Minutes by the day they were served on, the oldest first."},
    )
    served = fields.Nested(ServedMinutes, required=True, data_key="service_minutes")


class SlipRequest(Request):
    first = Day(data_key="from", required=True)
    last = Day(data_key="to", required=True, metadata={"description": "Included; not after today."})


class VoidRequest(Request):
    reason = Choice(VoidReason, required=True)


class SlipCheckResponse(Schema):
    """What anybody who has the number may know; nothing of the person."""

    number = fields.String(required=True)
    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    minutes = fields.Integer(required=True, metadata={"description": "Confirmed."})
    backfilled = fields.Integer(
        required=True,
        metadata={"description": "Written down afterwards; not among `minutes`."},
    )
    services = fields.Integer(required=True)
    issuer = fields.String(required=True)
    is_certificate = fields.Boolean(
        required=True, metadata={"description": "A lawful issuer answers for it."}
    )
    issued_at = fields.AwareDateTime(required=True)
    status = Choice(SlipStatus, required=True)
    voided_at = fields.AwareDateTime(required=True, allow_none=True)


class PublicSlipResponse(SlipCheckResponse):
    has_changed = fields.Boolean(
        required=True,
        metadata={"description": "The hours of the period were lowered after it was issued."},
    )


class RecordSlipResponse(SlipCheckResponse):
    participant_id = fields.UUID(required=True)
    node_id = fields.UUID(required=True)
    void_reason = Choice(VoidReason, required=True, allow_none=True)
