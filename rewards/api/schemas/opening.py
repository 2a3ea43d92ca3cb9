"""The wire format of opening hours and pick-up slots."""

from typing import Any

from marshmallow import Schema, fields, validate

from rewards.stock.types import Desk

from .common import Choice, Count, Day, Request, Text, page_of

CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d|24:00"
SPANS_MAX = 6
REASON_LENGTH_MAX = 40
MINUTES_MAX = 120
CAPACITY_MAX = 200


def _clock() -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Regexp(rf"^(?:{CLOCK})\Z"),
        metadata={"description": "The local time of day, 00:00 to 24:00.", "example": "09:00"},
    )


class SpanField(Request):
    opens = _clock()
    closes = _clock()


class SpanResponse(Schema):
    opens = fields.String(required=True)
    closes = fields.String(required=True)


def _spans() -> "fields.List[Any]":
    return fields.List(
        fields.Nested(SpanField), required=True, validate=validate.Length(max=SPANS_MAX)
    )


class WeekRequest(Request):
    desk = Choice(Desk, required=True)
    week = fields.List(
        _spans(),
        required=True,
        allow_none=True,
        validate=validate.Length(equal=7),
        metadata={
            "description": "Monday first; a closed day has no span. Null takes back what was told:"
            " the exchange desk is then open as the space is."
        },
    )


class SpecialDaysRequest(Request):
    desk = Choice(Desk, required=True)
    first = Day(required=True)
    last = Day(required=True)
    spans = _spans()
    reason = Text(length_min=1, length_max=REASON_LENGTH_MAX, required=True)


class SpecialDaysRemoval(Request):
    desk = Choice(Desk, required=True)
    first = Day(required=True)
    last = Day(required=True)


class SlotsRequest(Request):
    minutes = Count(at_least=1, at_most=MINUTES_MAX, required=True, allow_none=True)
    capacity = Count(at_least=1, at_most=CAPACITY_MAX, required=True, allow_none=True)


class WeekResponse(Schema):
    desk = Choice(Desk, required=True)
    days = fields.List(fields.List(fields.Nested(SpanResponse)), required=True)


class SpecialDayResponse(Schema):
    desk = Choice(Desk, required=True)
    day = fields.Date(required=True)
    spans = fields.List(fields.Nested(SpanResponse), required=True)
    reason = fields.String(required=True)


class OpenResponse(Schema):
    desk = Choice(Desk, required=True)
    is_open = fields.Boolean(required=True)
    until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When it closes; null too if that is more than a week ahead."},
    )
    opens_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it opens next, if known."}
    )
    reason = fields.String(required=True)


class HoursResponse(Schema):
    weeks = fields.List(
        fields.Nested(WeekResponse),
        required=True,
        metadata={"description": "Of each desk that told its hours."},
    )
    special_days = fields.List(fields.Nested(SpecialDayResponse), required=True)
    now = fields.List(fields.Nested(OpenResponse), required=True)
    slot_minutes = fields.Integer(required=True, allow_none=True)
    slot_capacity = fields.Integer(required=True, allow_none=True)


class SlotResponse(Schema):
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    capacity = fields.Integer(required=True)
    left = fields.Integer(required=True)


SlotsPage = page_of(SlotResponse, name="SlotsPage")
