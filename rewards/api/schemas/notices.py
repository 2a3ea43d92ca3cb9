"""The wire format of notices."""

from marshmallow import Schema, fields

from rewards.notices.types import NoticeKind

from .common import Choice, Identifier, Request, page_of


class ReadRequest(Request):
    through = Identifier(
        metadata={
            "description": "The newest notice that was shown; without it all are marked as read."
        }
    )


class ReadResponse(Schema):
    unread = fields.Integer(required=True, metadata={"description": "How many are still not read."})


class NoticeResponse(Schema):
    id = fields.UUID(required=True)
    kind = Choice(NoticeKind, required=True)
    explanation = fields.String(
        required=True, metadata={"description": "What happened, in a sentence."}
    )
    next_step = fields.String(
        required=True, metadata={"description": "What the person can do now."}
    )
    details = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "The codes and numbers of the sentence."},
    )
    created_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


NoticesPage = page_of(NoticeResponse, name="NoticesPage")
