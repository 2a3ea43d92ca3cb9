"""A refusal as a sentence for the person: what happened and why, and what to do next."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from http import HTTPStatus

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from rewards.core import clock
from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    RewardsError,
    ThrottledError,
    UnauthenticatedError,
    UnavailableError,
)
from rewards.web import formats

from . import (
    collecting,
    hours,
    presence,
    rule_refusals,
    sign_ups,
    staff,
    standing,
    terms,
    visitors,
)
from .appeals import APPEALS
from .catalogue import CATALOGUE
from .desk import DESK
from .gates import GATES
from .opening import OPENING
from .rule_names import field_name
from .signals import SIGNALS
from .stockroom import STOCKROOM
from .teams import TEAMS
from .webhooks import WEBHOOKS
from .words import ASK_STAFF, LIST_AGAIN, MEND, Sentence, Words, fill

SECONDS_PER_MINUTE = 60
HOUR = timedelta(hours=1)

BY_CODE: Mapping[str, Words] = {
    **visitors.SIGN_IN,
    **visitors.CHECK_IN,
    **sign_ups.SIGN_UPS,
    **visitors.REWARDS,
    **collecting.COLLECTING,
    **terms.TERMS,
    **visitors.STATEMENTS,
    **visitors.TROUBLE,
    **APPEALS,
    **staff.ACCESS,
    **staff.NETWORK,
    **staff.OCCASIONS,
    **TEAMS,
    **standing.STANDING,
    **hours.HOURS,
    **staff.BOARDS,
    **staff.POSTERS,
    **staff.SCREENS,
    **DESK,
    **GATES,
    **SIGNALS,
    **WEBHOOKS,
    **staff.STOCK,
    **STOCKROOM,
    **CATALOGUE,
    **OPENING,
    **staff.CORRECTIONS,
    **staff.CLIENTS,
    **rule_refusals.RULES,
}

TO_STAFF: Mapping[str, Words] = {
    **staff.TO_STAFF,
    **collecting.TO_STAFF,
    **presence.TO_STAFF,
    **sign_ups.TO_STAFF,
    **standing.TO_STAFF,
    **terms.TO_STAFF,
}

BY_CATEGORY: Mapping[type[RewardsError], Words] = {
    InvalidError: Words(_("有的内容填得不对"), None, MEND),
    UnauthenticatedError: Words(_("还没有登录"), None, (_("请先登录"),)),
    ForbiddenError: Words(_("您的账号不能做这一步"), None, ASK_STAFF, call=True),
    NotFoundError: Words(_("没有找到"), None, LIST_AGAIN),
    ConflictError: Words(_("现在还办不了"), None, ASK_STAFF, call=True),
    GoneError: Words(_("已经过了时间"), None, ASK_STAFF, call=True),
    ThrottledError: Words(_("试得多了"), _("%(wait)s后再试"), ASK_STAFF),
    UnavailableError: visitors.TROUBLE["database-busy"],
}

_OURS = Words(
    _("页面没打开，是我们的问题"),
    _("您的积分没有变"),
    (_("等1分钟再试"), _("还不行就打电话")),
    call=True,
)

_NOT_DONE = Words(_("没办成"), None, (_("回到上一页再试"), _("还不行就打电话")), call=True)

BY_STATUS: Mapping[int, Words] = {
    HTTPStatus.BAD_REQUEST: Words(_("没办成"), _("页面放得太久了"), (_("回到上一页，再点一次"),)),
    HTTPStatus.NOT_FOUND: Words(
        _("没有这个页面"),
        _("码可能印旧了"),
        (_("请扫服务台上的新码"), _("或回首页")),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Words(_("没有这个页面"), None, (_("请回首页"),)),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Words(_("发来的内容太大了"), None, (_("减少一些再发"),)),
    HTTPStatus.TOO_MANY_REQUESTS: Words(_("试得多了"), None, (_("等1分钟再试"),)),
}


def explain(error: RewardsError, *, to_staff: bool = False) -> Sentence:
    """Return what *error* is to the person, with its numbers and times filled in.

    Staff hear in some refusals what to do for the resident in front of them.
    """
    own = TO_STAFF.get(error.code) if to_staff else None
    words = own or BY_CODE.get(error.code) or _category_words(error)
    sentence = fill(words, _values(error.members))
    if sentence.what:
        return sentence
    # All there was to say was a number, and that is not known.
    return replace(sentence, what=str(_category_words(error).what))


def explain_status(status: int) -> Sentence:
    """Return what an HTTP failure that is no refusal of ours is to the person."""
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return fill(_OURS if is_ours else BY_STATUS.get(status, _NOT_DONE), {})


def _category_words(error: RewardsError) -> Words:
    return next(words for category, words in BY_CATEGORY.items() if isinstance(error, category))


def _moment(value: object) -> str:
    return formats.when(datetime.fromisoformat(str(value)))


def _age(value: object) -> str:
    shown_at, now = datetime.fromisoformat(str(value)), clock.now()
    days = (clock.local_date(now, clock.zone()) - clock.local_date(shown_at, clock.zone())).days
    if now - shown_at < HOUR:
        minutes = max(int((now - shown_at).total_seconds()) // SECONDS_PER_MINUTE, 1)
        return str(gettext("%(minutes)s前", minutes=formats.minutes(minutes)))
    if days == 0:
        return str(gettext("今天%(time)s", time=formats.clock(shown_at)))
    if days == 1:
        return str(gettext("昨天"))
    return formats.day(clock.local_date(shown_at, clock.zone()))


def _end(value: object) -> str:
    return formats.until(datetime.fromisoformat(str(value)))


def _day(value: object) -> str:
    return formats.day(date.fromisoformat(str(value)))


def _wait(value: object) -> str:
    return formats.minutes(-(-int(str(value)) // SECONDS_PER_MINUTE))


def _points(value: object) -> str:
    return formats.points(int(str(value)))


def _people(value: object) -> str:
    return formats.people(int(str(value)))


def _pieces(value: object) -> str:
    return formats.pieces(int(str(value)))


def _names(value: object) -> str:
    assert isinstance(value, list)
    return str(gettext("、")).join(value)


_WRITE: Mapping[str, Callable[[object], str]] = {
    "opens_at": _moment,
    "shown_at": _age,
    "closed_at": _moment,
    "until": _end,
    "releases_at": _moment,
    "earliest": _moment,
    "latest": _moment,
    "fulfilled_at": _moment,
    "revoked_at": _moment,
    "used_at": _moment,
    "returned_at": _moment,
    "cancelled_at": _moment,
    "expired_at": _moment,
    "points": _points,
    "missing": _points,
    "daily": _points,
    "resets_on": _day,
    "used": _points,
    "step": _points,
    "first": _day,
    "last": _day,
    "joined_on": _day,
    "left": _points,
    "points_max": _points,
    "debt": _points,
    "seen": _points,
    "now": _points,
    "wait": _wait,
    "capacity": _people,
    "quantity_max": _pieces,
    "on_hand": _pieces,
    "reserved": _pieces,
    "qualification": standing.name_qualification,
    "training": standing.name_qualification,
    "field": field_name,
    "other": field_name,
    "least": _points,
    "most": _points,
    "above": _points,
    "approvers": str,
    "place": str,
    "names": _names,
}


def _values(members: Mapping[str, object]) -> dict[str, str]:
    known = {name: value for name, value in members.items() if value is not None}
    if "retry_after_seconds" in known:
        known["wait"] = known["retry_after_seconds"]
    if ages := standing.tell_ages(members):
        known["ages"] = ages
    known.update(terms.tell_terms(known))
    required, available = known.get("required"), known.get("available")
    if isinstance(required, int) and isinstance(available, int):
        known["missing"] = required - available
    return {name: _WRITE.get(name, str)(value) for name, value in known.items()}
