"""The wire format of hours that somebody decides on."""

from enum import StrEnum

from marshmallow import Schema, ValidationError, fields, validates_schema

from rewards.checkins.types import BackFillState

from .common import Choice, Flag, Identifier, Moment, PageQuery, Request, Text, page_of
from .verified import Verified

REASON_LENGTH_MAX = 200
TITLE_LENGTH_MAX = 80
EVIDENCE_LENGTH_MAX = 500


class AttendanceStatus(StrEnum):
    """What waits: for a leaving time, or for a review above eight hours of a day."""

    PENDING = "pending"
    PENDING_REVIEW = "pending_review"


class AttendanceQuery(PageQuery):
    status = Choice(AttendanceStatus, load_default=AttendanceStatus.PENDING)
    node_id = Identifier(
        load_default=None, metadata={"description": "Only at this node and below it."}
    )


class AttendanceResponse(Schema):
    id = fields.UUID(required=True, metadata={"description": "The check-in."})
    status = fields.String(required=True)
    occasion_id = fields.UUID(required=True)
    participant_id = fields.UUID(required=True)
    checked_in_at = fields.AwareDateTime(required=True)
    checked_out_at = fields.AwareDateTime(required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True)
    waiting_minutes = fields.Integer(
        required=True, metadata={"description": "Minutes above eight hours of the day that wait."}
    )
    points = fields.Integer(required=True)


class ConfirmationRequest(Request):
    left_at = Moment(metadata={"description": "When they left; the scheduled end if left out."})
    verified = Verified()
    declined = Flag(metadata={"description": "True: nothing counts, and `reason` says why."})
    reason = Text(length_min=1, length_max=REASON_LENGTH_MAX)

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a reason without a refusal, and a refusal without a reason."""
        is_declined = bool(data.get("declined"))
        if is_declined != ("reason" in data):
            raise ValidationError("`reason` goes with `declined`.", field_name="reason")
        for name in ("left_at", "verified"):
            if is_declined and name in data:
                raise ValidationError("Does not go with `declined`.", field_name=name)


class TimesRequest(Request):
    came_at = Moment(metadata={"description": "When they came; as it is, if left out."})
    left_at = Moment(metadata={"description": "When they left; as it is, if left out."})
    verified = Verified()
    reason = Text(length_min=1, length_max=REASON_LENGTH_MAX, required=True)

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a correction of nothing."""
        if not {"came_at", "left_at", "verified"} & data.keys():
            raise ValidationError("Give `came_at`, `left_at` or `verified`.", field_name="left_at")


class ReviewRequest(Request):
    approved = Flag(
        required=True, metadata={"description": "False: they do not count, and `reason` says why."}
    )
    reason = Text(length_min=1, length_max=REASON_LENGTH_MAX)

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a reason without a refusal, and a refusal without a reason."""
        if bool(data["approved"]) == ("reason" in data):
            raise ValidationError("`reason` goes with a refusal.", field_name="reason")


class BackFillRequest(Request):
    participant_id = Identifier(required=True)
    occasion_id = Identifier(metadata={"description": "Or `node_id` and `title`."})
    node_id = Identifier()
    title = Text(length_min=1, length_max=TITLE_LENGTH_MAX)
    started_at = Moment(required=True)
    ended_at = Moment(required=True)
    evidence = Text(
        length_min=1,
        length_max=EVIDENCE_LENGTH_MAX,
        required=True,
        metadata={"description": "Who saw it, what was signed."},
    )

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse what names neither an occasion nor a node, or both."""
        named = {"occasion_id", "node_id", "title"} & set(data)
        if named not in ({"occasion_id"}, {"node_id", "title"}):
            raise ValidationError("Give `occasion_id`, or `node_id` and `title`.")


class BackFillApprovalRequest(Request):
    declined = Flag(metadata={"description": "True: it is refused, and `reason` says why."})
    reason = Text(length_min=1, length_max=REASON_LENGTH_MAX)

    @validates_schema
    def check_shape(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a reason without a refusal, and a refusal without a reason."""
        if bool(data.get("declined")) != ("reason" in data):
            raise ValidationError("`reason` goes with `declined`.", field_name="reason")


class BackFillResponse(Schema):
    id = fields.UUID(required=True)
    participant_id = fields.UUID(required=True)
    occasion_id = fields.UUID(required=True, allow_none=True)
    node_id = fields.UUID(required=True)
    title = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True, attribute="attended_from")
    ended_at = fields.AwareDateTime(required=True, attribute="attended_until")
    minutes = fields.Integer(required=True)
    state = Choice(BackFillState, required=True)
    points = fields.Integer(
        required=True, metadata={"description": "Only where the system had failed."}
    )
    requested_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class BackFillsQuery(PageQuery):
    node_id = Identifier(
        load_default=None, metadata={"description": "Only at this node and below it."}
    )


AttendancePage = page_of(AttendanceResponse, name="AttendancePage")
BackFillsPage = page_of(BackFillResponse, name="BackFillsPage")
