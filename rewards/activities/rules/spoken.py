"""Days that come again as people write them into a list: 每周二、周五, 每月最后一个周五."""

import re

from ..errors import RecurrenceError

_DAYS = {
    "一": "MO",
    "二": "TU",
    "三": "WE",
    "四": "TH",
    "五": "FR",
    "六": "SA",
    "日": "SU",
    "天": "SU",
}
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_DAY = r"(?:周|星期|礼拜)?([一二三四五六日天])"
_BETWEEN = re.compile(r"[、，,和及/]")
_WEEKLY = re.compile(rf"(每周|每星期|隔周|隔一周)({_DAY}(?:[、，,和及/]{_DAY})*)")
_IN_MONTH = re.compile(rf"每(?:个)?月(?:的)?(?:第([1-5一二三四五])个?|(最后)一?个?){_DAY}")
_MONTH_DAY = re.compile(r"每(?:个)?月(?:的)?(\d{1,2})[日号]")
_WHOLE = {
    "每天": "FREQ=DAILY",
    "每日": "FREQ=DAILY",
    "隔天": "FREQ=DAILY;INTERVAL=2",
    "工作日": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "每个工作日": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "周一到周五": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "周一至周五": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "每月最后一天": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "每年": "FREQ=YEARLY",
}


def read_spoken(text: str) -> str:
    """Return the RRULE of what somebody wrote; an RRULE is one already.

    :raises RecurrenceError: if it is not understood.
    """
    words = "".join(text.split())
    if words.upper().removeprefix("RRULE:").startswith("FREQ="):
        return words
    if words in _WHOLE:
        return _WHOLE[words]
    if (found := _WEEKLY.fullmatch(words)) is not None:
        days = [_DAYS[day[-1]] for day in _BETWEEN.split(found[2])]
        interval = ";INTERVAL=2" if found[1].startswith("隔") else ""
        return f"FREQ=WEEKLY{interval};BYDAY={','.join(days)}"
    if (found := _IN_MONTH.fullmatch(words)) is not None:
        place = -1 if found[2] else _NUMBERS.get(found[1]) or int(found[1])
        return f"FREQ=MONTHLY;BYDAY={place}{_DAYS[found[3]]}"
    if (found := _MONTH_DAY.fullmatch(words)) is not None:
        return f"FREQ=MONTHLY;BYMONTHDAY={int(found[1])}"
    raise RecurrenceError(field="repeat")
