"""Every rule says in one sentence what it gives."""

import pytest

from rewards.web import sentences
from tests.factories.rules import build_rules, default_definitions

RULES = build_rules()
TOLD = {
    "SVC_TIME": "每满30分钟得 5 分，每天最多 80 分，每月最多 600 分，时长照记，不受上限影响",
    "SVC_MUSTER": "志愿服务的积分按 1.5 倍算，每天最多 40 分",
    "SVC_NIGHT": "志愿服务的积分按 1.5 倍算，只算22:00–06:00之间的时间，每天最多 40 分",
    "SVC_PRO": "志愿服务的积分按 1.2 倍算，要核对专业资格，和志愿服务合用上限",
    "CURTAIN": "每次得 2 分，每天最多 4 分，每月最多 80 分，每次记10分钟服务时长",
    "LECTURE_GIVE": (
        "每次得 20 分，每天最多 40 分，每月最多 120 分，不和志愿服务同时计，时长照记，不受上限影响"
    ),
    "STUDY_GROUP": "每次得 5 分，至少30分钟，每天最多 5 分，每月最多 60 分",
    "QUIZ": "达到 60 得 2 分、达到 100 得 4 分，每天只计第一次，每月最多 40 分",
    "BOOK_BACK": "每次得 2 分，每周最多 4 分，每月最多 10 分",
    "BOOK_GIVE": "每次得 3 分，每季度最多 15 分",
    "REFER": "每次得 5 分，每年最多 25 分",
    "AWARD": "每次 20 分到 100 分，超过 50 分要 2 个人同意，每季度最多 100 分",
    "WELCOME": "每次得 10 分，一共最多 10 分",
}


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("code", TOLD)
def test_a_rule_in_one_sentence(code):
    assert plain(sentences.describe_rule(RULES.rules[code])) == TOLD[code]


@pytest.mark.parametrize("code", sorted(default_definitions()))
def test_every_default_rule_has_a_name(code):
    assert sentences.rule_name(code) != code


def test_the_guard_says_the_most_there_is():
    assert plain(sentences.describe_caps(RULES.guard)) == "每天最多 100 分，每月最多 800 分"
    assert sentences.describe_caps({}) == "不限"
