"""WeChat, for a deployment that has an official account there; off unless it is configured.

Signing in silently (`snsapi_base`: WeChat tells a number, no name and no picture) and
scanning inside WeChat's browser. Nothing of the service needs either of them.
"""

from flask import Flask, current_app, request

from rewards.core.settings import Settings

from .client import Wechat
from .errors import WechatCodeRefusedError, WechatStateLostError, WechatUnavailableError

__all__ = [
    "Wechat",
    "WechatCodeRefusedError",
    "WechatStateLostError",
    "WechatUnavailableError",
    "connect",
    "find",
    "is_inside",
]

EXTENSION = "wechat"


def connect(app: Flask) -> None:
    """Give *app* a client of the official account in its settings, or none."""
    settings: Settings = app.extensions["settings"]
    account = settings.wechat
    app.extensions[EXTENSION] = None if account is None else Wechat(account)


def find() -> Wechat | None:
    """Return the client of the official account, if there is one."""
    client: Wechat | None = current_app.extensions[EXTENSION]
    return client


def is_inside() -> bool:
    """Tell whether the request came from WeChat's own browser."""
    return "micromessenger" in request.user_agent.string.lower()
