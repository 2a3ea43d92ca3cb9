"""Rules for days that come again, read aloud."""

import pytest

from rewards.activities import rules
from rewards.web import formats
from rewards.web.formats import recurrences


@pytest.mark.parametrize(
    ("rule", "chinese", "english"),
    [
        ("FREQ=DAILY", "每天", "every day"),
        ("FREQ=DAILY;INTERVAL=2", "隔天", "every other day"),
        ("FREQ=DAILY;INTERVAL=10", "每10天", "every 10 days"),
        ("FREQ=WEEKLY;BYDAY=TU", "每周二", "every Tuesday"),
        ("FREQ=WEEKLY;BYDAY=TU,FR", "每周二、周五", "every Tuesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "周一到周五", "Monday to Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "每天", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "隔周周四", "every other week on Thursday"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TH", "每3周周四", "every 3 weeks on Thursday"),
        (
            "FREQ=WEEKLY;BYDAY=TU;BYMONTH=11,12",
            "每周二（只在11月、12月）",
            "every Tuesday (only in November and December)",
        ),
        ("FREQ=MONTHLY;BYDAY=1SA", "每月第1个周六", "every month on the 1st Saturday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "每月最后一个周五", "every month on the last Friday"),
        (
            "FREQ=MONTHLY;BYDAY=-2FR",
            "每月倒数第2个周五",
            "every month on the 2nd Friday from the end",
        ),
        ("FREQ=MONTHLY;BYDAY=MO", "每月每个周一", "every month on Monday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "每月15日", "every month on the 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "每月最后一天", "every month on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "每月倒数第3天", "every month on the 3rd day from the end"),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",
            "每3个月最后一个周五",
            "every 3 months on the last Friday",
        ),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14", "每年6月14日", "every year on the 14th of June"),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=1SA",
            "每年3月第1个周六",
            "every year on the 1st Saturday of March",
        ),
    ],
)
def test_a_rule_is_told_as_people_say_it(rule, chinese, english, monkeypatch):
    each = rules.read_rule(rule)

    assert formats.recurrence(each) == chinese
    monkeypatch.setattr(recurrences, "is_english", lambda: True)
    assert formats.recurrence(each) == english
