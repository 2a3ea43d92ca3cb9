"""The wire format of participants, and of their history."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from rewards.ledger.types import Asset, Reason
from rewards.participants.types import BoardDisplay

from .common import (
    Choice,
    Count,
    Flag,
    Identifier,
    PageQuery,
    Request,
    Text,
    check_some_field,
    page_of,
)

NAME_LENGTH_MAX = 40
NICKNAME_LENGTH_MAX = 20
PHONE_LENGTH_MAX = 32
YEAR_MIN = 1900
YEAR_MAX = 2100
DIRECTIONS = ("in", "out")


class ParticipantsQuery(PageQuery):
    node_id = Identifier(
        load_default=None, metadata={"description": "At home at this node or below it."}
    )


class Consents(Request):
    """What the participant agreed to; each can be withdrawn by itself."""

    service = Flag(
        required=True, metadata={"description": "Keeping an account; without it there is none."}
    )
    public_board = Choice(
        BoardDisplay,
        load_default=BoardDisplay.HIDDEN,
        metadata={"description": "How to be shown on public boards."},
    )


class ParticipantRequest(Request):
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)
    phone = Text(length_min=1, length_max=PHONE_LENGTH_MAX, load_default=None, allow_none=True)
    node_id = Identifier(required=True, metadata={"description": "The home node."})
    birth_year = Count(at_least=YEAR_MIN, at_most=YEAR_MAX, load_default=None, allow_none=True)
    nickname = Text(length_max=NICKNAME_LENGTH_MAX, load_default="")
    consents = fields.Nested(Consents, required=True)


class ParticipantChange(Request):
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX)
    phone = Text(length_max=PHONE_LENGTH_MAX)
    node_id = Identifier()
    birth_year = Count(at_least=YEAR_MIN, at_most=YEAR_MAX)
    nickname = Text(length_max=NICKNAME_LENGTH_MAX)
    public_board = Choice(BoardDisplay)

    @validates_schema
    def check_change(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a change of nothing, a nickname shown nowhere, and a consent among other data."""
        check_some_field(data)
        if "public_board" in data and not data.keys() <= {"public_board", "nickname"}:
            raise ValidationError("Is changed by itself.", field_name="public_board")
        if "nickname" in data and data.get("public_board") is not BoardDisplay.NICKNAME:
            raise ValidationError(
                "Goes with `public_board` set to `nickname`.", field_name="nickname"
            )


class ParticipantResponse(Schema):
    id = fields.UUID(required=True)
    number = fields.String(required=True)
    display_name = fields.String(
        required=True, attribute="masked_name", metadata={"description": "The masked name."}
    )
    masked_phone = fields.String(required=True)
    nickname = fields.String(required=True)
    public_board = Choice(BoardDisplay, required=True, attribute="board_display")
    is_minor = fields.Boolean(required=True)
    node_id = fields.UUID(required=True, attribute="home_node_id")
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class BalanceResponse(Schema):
    balance = fields.Integer(required=True)
    held = fields.Integer(
        required=True, metadata={"description": "Set aside for what is reserved."}
    )
    available = fields.Integer(required=True)
    earned = fields.Integer(
        required=True, metadata={"description": "Earned in all; boards rank by this."}
    )


class ExpiringResponse(Schema):
    valid_until = fields.Date(
        required=True, metadata={"description": "The last day on which they can be used."}
    )
    points = fields.Integer(required=True)


class MeResponse(ParticipantResponse):
    name = fields.String(required=True)
    expiring = fields.List(
        fields.Nested(ExpiringResponse),
        required=True,
        metadata={"description": "The points there are, by the day on which they expire."},
    )
    points = fields.Nested(BalanceResponse, required=True)
    service_minutes = fields.Nested(BalanceResponse, required=True)


class EntriesQuery(PageQuery):
    asset = Choice(Asset, load_default=Asset.POINTS)
    direction = fields.String(
        load_default=None,
        validate=validate.OneOf(DIRECTIONS),
        metadata={"description": "`in`: only gained; `out`: only spent."},
    )
    unrewarded = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        attribute="has_unrewarded",
        metadata={"description": "Also attendance that earned nothing, with amount 0 and why."},
    )


class SpendingResponse(Schema):
    entry_id = fields.UUID(required=True)
    points = fields.Integer(
        required=True, metadata={"description": "Below zero where they were given back."}
    )
    at = fields.AwareDateTime(required=True)
    reason = Choice(Reason, required=True)


class EntryResponse(Schema):
    id = fields.UUID(
        required=True,
        metadata={"description": "Of the entry; of the check-in, where that earned nothing."},
    )
    asset = Choice(Asset, required=True)
    amount = fields.Integer(required=True)
    reason = Choice(Reason, required=True)
    explanation = fields.String(required=True, metadata={"description": "Why, in a sentence."})
    rule = fields.String(required=True, attribute="rule_code")
    rule_version = fields.Integer(required=True)
    occasion_id = fields.UUID(required=True, allow_none=True)
    team_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The team it counts for."}
    )
    occurred_at = fields.AwareDateTime(required=True)
    posted_at = fields.AwareDateTime(required=True)
    business_date = fields.Date(required=True)
    title = fields.String(required=True, metadata={"description": "What it is about."})
    why = fields.String(
        required=True, metadata={"description": "How the amount came about; may be empty."}
    )
    entered_by = fields.String(
        required=True,
        validate=validate.OneOf(("staff", "system")),
        metadata={"description": "`staff`: on the word of staff; `system`: seen by the system."},
    )
    reverses_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The entry that this one undoes."}
    )
    reversed_by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The entry that undid this one."}
    )
    valid_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day of the points that it brought."},
    )
    left = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of those, what is left."}
    )
    expired = fields.Integer(required=True)
    spent = fields.List(fields.Nested(SpendingResponse), required=True)
    appeal_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The latest appeal about it."}
    )


ParticipantsPage = page_of(ParticipantResponse, name="ParticipantsPage")
EntriesPage = page_of(EntryResponse, name="EntriesPage")
