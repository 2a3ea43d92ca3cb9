"""What a gate says of scans that only gates meet: codes that belong elsewhere, one's own."""

from flask_babel import gettext as _

from rewards.checkins import rules
from rewards.checkins.errors import InvalidCodeError, OwnHoursError
from rewards.checkins.types import CodeKind
from rewards.core.errors import RewardsError
from rewards.participants.errors import ParticipantNotFoundError
from rewards.redemptions import queries as redemptions
from rewards.web.sentences import Sentence

PERSONAL = frozenset({CodeKind.MEMBER, CodeKind.CARD})


def explain(error: RewardsError, raw: str) -> Sentence | None:
    """Return what can be said of *raw* beyond the words of *error*, None if nothing."""
    if isinstance(error, ParticipantNotFoundError) and _is_pick_up(raw):
        return _say(_("这是取货码，不是志愿者卡"), "", _("领东西请到兑换台"), _show_card())
    if isinstance(error, OwnHoursError):
        return _say(_("不能给自己签到"), "", _("请同事帮您扫，或用手机扫大屏上的码"))
    return _explain_code(raw) if isinstance(error, InvalidCodeError) else None


def _explain_code(raw: str) -> Sentence | None:
    try:
        kind = rules.parse_token(raw).kind
    except InvalidCodeError:
        return _say(
            _("这不是我们的码"),
            _("可能是付款码、别家的码，或没扫全"),
            _show_card(),
            _("再不行就填8位卡号，或填姓名"),
        )
    if kind in PERSONAL:
        return None
    return _say(
        _("这是活动的码，不是居民的码"),
        _("大屏和海报上的码，是给居民用手机扫的"),
        _show_card(),
    )


def _is_pick_up(raw: str) -> bool:
    return redemptions.find_by_code("".join(raw.split())) is not None


def _show_card() -> str:
    return str(_("签到请居民打开“我的卡”，或出示志愿者卡"))


def _say(what: str, why: str, *steps: str) -> Sentence:
    return Sentence(what=what, why=why, next_steps=steps, call=False)
