"""Lines of the history, in a sentence: what each is about, and why it has its amount."""

from collections.abc import Callable, Mapping
from datetime import date

import flask_babel

from rewards.earning import operations as earning
from rewards.ledger.types import Asset, Entry, Reason
from rewards.web import formats

from .awards import explain_award
from .rule_names import rule_name


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def entry_title(entry: Entry) -> str:
    """Return what a line of the history is about: 环境清洁日, 兑换 牙膏 1支, 撤回：环境清洁日."""
    write = _TITLES.get(entry.reason)
    return write(entry) if write else _earned(entry) or _("奖励")


def entry_why(entry: Entry) -> str:
    """Return why a line of the history has its amount, "" if its title says it all."""
    return _REASONS.get(entry.reason, _explain_earned)(entry)


def explain_entry(entry: Entry) -> str:
    """Return title and why of a line of the history in one: 环境清洁日：到场得 5 分."""
    return join_line(entry_title(entry), entry_why(entry))


def join_line(title: str, why: str) -> str:
    """Return title and why of a line in one."""
    return _("%(title)s：%(why)s", title=title, why=why) if why else title


def _redeemed(entry: Entry) -> str:
    wish = entry.details.get("wish", "")
    if wish:
        return _("捐给微心愿“%(wish)s”", wish=wish)
    reward = entry.details.get("reward", "")
    if not reward:
        return ""
    pieces = formats.pieces(entry.details.get("quantity", 1), entry.details.get("unit", ""))
    return _("兑换 %(reward)s %(pieces)s", reward=reward, pieces=pieces)


def _earned(entry: Entry) -> str:
    title: str = entry.details.get("title", "")
    return title or (rule_name(entry.rule_code) if entry.rule_code else "")


def _explain_redeemed(entry: Entry) -> str:
    # What was given to a wish was handed over nowhere.
    space = entry.details.get("space", "")
    return _("在%(space)s", space=space) if space else ""


def _explain_earned(entry: Entry) -> str:
    if entry.asset is Asset.SERVICE_MINUTES:
        return _("服务%(served)s", served=formats.hours_exact(entry.amount))
    if "rule" not in entry.details:
        return ""
    return explain_award(earning.recall(entry.details), is_past=True)


def _explain_expiry(entry: Entry) -> str:
    valid_until = entry.details.get("valid_until")
    if valid_until is None:
        # What had expired comes back to pay for what is taken back.
        return _("到期的退回，用来抵撤回的一笔")
    # Points end with the year after the one they were earned in.
    year = date.fromisoformat(valid_until).year - 1
    return _("%(year)s年得到的，有效期到了", year=year)


def _explain_adjustment(entry: Entry) -> str:
    if "approved_by" in entry.details:
        return _("工作人员录入，另一位复核过")
    return _("工作人员录入")


def _explain_reversal(entry: Entry) -> str:
    return _("%(day)s记的，现在收回", day=formats.day(entry.business_date))


_TITLES: Mapping[Reason, Callable[[Entry], str]] = {
    Reason.REDEMPTION: _redeemed,
    Reason.REFUND: lambda entry: _("退回：%(title)s", title=_redeemed(entry) or _("人工调整")),
    Reason.REVERSAL: lambda entry: _("撤回：%(title)s", title=_earned(entry) or _("人工调整")),
    Reason.EXPIRY: lambda _entry: _("积分到期"),
    Reason.BACKFILL: lambda entry: _("补录：%(title)s", title=_earned(entry) or _("服务时长")),
    Reason.ADJUSTMENT: lambda _entry: _("人工调整"),
}
_REASONS: Mapping[Reason, Callable[[Entry], str]] = {
    Reason.REDEMPTION: _explain_redeemed,
    Reason.REFUND: lambda _entry: "",
    Reason.REVERSAL: _explain_reversal,
    Reason.EXPIRY: _explain_expiry,
    Reason.ADJUSTMENT: _explain_adjustment,
}
