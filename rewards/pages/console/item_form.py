"""What staff fill in about a reward item, read and judged field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.network.types import NodeId
from rewards.stock import rules
from rewards.stock.types import LimitPeriod, Reward, RewardKind, RewardValues

E = TypeVar("E", bound=StrEnum)

DIGITS_MAX = 7
PERIODS: Mapping[LimitPeriod, LazyString] = {
    LimitPeriod.MONTH: _("每月"),
    LimitPeriod.QUARTER: _("每季"),
    LimitPeriod.YEAR: _("每年"),
    LimitPeriod.EVER: _("一共"),
}
# Read aloud in place of a drawing.
DRAWINGS: Mapping[str, LazyString] = {
    "gift": _("礼物"),
    "tissue": _("抽纸"),
    "soap": _("香皂"),
    "towel": _("毛巾"),
    "toothpaste": _("牙膏"),
    "handwash": _("洗手液"),
    "detergent": _("洗洁精"),
    "laundry": _("洗衣液"),
    "rice": _("大米"),
    "umbrella": _("雨伞"),
    "thermos": _("保温杯"),
    "notebook": _("笔记本"),
    "book": _("图书"),
    "ticket": _("票"),
    "brush": _("毛笔"),
    "dumbbell": _("哑铃"),
    "scissors": _("剪刀"),
    "wrench": _("扳手"),
    "vest": _("马甲"),
    "badge": _("徽章"),
    "heart": _("爱心"),
}
# A new item as most are: two of the same in a quarter.
USUAL = {
    "unit": "件",
    "kind": RewardKind.GOODS.value,
    "picture": rules.DRAWINGS[0],
    "limit": "2",
    "period": LimitPeriod.QUARTER.value,
    "month": "yes",
    "listed": "yes",
}
# Where a value that the rules refuse was filled in, and what is wrong with it.
TROUBLES: Mapping[str, tuple[str, LazyString]] = {
    "name": ("name", _("请填名称，最多40个字")),
    "unit": ("unit", _("请填怎么数，例如 瓶，最多8个字")),
    "description": ("description", _("最多300个字，不要特殊符号")),
    "picture": ("picture", _("请选一幅图")),
    "points": ("points", _("请填要几分，例如 60；捐赠要填10的倍数")),
    "min_balance": ("balance", _("请填0到1000000之间的数")),
    "low_at": ("low", _("请填0到100000之间的数")),
    "limit_count": ("limit", _("请填1到1000之间的数，不限就空着")),
    "limit_period": ("limit", _("请填1到1000之间的数，不限就空着")),
    "age_min": ("youngest", _("请填0到120之间的岁数")),
    "age_max": ("oldest", _("请填0到120之间的岁数，不能比前面的小")),
    "visible_node_id": ("node", _("请从这里面选")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in, and for each field that does not fit what is wrong."""

    values: RewardValues
    errors: Mapping[str, str]


class _Form:
    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.faults: list[str] = []

    def text(self, field: str) -> str:
        # A line break or a tab from a copied text is a space here.
        return " ".join(self._typed.get(field, "").split())

    def count(self, field: str, name: str) -> int | None:
        text = self.text(field)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX:
            return int(text)
        self.faults.append(name)
        return None

    def choice(self, field: str, name: str, options: type[E]) -> E | None:
        try:
            return options(self._typed.get(field, ""))
        except ValueError:
            self.faults.append(name)
            return None

    def node(self, field: str, allowed: frozenset[UUID]) -> NodeId | None:
        text = self._typed.get(field, "")
        if not text:
            return None
        try:
            found = UUID(text)
        except ValueError:
            found = None
        if found in allowed:
            return NodeId(found)
        self.faults.append("visible_node_id")
        return None

    def is_ticked(self, field: str) -> bool:
        return self._typed.get(field) == "yes"


def read(typed: Mapping[str, str], nodes: frozenset[UUID]) -> Filled:
    """Return what a form says of a reward item; *nodes* are those that it may be for."""
    form = _Form(typed)
    limit = form.count("limit", "limit_count")
    values: RewardValues = {
        "name": form.text("name"),
        "unit": form.text("unit"),
        "kind": form.choice("kind", "kind", RewardKind) or RewardKind.GOODS,
        "description": form.text("description"),
        "picture": typed.get("picture", ""),
        "points": form.count("points", "points") or 0,
        "is_listed": form.is_ticked("listed"),
        "limit_count": limit,
        "limit_period": None
        if limit is None
        else form.choice("period", "limit_period", LimitPeriod),
        "counts_in_month": form.is_ticked("month"),
        "min_balance": form.count("balance", "min_balance") or 0,
        "age_min": form.count("youngest", "age_min"),
        "age_max": form.count("oldest", "age_max"),
        "visible_node_id": form.node("node", nodes),
        "low_at": form.count("low", "low_at"),
    }
    faults = [*form.faults, *rules.list_faults(values)]
    return Filled(values=values, errors=tell(faults))


def tell(faults: list[str]) -> Mapping[str, str]:
    """Return what is wrong, by the field of the form in which it was filled in."""
    told = [TROUBLES[fault] for fault in faults if fault in TROUBLES]
    return {field: str(text) for field, text in reversed(told)}


def show(reward: Reward) -> Mapping[str, str]:
    """Return the form filled in with what is told of *reward*."""
    return {
        "name": reward.name,
        "unit": reward.unit,
        "kind": reward.kind.value,
        "description": reward.description,
        "picture": reward.picture,
        "points": str(reward.points),
        "limit": _number(reward.limit_count),
        "period": reward.limit_period.value if reward.limit_period else USUAL["period"],
        "month": "yes" if reward.counts_in_month else "",
        "balance": _number(reward.min_balance or None),
        "youngest": _number(reward.age_min),
        "oldest": _number(reward.age_max),
        "node": str(reward.visible_node_id or ""),
        "low": _number(reward.low_at),
        "listed": "yes" if reward.is_listed else "",
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
