"""The wire format of check-in and check-out."""

from collections.abc import Iterable

from marshmallow import Schema, ValidationError, fields, validates_schema

from .common import Identifier, Request, Text
from .verified import Verified

CODE_LENGTH_MAX = 256
DIGITS_LENGTH_MAX = 32
GATE_LENGTH_MAX = 20
BY_STAFF = frozenset({"participant_id", "card"})
SHAPES = (
    frozenset({"code"}),
    frozenset({"occasion_id", "digits"}),
    frozenset({"occasion_id", "participant_id"}),
    frozenset({"occasion_id", "card"}),
)


def check_shape(names: Iterable[str]) -> None:
    """Refuse fields that do not go together.

    :raises marshmallow.ValidationError: if they are none of SHAPES.
    """
    if frozenset(names) not in SHAPES:
        raise ValidationError(
            "Give `code`, or `occasion_id` with one of `digits`, `participant_id` and `card`."
        )


class PresenceRequest(Request):
    """A participant sends `code`, or `occasion_id` and `digits`; staff send `occasion_id`
    and `participant_id` or `card`.
    """  # noqa: D205

    code = Text(
        length_min=1,
        length_max=CODE_LENGTH_MAX,
        metadata={"description": "A scanned link, or the token in it."},
    )
    occasion_id = Identifier()
    digits = Text(
        length_min=1,
        length_max=DIGITS_LENGTH_MAX,
        metadata={"description": "The six digits on the screen."},
    )
    participant_id = Identifier()
    card = Text(
        length_min=1,
        length_max=CODE_LENGTH_MAX,
        metadata={"description": "The member's number, or the code on their card or phone."},
    )


class CheckInRequest(PresenceRequest):
    """A participant sends `code`, or `occasion_id` and `digits`; staff send `occasion_id`
    and `participant_id` or `card`, and may name the gate.
    """  # noqa: D205

    gate = Text(
        length_min=1,
        length_max=GATE_LENGTH_MAX,
        metadata={"description": "The name of the gate that staff scanned at."},
    )

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse fields that do not go together."""
        if "gate" in data and not BY_STAFF & data.keys():
            raise ValidationError("Only staff stand at a gate.", "gate")
        check_shape({name for name in data if name != "gate"})


class CheckOutRequest(PresenceRequest):
    """As for a check-in; staff may say as well what they made sure of."""

    verified = Verified()

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse fields that do not go together."""
        if "verified" in data and not BY_STAFF & data.keys():
            raise ValidationError("Only staff can say what they made sure of.", "verified")
        check_shape({name for name in data if name != "verified"})


class AwardResponse(Schema):
    rule = fields.String(required=True)
    points = fields.Integer(required=True)
    explanation = fields.String(
        required=True, metadata={"description": "How the points come about, in a sentence."}
    )


class CheckInResponse(Schema):
    id = fields.UUID(required=True, attribute="check_in_id")
    occasion_id = fields.UUID(required=True)
    participant_id = fields.UUID(required=True)
    checked_in_at = fields.AwareDateTime(required=True)
    awards = fields.List(fields.Nested(AwardResponse), required=True)
    points = fields.Integer(required=True)
    balance = fields.Integer(required=True)
    capped = fields.Boolean(
        required=True, metadata={"description": "Whether a cap kept points back."}
    )
    withheld = fields.Boolean(
        required=True,
        metadata={"description": "Whether points come later, because the books are being checked."},
    )


class CheckOutResponse(CheckInResponse):
    checked_out_at = fields.AwareDateTime(required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True)
