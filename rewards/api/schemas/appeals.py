"""The wire format of appeals."""

from marshmallow import Schema, fields, validate

from rewards.appeals.types import TEXT_LENGTH_MAX, TEXT_LENGTH_MIN, AppealState
from rewards.network.types import Level

from .common import Choice, Flag, Identifier, PageQuery, Request, Text, page_of

STATES = ("open", "closed")
LENGTHS = f"{TEXT_LENGTH_MIN} to {TEXT_LENGTH_MAX} characters."


class AppealRequest(Request):
    participant_id = Identifier(
        load_default=None,
        metadata={"description": "Whom staff act for; participants leave it out."},
    )
    entry_id = Identifier(load_default=None, metadata={"description": "The contested entry."})
    check_in_id = Identifier(
        load_default=None,
        metadata={"description": "The contested attendance, one that earned nothing."},
    )
    text = Text(
        length_min=1,
        length_max=4 * TEXT_LENGTH_MAX,
        required=True,
        metadata={"description": f"What is wrong, in {LENGTHS}"},
    )


class AppealAnswerRequest(Request):
    is_upheld = Flag(required=True, metadata={"description": "Whether the participant is right."})
    answer = Text(
        length_min=1,
        length_max=4 * TEXT_LENGTH_MAX,
        required=True,
        metadata={"description": f"What the participant reads, in {LENGTHS}"},
    )
    correction_id = Identifier(
        load_default=None,
        metadata={"description": "The entry that put things right, if the appeal is upheld."},
    )


class AppealsQuery(PageQuery):
    node_id = Identifier(
        load_default=None, metadata={"description": "About this node or one below it."}
    )
    state = fields.String(
        load_default="open",
        validate=validate.OneOf(STATES),
        metadata={"description": "`open`: the first to be due first; `closed`: the newest first."},
    )


class AppealResponse(Schema):
    id = fields.UUID(required=True)
    participant_id = fields.UUID(required=True)
    entry_id = fields.UUID(required=True, allow_none=True)
    check_in_id = fields.UUID(required=True, allow_none=True)
    node_id = fields.UUID(required=True)
    day = fields.Date(
        required=True, metadata={"description": "The day that the contested line counts for."}
    )
    text = fields.String(
        required=True, metadata={"description": "Empty once the words are forgotten."}
    )
    state = Choice(AppealState, required=True)
    made_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(
        required=True,
        metadata={"description": "The end of the fifth working day, Monday to Friday."},
    )
    is_overdue = fields.Boolean(required=True)
    answered_by_level = Choice(
        Level,
        required=True,
        metadata={"description": "Whose turn it is or was: a late answer is for the level above."},
    )
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    answer = fields.String(required=True)
    correction_id = fields.UUID(required=True, allow_none=True)


AppealsPage = page_of(AppealResponse, name="AppealsPage")
