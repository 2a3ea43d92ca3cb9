"""Days that come again, as they stand in lists."""

import pytest

from rewards.activities.errors import RecurrenceError
from rewards.activities.rules import read_spoken


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("每天", "FREQ=DAILY"),
        ("周一到周五", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("每周二", "FREQ=WEEKLY;BYDAY=TU"),
        ("每周二、周五", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("每周二、五", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("每星期日", "FREQ=WEEKLY;BYDAY=SU"),
        ("隔周周四", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("每月第1个周六", "FREQ=MONTHLY;BYDAY=1SA"),
        ("每月第一个星期六", "FREQ=MONTHLY;BYDAY=1SA"),
        ("每月最后一个周五", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("每月 15日", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("每月最后一天", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("RRULE:FREQ=DAILY;INTERVAL=3", "RRULE:FREQ=DAILY;INTERVAL=3"),
    ],
)
def test_what_is_written_in_words_is_a_rule(text, rule):
    assert read_spoken(text) == rule


@pytest.mark.parametrize("text", ["有空就办", "每周", "每月第9个周六", "每周八", "隔三差五"])
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(RecurrenceError):
        read_spoken(text)
