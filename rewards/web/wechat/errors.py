"""What can go wrong between us and WeChat, as far as a person is concerned."""

from rewards.core.errors import ForbiddenError, GoneError, UnavailableError


class WechatUnavailableError(UnavailableError):
    code = "wechat-unavailable"
    title = "WeChat did not answer, or does not accept this service."


class WechatCodeRefusedError(GoneError):
    code = "wechat-code-refused"
    title = "WeChat does not accept this sign-in any more."


class WechatStateLostError(ForbiddenError):
    code = "wechat-state-lost"
    title = "The sign-in was not begun in this browser, or long ago."
