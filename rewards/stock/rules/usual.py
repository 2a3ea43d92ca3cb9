"""What many stations offer: a shelf to start from."""

from ..types import Conditions, LimitPeriod, RewardKind, UsualItem

# Source: domain defaults 7.1 and 7.2.
_TWO_A_QUARTER: Conditions = {"limit_count": 2, "limit_period": LimitPeriod.QUARTER}
_ONE_A_MONTH: Conditions = {"limit_count": 1, "limit_period": LimitPeriod.MONTH}
_ONE_EVER: Conditions = {"limit_count": 1, "limit_period": LimitPeriod.EVER}
# It costs more than anybody may spend in a month, so it does not count there.
_ONE_LARGE_A_QUARTER: Conditions = {
    "limit_count": 1,
    "limit_period": LimitPeriod.QUARTER,
    "counts_in_month": False,
}
_AS_MANY_AS_ONE_LIKES: Conditions = {"counts_in_month": False}

_GOODS, _CULTURE = RewardKind.GOODS, RewardKind.CULTURE
_SERVICE, _HONOUR, _GIVING = RewardKind.SERVICE, RewardKind.HONOUR, RewardKind.GIVING
# Name, measure word, kind, drawing, points, pieces for a quarter, a few words, limits.
_ITEMS: tuple[tuple[str, str, RewardKind, str, int, int, str, Conditions], ...] = (
    ("香皂", "块", _GOODS, "soap", 30, 60, "洗手洗澡都能用", _TWO_A_QUARTER),
    ("抽纸", "包", _GOODS, "tissue", 30, 120, "", _TWO_A_QUARTER),
    ("毛巾", "条", _GOODS, "towel", 60, 40, "洗脸用", _TWO_A_QUARTER),
    ("牙膏", "支", _GOODS, "toothpaste", 60, 40, "", _TWO_A_QUARTER),
    ("洗洁精", "瓶", _GOODS, "detergent", 80, 40, "洗碗洗菜用", _TWO_A_QUARTER),
    ("洗手液", "瓶", _GOODS, "handwash", 100, 30, "", _TWO_A_QUARTER),
    ("洗衣液", "瓶", _GOODS, "laundry", 200, 24, "手洗机洗都行", _TWO_A_QUARTER),
    ("大米 5公斤", "袋", _GOODS, "rice", 350, 12, "袋子重，可请人代领", _ONE_LARGE_A_QUARTER),
    ("雨伞", "把", _GOODS, "umbrella", 250, 12, "", _TWO_A_QUARTER),
    ("保温杯", "个", _GOODS, "thermos", 300, 8, "", _TWO_A_QUARTER),
    ("笔记本和笔", "套", _CULTURE, "notebook", 50, 50, "一本一支", _TWO_A_QUARTER),
    ("推荐图书", "册", _CULTURE, "book", 200, 20, "到阅读区自己挑一册", _TWO_A_QUARTER),
    ("红色观影票", "张", _CULTURE, "ticket", 50, 40, "看一场红色电影", _TWO_A_QUARTER),
    ("书法兴趣课", "次", _CULTURE, "brush", 60, 20, "成人班，一人一次", _TWO_A_QUARTER),
    ("健身活动室月卡", "张", _SERVICE, "dumbbell", 100, 15, "从领卡那天起一个月", _ONE_A_MONTH),
    ("公益理发", "次", _SERVICE, "scissors", 60, 40, "按站里通知的日子来", _TWO_A_QUARTER),
    ("家电小修", "次", _SERVICE, "wrench", 120, 10, "师傅上门看一次", _TWO_A_QUARTER),
    ("红马甲", "件", _HONOUR, "vest", 150, 20, "归个人，参加服务时穿", _ONE_EVER),
    ("志愿者徽章", "枚", _HONOUR, "badge", 20, 100, "", _TWO_A_QUARTER),
    (
        "捐给微心愿",
        "份",
        _GIVING,
        "heart",
        10,
        0,
        "积分捐给邻居的心愿，由站里办成",
        _AS_MANY_AS_ONE_LIKES,
    ),
)
# Of what is left, a tenth is nearly gone.
_LOW_PART = 10


def _build(item: tuple[str, str, RewardKind, str, int, int, str, Conditions]) -> UsualItem:
    name, unit, kind, picture, points, pieces, description, limits = item
    conditions: Conditions = {"description": description, **limits}
    if pieces:
        conditions["low_at"] = max(2, pieces // _LOW_PART)
    return UsualItem(
        name=name,
        unit=unit,
        kind=kind,
        picture=picture,
        points=points,
        pieces=pieces,
        conditions=conditions,
    )


USUAL_ITEMS = tuple(map(_build, _ITEMS))
