"""The wire format of series of occasions."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from rewards.activities.types import OccasionKind

from .common import (
    Choice,
    Count,
    Day,
    Flag,
    Identifier,
    Request,
    Text,
    check_some_field,
)
from .occasions import (
    AGE_MAX,
    AGES,
    CAPACITY_MAX,
    CODE_LENGTH_MAX,
    QUALIFICATION,
    RULE_LENGTH_MAX,
    SIGN_UPS,
    TEAM,
    TITLE_LENGTH_MAX,
    ZONE,
)

RECURRENCE_LENGTH_MAX = 200
MINUTES_MAX = 24 * 60
SKIPS_MAX = 100
SIGN_UP_MINUTES_MAX = 366 * 24 * 60
RECURRENCE = (
    "On which days, an RRULE of RFC 5545 such as `FREQ=MONTHLY;BYDAY=-1FR`: daily, weekly, "
    "monthly or yearly, with `INTERVAL`, `BYDAY`, `BYMONTHDAY`, `BYMONTH`, `COUNT` or `UNTIL`."
)
START = "The time of day at which each begins, by a clock on the wall."
MINUTES = "How long each lasts, by a clock on the wall."
SIGN_UP_END = "How many minutes before each start signing up ends; null: at the start."
CLOCK = re.compile(r"(\d\d):(\d\d)", re.ASCII)


class Clock(fields.String):
    """A time of day like 14:30."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$"), **kwargs)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> Any:
        """Return the time that a text says."""
        text = super().deserialize(value, attr, data, **rest)
        found = CLOCK.fullmatch(text) if isinstance(text, str) else None
        return text if found is None else time(int(found[1]), int(found[2]))


class SeriesQuery(Request):
    node_id = Identifier(
        load_default=None, metadata={"description": "Only at this node and below it."}
    )


class SeriesRequest(Request):
    kind = Choice(OccasionKind, required=True)
    title = Text(length_min=1, length_max=TITLE_LENGTH_MAX, required=True)
    node_id = Identifier(required=True)
    recurrence = Text(
        length_min=1,
        length_max=RECURRENCE_LENGTH_MAX,
        required=True,
        metadata={"description": RECURRENCE},
    )
    starts_on = Day(required=True)
    start = Clock(required=True, metadata={"description": START})
    minutes = Count(
        at_least=1, at_most=MINUTES_MAX, required=True, metadata={"description": MINUTES}
    )
    skips = fields.List(
        Day(),
        validate=validate.Length(max=SKIPS_MAX),
        metadata={"description": "Days that are left out, such as holidays."},
    )
    capacity = Count(at_least=1, at_most=CAPACITY_MAX, allow_none=True)
    requires_check_out = Flag(allow_none=True)
    rule_code = Text(length_min=1, length_max=RULE_LENGTH_MAX, allow_none=True)
    place = Text(length_max=TITLE_LENGTH_MAX)
    team = Text(length_max=TITLE_LENGTH_MAX)
    team_id = Identifier(allow_none=True, metadata={"description": TEAM})
    counts_heads = Flag()
    takes_sign_ups = Flag(metadata={"description": SIGN_UPS})
    sign_up_closes_before = Count(
        at_most=SIGN_UP_MINUTES_MAX, allow_none=True, metadata={"description": SIGN_UP_END}
    )
    age_min = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    age_max = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    qualification = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    training = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    zone_id = Identifier(allow_none=True, metadata={"description": ZONE})


class SeriesChange(Request):
    slot_from = Day(
        metadata={"description": "The day from which on it changes; what lies before it stays."}
    )
    title = Text(length_min=1, length_max=TITLE_LENGTH_MAX)
    place = Text(length_max=TITLE_LENGTH_MAX)
    team = Text(length_max=TITLE_LENGTH_MAX)
    team_id = Identifier(allow_none=True, metadata={"description": TEAM})
    capacity = Count(at_least=1, at_most=CAPACITY_MAX, allow_none=True)
    takes_sign_ups = Flag(metadata={"description": SIGN_UPS})
    sign_up_closes_before = Count(
        at_most=SIGN_UP_MINUTES_MAX, allow_none=True, metadata={"description": SIGN_UP_END}
    )
    age_min = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    age_max = Count(at_most=AGE_MAX, allow_none=True, metadata={"description": AGES})
    qualification = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    training = Text(length_max=CODE_LENGTH_MAX, metadata={"description": QUALIFICATION})
    zone_id = Identifier(allow_none=True, metadata={"description": ZONE})
    recurrence = Text(
        length_min=1, length_max=RECURRENCE_LENGTH_MAX, metadata={"description": RECURRENCE}
    )
    start = Clock(metadata={"description": START})
    minutes = Count(at_least=1, at_most=MINUTES_MAX, metadata={"description": MINUTES})
    ends_on = Day(
        allow_none=True,
        metadata={
            "description": "The last day, alone; null: it goes on. Later ones are cancelled."
        },
    )

    @validates_schema
    def check_change(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a change of nothing, one without its day, and an end with anything else."""
        check_some_field(data)
        if "ends_on" in data:
            if len(data) > 1:
                raise ValidationError("Goes without another change.", field_name="ends_on")
        elif "slot_from" not in data:
            raise ValidationError("Missing data for required field.", field_name="slot_from")
        elif len(data) == 1:
            raise ValidationError("Name at least one field to change.")


class SkipRequest(Request):
    day = Day(required=True)


class SeriesResponse(Schema):
    id = fields.UUID(required=True)
    node_id = fields.UUID(required=True)
    kind = Choice(OccasionKind, required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    team = fields.String(required=True)
    team_id = fields.UUID(required=True, allow_none=True)
    capacity = fields.Integer(required=True, allow_none=True)
    requires_check_out = fields.Boolean(required=True)
    rule_code = fields.String(required=True)
    counts_heads = fields.Boolean(required=True)
    takes_sign_ups = fields.Boolean(required=True)
    sign_up_closes_before = fields.Integer(
        required=True, allow_none=True, metadata={"description": SIGN_UP_END}
    )
    age_min = fields.Integer(required=True, allow_none=True, metadata={"description": AGES})
    age_max = fields.Integer(required=True, allow_none=True, metadata={"description": AGES})
    qualification = fields.String(required=True, metadata={"description": QUALIFICATION})
    training = fields.String(required=True, metadata={"description": QUALIFICATION})
    zone_id = fields.UUID(required=True, allow_none=True, metadata={"description": ZONE})
    recurrence = fields.String(required=True, metadata={"description": "An RRULE without its end."})
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    start = fields.String(required=True, metadata={"description": START})
    minutes = fields.Integer(required=True)
    skips = fields.List(fields.Date(), required=True)
    planned_through = fields.Date(
        required=True, metadata={"description": "Up to this day its occasions are there."}
    )


class SeriesList(Schema):
    items = fields.List(fields.Nested(SeriesResponse), required=True)
