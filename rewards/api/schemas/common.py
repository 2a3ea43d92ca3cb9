"""Fields and schemas that every resource uses. Strict: nothing is coerced, nothing unknown."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from rewards.core.paging import PAGE_SIZE, PAGE_SIZE_MAX

CURSOR_LENGTH_MAX = 256
COUNT_MAX = 1_000_000
# Moments outside would not survive a change of zone or of database.
MOMENT_MIN = datetime(2000, 1, 1, tzinfo=UTC)
MOMENT_RANGE = "Must lie between the years 2000 and 2100."
MOMENT_MAX = datetime(2100, 1, 1, tzinfo=UTC)

DAY_MIN = date(2000, 1, 1)
DAY_MAX = date(2099, 12, 31)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


class Text(fields.String):
    """Text without control characters, of a bounded length."""

    def __init__(self, *, length_max: int, length_min: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=length_min, max=length_max), **kwargs)
        self._may_be_blank = length_min == 0

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        # Surrogates and controls cannot be stored, bidirectional marks can lie.
        if not all(character == " " or character.isprintable() for character in text):
            raise ValidationError("Must not hold control characters.")
        if text and not text.strip() and not self._may_be_blank:
            raise ValidationError("Must not be blank.")
        return text


class Choice(fields.Enum[Any]):
    """One of the values of an enum."""

    def __init__(self, enum: Any, **kwargs: Any) -> None:
        super().__init__(enum, by_value=fields.String, **kwargs)


class Moment(fields.AwareDateTime):
    """A moment with its offset, RFC 3339, between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        if not isinstance(value, str) or RFC_3339.fullmatch(value) is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        moment: datetime = super()._deserialize(value.upper(), attr, data, **kwargs)
        try:
            is_within = MOMENT_MIN <= moment < MOMENT_MAX
        except OverflowError as error:
            raise ValidationError(MOMENT_RANGE) from error
        if not is_within:
            raise ValidationError(MOMENT_RANGE)
        return moment.astimezone(UTC)


class Day(fields.Date):
    """A calendar day like 2026-11-01, between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", validate=validate.Range(min=DAY_MIN, max=DAY_MAX), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        # Python reads weeks, and days without dashes, as well.
        if not isinstance(value, str) or ISO_DAY.fullmatch(value) is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class Count(fields.Integer):
    """A whole number within bounds, never a text that looks like one."""

    def __init__(self, *, at_least: int = 0, at_most: int = COUNT_MAX, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=at_least, max=at_most), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, str | bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """true or false, nothing that resembles them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Identifier(fields.UUID):
    """A UUID in its canonical form."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        identifier = super()._deserialize(value, attr, data, **kwargs)
        if str(identifier) != str(value).lower():
            raise self.make_error("invalid_uuid")
        return identifier


class Request(Schema):
    """What a client sends."""

    class Meta:
        """Refuses what is not named."""

        unknown = RAISE


class PageQuery(Request):
    cursor = Text(
        length_min=1,
        length_max=CURSOR_LENGTH_MAX,
        load_default=None,
        metadata={"description": "The `next` of the page before."},
    )
    limit = fields.Integer(
        load_default=PAGE_SIZE, validate=validate.Range(min=1, max=PAGE_SIZE_MAX)
    )


class ProblemFault(Schema):
    pointer = fields.String(
        required=True, metadata={"description": "A JSON Pointer into the request, as a fragment."}
    )
    detail = fields.String(required=True)


class Problem(Schema):
    """A refusal, as RFC 9457 says. Some carry members of their own."""

    class Meta:
        """Tells the document that there may be more members."""

        unknown = INCLUDE

    type = fields.String(
        required=True,
        metadata={
            "description": "`/problems/<code>`, where it is explained; `about:blank` for a "
            "failure that HTTP itself describes."
        },
    )
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(metadata={"description": "What happened and why, for the person."})
    next_step = fields.String(metadata={"description": "What the person can do now."})
    instance = fields.String(
        required=True, metadata={"description": "The number of this request, as in the log."}
    )
    errors = fields.List(fields.Nested(ProblemFault))


def page_of(item: type[Schema], *, name: str) -> type[Schema]:
    """Return the schema of a page of *item*."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
        name=name,
    )


def check_some_field(data: Mapping[str, Any]) -> None:
    """Refuse a change that changes nothing.

    :raises marshmallow.ValidationError: if *data* is empty.
    """
    if not data:
        raise ValidationError("Name at least one field to change.")
