"""What pages call the events of webhooks, their states and what went wrong."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.webhooks.types import (
    Delivery,
    DeliveryState,
    Fault,
    StopReason,
    Subscription,
    SubscriptionState,
    WebhookEvent,
)

EVENTS: Mapping[WebhookEvent, LazyString] = {
    WebhookEvent.CHECK_IN_RECORDED: _("签到"),
    WebhookEvent.REDEMPTION_FULFILLED: _("奖品领走"),
    WebhookEvent.ENTRY_POSTED: _("积分和时长入账"),
    WebhookEvent.TEST: _("测试"),
}
STATES: Mapping[SubscriptionState, tuple[LazyString, str]] = {
    SubscriptionState.ACTIVE: (_("在推送"), "ok"),
    SubscriptionState.PAUSED: (_("暂停着"), "wait"),
    SubscriptionState.DISABLED: (_("停了"), "no"),
}
STOPPED: Mapping[StopReason, LazyString] = {
    StopReason.STAFF: _("现在不推送，发生的都攒着，30天内恢复就接着发。"),
    StopReason.FAILING: _(
        "连着3天发不到对方，已经停了。发生的都攒着，和对方确认好，30天内点“恢复推送”就接着发。"
    ),
    StopReason.GONE: _("对方说不再接收，已经停了。还要接收的话，请对方开好，再点“恢复推送”。"),
    StopReason.SEALED: _("密钥打不开了，已经停了。先换密钥，交给对方，再点“恢复推送”。"),
}
DELIVERY_STATES: Mapping[DeliveryState, tuple[LazyString, str]] = {
    DeliveryState.WAITING: (_("等着发"), "wait"),
    DeliveryState.DELIVERED: (_("收到了"), "ok"),
    DeliveryState.FAILED: (_("没发到"), "no"),
}
FAULTS: Mapping[Fault, LazyString] = {
    Fault.REDIRECTED: _("对方让转到别处，我们不转"),
    Fault.TIMEOUT: _("对方没有及时答复"),
    Fault.NOT_FOUND: _("找不到对方的网址"),
    Fault.UNREACHABLE: _("连不上对方"),
    Fault.CERTIFICATE: _("对方的证书不对"),
    Fault.PRIVATE: _("地址在内网，没有发"),
    Fault.INVALID: _("对方的答复看不懂"),
}


def name_state(subscription: Subscription) -> tuple[str, str]:
    """Return how a subscription stands in a word, and the badge of it."""
    if subscription.state is SubscriptionState.ACTIVE and subscription.failures:
        return str(gettext("在重试")), "wait"
    word, badge = STATES[subscription.state]
    return str(word), badge


def list_events(subscription: Subscription) -> str:
    """Return what a subscription is told of."""
    return str(gettext("、")).join(str(EVENTS[event]) for event in subscription.events)


def explain_fault(delivery: Delivery) -> str:
    """Return why the last attempt did not arrive, or an empty text."""
    if delivery.fault is Fault.NONE:
        return ""
    if delivery.fault is Fault.REFUSED:
        return str(gettext("对方没收，答的是%(status)s", status=delivery.status))
    return str(FAULTS[delivery.fault])
