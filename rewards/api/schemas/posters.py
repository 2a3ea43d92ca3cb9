"""The wire format of posters."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from rewards.web.papers import PaperSize

from .common import Choice, Request, Text

SUBJECTS = ("node_id", "zone_id", "occasion_id")
PLACE_LENGTH_MAX = 40


class PosterRequest(Request):
    """What the poster is of: a node, a zone of its space, or one occasion."""

    node_id = fields.UUID(metadata={"description": "For all that is on at the node."})
    zone_id = fields.UUID(metadata={"description": "For what is on in the zone."})
    occasion_id = fields.UUID(metadata={"description": "For one occasion."})
    place = Text(
        length_max=PLACE_LENGTH_MAX,
        load_default="",
        metadata={"description": "Where it will hang."},
    )

    @validates_schema
    def check_subject(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a poster of nothing, and one of two things."""
        if sum(name in data for name in SUBJECTS) != 1:
            raise ValidationError(f"Exactly one of {', '.join(SUBJECTS)} is wanted.")


class PosterQuery(Request):
    paper = Choice(PaperSize, load_default=PaperSize.A4)


class PosterResponse(Schema):
    id = fields.UUID(required=True)
    number = fields.String(
        required=True, metadata={"description": "What staff tell it by; printed on it."}
    )
    url = fields.String(required=True, metadata={"description": "What the QR symbol holds."})
    node_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    occasion_id = fields.UUID(required=True, allow_none=True)
    place = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Null: it is good."}
    )
