"""The wire format of sign-ups."""

from marshmallow import Schema, fields

from rewards.signups.types import SignUpState

from .common import Choice, Flag, Identifier, PageQuery, Request, page_of


class SignUpsQuery(PageQuery):
    state = Choice(SignUpState, load_default=None)


class SignUpRequest(Request):
    participant_id = Identifier(
        metadata={"description": "Whom staff sign up; a participant leaves it out."}
    )
    is_here = Flag(
        metadata={"description": "Only staff: the participant stands at the door and waits there."}
    )


class SignUpResponse(Schema):
    """A place, or one in line. `cancelled` and `released` keep none."""

    id = fields.UUID(required=True)
    occasion_id = fields.UUID(required=True)
    participant_id = fields.UUID(required=True)
    state = Choice(
        SignUpState,
        required=True,
        metadata={
            "description": "`released`: did not come in time, so the place went on; may still "
            "come where there is room."
        },
    )
    place_in_line = fields.Integer(
        required=True, allow_none=True, metadata={"description": "From 1, while it waits."}
    )
    signed_up_at = fields.AwareDateTime(required=True)
    confirmed_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Since when a place is kept for the time that it is now."},
    )
    missed_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When it was counted as not coming without notice."},
    )


SignUpsPage = page_of(SignUpResponse, name="SignUpsPage")
