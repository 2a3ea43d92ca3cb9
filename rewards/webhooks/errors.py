"""What webhooks refuse."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError


class WebhookNotFoundError(NotFoundError):
    code = "webhook-not-found"
    title = "There is no such webhook."


class WebhookDeliveryNotFoundError(NotFoundError):
    code = "webhook-delivery-not-found"
    title = "There is no such delivery of this webhook."


class InvalidWebhookError(InvalidError):
    code = "invalid-webhook"
    title = "A webhook needs a short name and at least one event."


class InvalidWebhookUrlError(InvalidError):
    code = "invalid-webhook-url"
    title = "The address is not one on the public internet that begins with https://."


class TooManyWebhooksError(ConflictError):
    code = "too-many-webhooks"
    title = "This node has as many webhooks as it may have."


class WebhookStoppedError(ConflictError):
    code = "webhook-stopped"
    title = "Nothing is sent to this webhook until it is switched on again."


class InvalidReplayTimeError(InvalidError):
    code = "invalid-replay-time"
    title = "Messages are sent again from a moment of the past on."
