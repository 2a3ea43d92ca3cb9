"""Lines of the history, in a sentence: what each is about, and why it has its amount."""

import flask_babel

from rewards.earning import operations as earning
from rewards.ledger.types import Asset, Entry, Reason
from rewards.web import formats

from .awards import explain_award
from .rule_names import rule_name


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def entry_title(entry: Entry) -> str:
    """Return what a line of the history is about: 环境清洁日, 兑换 牙膏 1支."""
    if entry.reason is Reason.REDEMPTION:
        pieces = formats.pieces(entry.details.get("quantity", 1), entry.details.get("unit", ""))
        reward = entry.details.get("reward", "")
        return _("兑换 %(reward)s %(pieces)s", reward=reward, pieces=pieces)
    title: str = entry.details.get("title", "") or rule_name(entry.rule_code)
    return title or _reason_name(entry.reason)


def entry_why(entry: Entry) -> str:
    """Return why a line of the history has its amount, "" if its title says it all."""
    if entry.reason is Reason.REDEMPTION:
        return ""
    if entry.asset is Asset.SERVICE_MINUTES:
        return _("服务%(served)s", served=formats.hours_exact(entry.amount))
    if "rule" not in entry.details:
        return ""
    return explain_award(earning.recall(entry.details), is_past=True)


def explain_entry(entry: Entry) -> str:
    """Return title and why of a line of the history in one: 环境清洁日：到场得 5 分."""
    title, why = entry_title(entry), entry_why(entry)
    return _("%(title)s：%(why)s", title=title, why=why) if why else title


def _reason_name(reason: Reason) -> str:
    names = {
        Reason.AWARD: _("奖励"),
        Reason.ADJUSTMENT: _("人工调整"),
        Reason.BACKFILL: _("补录时长"),
        Reason.REVERSAL: _("撤回"),
        Reason.REFUND: _("退回"),
        Reason.EXPIRY: _("积分到期"),
    }
    return names.get(reason, "")
