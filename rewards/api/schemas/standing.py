"""The wire format of cards, of the register of qualifications, of a guardian's consent."""

from marshmallow import Schema, fields

from rewards.participants.types import CardEnd, Profession, Training

from .common import Choice, Identifier, Request, Text

NAME_LENGTH_MAX = 40
CODE_LENGTH_MAX = 24
CODES = ", ".join(f"`{each.value}`" for each in (*Profession, *Training))


class CardRequest(Request):
    replaces = Identifier(
        metadata={"description": "The card that is dead from now on; asked twice, the same."}
    )
    reason = Choice(CardEnd, metadata={"description": "Why that one is replaced; usually lost."})


class CardResponse(Schema):
    id = fields.UUID(required=True)
    issued_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = Choice(CardEnd, required=True, allow_none=True)


class CardWithCodeResponse(CardResponse):
    """A card; `code` is what its QR symbol holds.

    It is empty once the card is revoked, and for those who may not issue one.
    """

    code = fields.String(required=True)


class CardsResponse(Schema):
    items = fields.List(
        fields.Nested(CardWithCodeResponse),
        required=True,
        metadata={"description": "The good one first, then the newest."},
    )


class QualificationRequest(Request):
    code = Text(
        length_min=1,
        length_max=CODE_LENGTH_MAX,
        required=True,
        metadata={"description": f"One of {CODES}."},
    )
    valid_until = fields.Date(
        allow_none=True, metadata={"description": "The last good day; null: for good."}
    )


class QualificationResponse(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"description": f"One of {CODES}."})
    valid_until = fields.Date(required=True, allow_none=True)
    verified_at = fields.AwareDateTime(required=True)


class QualificationsResponse(Schema):
    items = fields.List(fields.Nested(QualificationResponse), required=True)


class GuardianConsentRequest(Request):
    guardian_name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)


class GuardianConsentResponse(Schema):
    given_at = fields.AwareDateTime(required=True)
