"""The wire format of webhooks and their deliveries."""

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from rewards.webhooks.rules import NAME_LENGTH_MAX, URL_LENGTH_MAX
from rewards.webhooks.types import (
    EVENTS,
    DeliveryState,
    Fault,
    StopReason,
    SubscriptionState,
    WebhookEvent,
)

from .common import (
    Choice,
    Flag,
    Identifier,
    Moment,
    PageQuery,
    Request,
    Text,
    check_some_field,
    page_of,
)


def _events(**kwargs: Any) -> fields.List[Any]:
    return fields.List(
        Choice(WebhookEvent, validate=validate.OneOf(EVENTS)),
        validate=validate.Length(min=1, max=len(EVENTS)),
        metadata={"description": "What it is told of."},
        **kwargs,
    )


def _url(**kwargs: Any) -> Text:
    return Text(
        length_min=1,
        length_max=URL_LENGTH_MAX,
        metadata={"description": "Where messages go: `https://`, on the public internet."},
        **kwargs,
    )


class WebhooksQuery(PageQuery):
    node_id = Identifier(
        load_default=None, metadata={"description": "Only at this node and below it."}
    )


class WebhookRequest(Request):
    node_id = Identifier(
        required=True, metadata={"description": "What happens here and below is told of."}
    )
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)
    url = _url(required=True)
    events = _events(required=True)


class WebhookChange(Request):
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX)
    url = _url()
    events = _events()
    is_active = Flag(
        metadata={"description": "false keeps messages back, true lets them go out again."}
    )

    @validates_schema
    def check_change(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a change of nothing."""
        check_some_field(data)


class ReplayProgress(Schema):
    since = fields.AwareDateTime(required=True)
    done = fields.Integer(
        required=True, metadata={"description": "Messages that wait to be sent again."}
    )
    total = fields.Integer(required=True)


class WebhookResponse(Schema):
    id = fields.UUID(required=True)
    node_id = fields.UUID(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(Choice(WebhookEvent), required=True)
    state = Choice(SubscriptionState, required=True)
    stop_reason = Choice(
        StopReason,
        required=True,
        metadata={"description": "Why messages do not go out; empty while they do."},
    )
    stopped_at = fields.AwareDateTime(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(
        required=True, metadata={"description": "What is recorded from then on is told of."}
    )
    old_secret_until = fields.AwareDateTime(required=True, allow_none=True)
    failures = fields.Integer(
        required=True, metadata={"description": "Attempts in a row that did not arrive."}
    )
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    replay = fields.Nested(
        ReplayProgress,
        required=True,
        allow_none=True,
        metadata={"description": "How far a replay since a moment has come; null: none goes on."},
    )


class WebhookSecretResponse(WebhookResponse):
    secret = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "The key of signatures. It is in this answer alone, and in that to the "
            "same request within ten minutes; later it is null."
        },
    )


class DeliveriesQuery(PageQuery):
    state = Choice(DeliveryState, load_default=None)


class DeliveryResponse(Schema):
    id = fields.UUID(required=True)
    message_id = fields.UUID(required=True, metadata={"description": "The `webhook-id`."})
    event = Choice(WebhookEvent, required=True)
    recorded_at = fields.AwareDateTime(required=True)
    state = Choice(DeliveryState, required=True)
    attempts = fields.Integer(required=True)
    next_at = fields.AwareDateTime(required=True, allow_none=True)
    tried_at = fields.AwareDateTime(required=True, allow_none=True)
    status = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The status of the last answer, if there was one."},
    )
    fault = Choice(Fault, required=True)
    milliseconds = fields.Integer(required=True, allow_none=True)
    body = fields.String(
        required=True, metadata={"description": "The JSON that is signed and sent."}
    )


class ReplayRequest(Request):
    since = Moment(
        required=True, metadata={"description": "What was recorded from then on goes out again."}
    )


class ReplayResponse(Schema):
    deliveries = fields.Integer(required=True)


WebhooksPage = page_of(WebhookResponse, name="WebhooksPage")
DeliveriesPage = page_of(DeliveryResponse, name="DeliveriesPage")
