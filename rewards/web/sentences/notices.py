"""Notices as sentences: what happened to somebody's points or hours, why, and what to do next."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext as _

from rewards.activities.types import Occasion
from rewards.notices.types import Details, Notice, NoticeKind
from rewards.redemptions.types import Redemption
from rewards.web import formats

from .collecting import NOTICES as COLLECTING
from .rule_names import rule_name
from .sign_ups import NOTICES as SIGN_UPS
from .words import Sentence, Words, fill

CALL = _("对不上就打电话")
DONE = (_("您不用再做什么"),)

BY_KIND: Mapping[str, Words] = {
    "points_adjusted": Words(
        _("给您加了 %(points)s"), _("现在有 %(balance)s"), (_("看看积分明细"), CALL), call=True
    ),
    "points_adjusted.taken": Words(
        _("从您这里减了 %(points)s"), _("现在有 %(balance)s"), (_("看看积分明细"), CALL), call=True
    ),
    "points_awarded": Words(
        _("%(rule)s，得了 %(points)s"), None, (_("看看积分明细"), CALL), call=True
    ),
    "entry_reversed": Words(
        _("%(day)s的 %(points)s 撤回了"), None, (_("看看积分明细"), CALL), call=True
    ),
    "entry_reversed.debt": Words(
        _("%(day)s的 %(points)s 撤回了"),
        _("还欠 %(debt)s"),
        (_("再得的积分先补上，补齐就能兑换"), CALL),
        call=True,
    ),
    "entry_reversed.minutes": Words(
        _("%(day)s的服务时长撤回了 %(minutes)s"), None, (_("看看服务时长"), CALL), call=True
    ),
    "points_expiring": Words(
        _("有 %(points)s 快到期了"), _("%(day)s 以后不能再用"), (_("看看现在能换的"),)
    ),
    "appeal_answered": Words(
        _("您对%(day)s那一笔的疑问，没有改动"), None, (_("看看答复"), CALL), call=True
    ),
    "appeal_answered.granted": Words(
        _("您对%(day)s那一笔的疑问，已经改过来了"), _("补了 %(points)s"), (_("看看积分明细"),)
    ),
    "backfill_approved": Words(
        _("补录的服务时长批准了"), _("%(day)s，%(minutes)s"), (_("看看服务时长"),)
    ),
    "backfill_approved.points": Words(
        _("补录的签到批准了"), _("%(day)s，补了 %(points)s"), (_("看看积分明细"),)
    ),
    "backfill_refused": Words(
        _("补录的服务时长没有批准"), _("%(day)s，%(minutes)s"), (CALL,), call=True
    ),
    "hours_confirmed": Words(_("服务时长确认了"), _("%(day)s，%(minutes)s"), DONE),
    "hours_corrected": Words(
        _("%(day)s的服务时间改过了"),
        _("现在是 %(minutes)s，%(points)s"),
        (_("看看时长明细"), CALL),
        call=True,
    ),
    "hours_declined": Words(_("%(day)s的服务时长没有确认"), None, (CALL,), call=True),
    **SIGN_UPS,
    **COLLECTING,
}


def explain_notice(
    notice: Notice, *, occasion: Occasion | None = None, redemption: Redemption | None = None
) -> Sentence:
    """Return what *notice* tells, with its numbers and days, and what it is about."""
    words = BY_KIND[_variant(notice.kind, notice.details)]
    known = {name: value for name, value in notice.details.items() if value is not None}
    values = {name: _WRITE.get(name, str)(value) for name, value in known.items()}
    if occasion is not None:
        values["occasion"] = occasion.title
        values["place"] = occasion.place or str(_("站里"))
        values["starts"] = formats.day_clock(occasion.starts_at)
    if redemption is not None:
        # How many pieces it is about may differ from how many there were.
        quantity = int(notice.details.get("quantity", redemption.quantity))
        pieces = formats.pieces(quantity, redemption.unit)
        values["goods"] = f"{redemption.reward_name} {pieces}"
        values["space"] = redemption.space_name
    return fill(words, values)


def _variant(kind: NoticeKind, details: Details) -> str:
    variants = {
        NoticeKind.POINTS_ADJUSTED: {"taken": int(details.get("points", 0)) < 0},
        NoticeKind.ENTRY_REVERSED: {
            "debt": bool(details.get("debt")),
            "minutes": "minutes" in details,
        },
        NoticeKind.BACKFILL_APPROVED: {"points": "points" in details},
        NoticeKind.REDEMPTION_DUE: {"moved": bool(details.get("is_moved"))},
        NoticeKind.REDEMPTION_COLLECTED: {
            "unseen": details.get("by") == "owner" and not details.get("is_shown"),
            "owner": details.get("by") == "owner",
        },
        NoticeKind.REDEMPTION_CHANGED: {"slot": bool(details.get("starts_at"))},
        NoticeKind.REDEMPTION_RETURNED: {"replaced": not details.get("points")},
        NoticeKind.APPEAL_ANSWERED: {"granted": bool(details.get("is_granted"))},
    }
    chosen = [name for name, applies in variants.get(kind, {}).items() if applies]
    return f"{kind}.{chosen[0]}" if chosen else kind.value


def _points(value: object) -> str:
    # Whether they came or went is in the words.
    return formats.points(abs(int(str(value))))


def _minutes(value: object) -> str:
    return formats.hours_exact(abs(int(str(value))))


def _day(value: object) -> str:
    return formats.day(date.fromisoformat(str(value)))


def _moment(value: object) -> str:
    return formats.day_clock(datetime.fromisoformat(str(value)))


def _end(value: object) -> str:
    return formats.until(datetime.fromisoformat(str(value)))


def _rule(value: object) -> str:
    return rule_name(str(value))


_WRITE: Mapping[str, Callable[[object], str]] = {
    "points": _points,
    "balance": _points,
    "debt": _points,
    "minutes": _minutes,
    "day": _day,
    "rule": _rule,
    "starts_at": _moment,
    "expires_at": _end,
}
