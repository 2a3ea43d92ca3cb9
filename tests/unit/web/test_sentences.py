"""Every refusal says what, why and what next; every award how it came about."""

import dataclasses
import importlib
import pkgutil
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

import rewards
from rewards.activities.errors import OccasionFullError
from rewards.activities.types import OccasionKind
from rewards.checkins.errors import (
    CheckInClosedError,
    CheckInNotOpenError,
    CodeExpiredError,
    TooManyDigitsError,
)
from rewards.core import clock
from rewards.core.errors import ConflictError, RewardsError, ThrottledError
from rewards.earning import operations as earning
from rewards.earning.types import Award, Why
from rewards.ledger.errors import InsufficientPointsError
from rewards.ledger.types import Asset, BoardKind, Entry, Reason
from rewards.participants.errors import InvalidNameError
from rewards.redemptions.errors import (
    RedemptionAlreadyFulfilledError,
    RedemptionExpiredError,
    RedemptionOtherSpaceError,
)
from rewards.web import formats, sentences
from rewards.web.sentences import refusals
from rewards.web.statuses import STATUS_BY_CATEGORY

GAP = re.compile(r"%\(|%s|None")
COLLECTED_AT = clock.now()
FIXED = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)


def leaves(cls):
    for sub in cls.__subclasses__():
        if sub in STATUS_BY_CATEGORY:
            yield from leaves(sub)
        elif sub.__module__.startswith("rewards."):
            yield sub


@pytest.fixture(scope="module")
def errors():
    for module in pkgutil.walk_packages(rewards.__path__, "rewards."):
        importlib.import_module(module.name)
    return list(leaves(RewardsError))


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_every_refusal_has_words_of_its_own(errors):
    assert sorted({error.code for error in errors} - set(refusals.BY_CODE)) == []


@pytest.mark.parametrize("to_staff", [False, True])
def test_every_refusal_says_what_and_what_next_without_a_gap(errors, to_staff):
    for error in errors:
        # Told without its numbers, as when the one who refuses does not know them.
        sentence = sentences.explain(error(), to_staff=to_staff)

        assert sentence.what, error.code
        assert not GAP.search(sentence.detail + sentence.next_step), error.code


def test_every_refusal_of_visitors_has_a_next_step_though_no_number_is_known(errors):
    # Their next step is nothing but a number.
    assert {error.code for error in errors if not sentences.explain(error()).next_steps} == {
        "invalid-count",
        "invalid-name",
        "invalid-screen-name",
        "invalid-settle-days",
        "search-too-short",
    }


def test_every_placeholder_is_one_that_is_filled_in():
    known = set(refusals._WRITE) | {"space_name", "occasion_title", "length_min", "length_max"}
    known |= {"years_max", "lines_max", "count_max", "days_max", "ages"}
    known |= {"characters_min", "letters_min", "megabytes_max", "megapixels_max", "tries_left"}
    known |= {"in_period", "had", "rest", "needed", "points_taken"}
    known |= {"things_max", "rows_max", "uncounted", "items", "waiting", "days", "thing"}
    tables = [
        *refusals.BY_CODE.values(),
        *refusals.TO_STAFF.values(),
        *refusals.BY_CATEGORY.values(),
    ]
    parts = [part for words in tables for part in (words.what, words.why, *words.next_steps)]

    used = {name for part in parts if part for name in re.findall(r"%\((\w+)\)s", str(part))}

    assert used <= known


def at(hour, minute=0, *, days=0):
    local = COLLECTED_AT.astimezone(clock.zone()) + timedelta(days=days)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).isoformat()


@pytest.fixture
def _same_day():
    """Let the day be the one on which the cases were written down."""
    with time_machine.travel(COLLECTED_AT, tick=False):
        yield


@pytest.mark.usefixtures("_same_day")
@pytest.mark.parametrize(
    ("error", "what", "why", "next_steps"),
    [
        (
            CodeExpiredError(shown_at=at(9, days=-1)),
            "没签上",
            "这是昨天的码，已经换新了",
            ("请扫屏幕上的新码", "扫不上填6位数字"),
        ),
        (
            OccasionFullError(capacity=40),
            "名额满了",
            "40人",
            ("请工作人员记候补，有人没来就轮到您",),
        ),
        (
            TooManyDigitsError(retry_after_seconds=541),
            "试得多了",
            "10分钟后再试",
            ("现在就要签到，请工作人员登记",),
        ),
        (
            InsufficientPointsError(available=6, required=60),
            "还差 54 分",
            "",
            ("看看现在能换的，或再攒一攒",),
        ),
        (
            RedemptionExpiredError(points=60, expired_at=None),
            "没来得及领",
            "60 分 已退回",
            ("想要可以重新预留",),
        ),
        (
            InvalidNameError(length_max=40),
            "名字不能用",
            "",
            ("填1到40个字，不要特殊符号",),
        ),
    ],
)
def test_the_numbers_of_a_refusal_are_filled_in(error, what, why, next_steps):
    sentence = sentences.explain(error)

    assert (plain(sentence.what), plain(sentence.why)) == (what, why)
    assert sentence.next_steps == next_steps


def test_a_moment_of_today_is_a_clock_time_and_another_has_its_day():
    today = sentences.explain(CheckInNotOpenError(opens_at=at(14)))
    tomorrow = sentences.explain(CheckInNotOpenError(opens_at=at(9, days=1)))
    closed = sentences.explain(CheckInClosedError(closed_at=at(15)))

    assert today.detail == "还没到签到时间，14:00 开始"
    assert tomorrow.detail == "还没到签到时间，明天 9:00 开始"
    assert closed.detail == "签到已经结束，15:00 停的"


def test_staff_hear_what_to_do_at_the_desk():
    used = RedemptionAlreadyFulfilledError(
        fulfilled_at=at(10, 5), fulfilled_by="staff:1", space_name="长兴北街空间"
    )
    other = RedemptionOtherSpaceError(space_name="迎泽南空间")

    assert sentences.explain(used).what == "这件已经领过了"
    assert sentences.explain(used, to_staff=True).detail == (
        "这个码已用过，先别给货，10:05 在“长兴北街空间”交付的"
    )
    assert sentences.explain(other, to_staff=True).next_step == (
        "请去“迎泽南空间”；不便去就帮忙取消，积分退回"
    )


def test_a_refusal_without_words_speaks_for_its_category():
    class NewConflictError(ConflictError):
        code = "new-conflict"
        title = "Something new."

    class NewThrottledError(ThrottledError):
        code = "new-throttled"
        title = "Something new."

    assert sentences.explain(NewConflictError()).what == "现在还办不了"
    assert sentences.explain(NewThrottledError(retry_after_seconds=60)).detail == (
        "试得多了，1分钟后再试"
    )


def test_a_number_that_is_not_known_leaves_no_hole():
    assert sentences.explain(InsufficientPointsError()).what == "现在还办不了"


def test_every_category_has_words():
    assert set(refusals.BY_CATEGORY) == set(STATUS_BY_CATEGORY)


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (404, "没有这个页面"),
        (413, "发来的内容太大了"),
        (418, "没办成"),
        (500, "页面没打开，是我们的问题"),
        (503, "页面没打开，是我们的问题"),
    ],
)
def test_a_failure_of_http_has_words_too(status, what):
    assert sentences.explain_status(status).what == what


def award(**changes):
    service = Award(
        rule="SVC_TIME",
        version=1,
        points=20,
        uncapped=20,
        base=5,
        per_minutes=30,
        minutes=120,
        minutes_min=30,
        cap="",
        cap_limit=0,
        board=BoardKind.SERVICE,
    )
    return dataclasses.replace(service, **changes)


def stamp(**changes):
    once = {"rule": "SPACE_STAMP", "per_minutes": 0, "minutes_min": 0, "minutes": None}
    return award(**({"base": 1, "points": 1} | once | changes))


def bonus(**changes):
    muster = {"rule": "SVC_MUSTER", "of": "SVC_TIME", "factor_percent": 150, "base": 0}
    return stamp(**(muster | {"points": 10, "minutes": 120} | changes))


AWARDS = [
    (award(), "2小时，每半小时 5 分"),
    (award(minutes=95), "1小时35分钟，每半小时 5 分"),
    (award(per_minutes=60), "2小时，每小时 5 分"),
    (award(per_minutes=20), "2小时，每20分钟 5 分"),
    (award(minutes=29, points=0, uncapped=0), "不满30分钟，没有积分"),
    (award(minutes=None, points=0, uncapped=0), "不满30分钟，没有积分"),
    (award(cap="rule_day", cap_limit=80, points=10), "今天已满 80 分，这次得 10 分"),
    (award(cap="rule_month", cap_limit=600, points=10), "本月已满 600 分，这次得 10 分"),
    (award(cap="guard_day", cap_limit=100, points=10), "今天各项共满 100 分，这次得 10 分"),
    (award(cap="guard_month", cap_limit=800, points=0), "本月积分已满"),
    (award(cap="rule_day", cap_limit=80, points=0), "今天服务积分已满"),
    (award(cap="rule_week", cap_limit=4, points=2), "本周已满 4 分，这次得 2 分"),
    (award(cap="rule_quarter", cap_limit=15, points=0), "本季度服务积分已满"),
    (award(cap="rule_year", cap_limit=25, points=0), "今年服务积分已满"),
    (award(cap="rule_lifetime", cap_limit=10, points=0), "这一项积分已经得满"),
    (award(cap="rule_lifetime", cap_limit=10, points=4), "这一项一共 10 分，这次得 4 分"),
    (bonus(), "集结令加成 1.5 倍，多得 10 分"),
    (bonus(cap="rule_day", cap_limit=40, points=0), "今天集结令加成积分已满"),
    (bonus(rule="SVC_PRO", cap="base_day", cap_limit=80, points=0), "今天服务积分已满"),
    (
        bonus(rule="SVC_PRO", points=0, why=Why.NOT_VERIFIED, needs="qualification"),
        "没有核对专业资格，专业服务加成没有计",
    ),
    (
        bonus(rule="SVC_NIGHT", points=0, why=Why.OUTSIDE_WINDOW, window="22:00-06:00"),
        "不在22:00–06:00之间，没有积分",
    ),
    (stamp(why=Why.OFF, points=0), "这一项现在不计分"),
    (stamp(why=Why.EXCLUDED, excluded_by="LECTURE_GIVE"), "已按宣讲授课计分，这一项不再计"),
    (stamp(rule="QUIZ", why=Why.NOT_FIRST), "每天只计第一次，这次没有积分"),
    (stamp(rule="QUIZ", why=Why.SCORE_TOO_LOW), "成绩没有到计分的档，没有积分"),
    (stamp(rule="QUIZ", score=100, points=4), "成绩 100，得 4 分"),
    (stamp(rule="BOOK_GIVE", quantity=3, base=3, points=9), "3次，每次 3 分"),
    (stamp(rule="AWARD", base=0, points=40), "得 40 分"),
    (stamp(), "到场得 1 分"),
    (stamp(cap="rule_month", cap_limit=20, points=0), "本月打卡积分已满"),
    (stamp(rule="STUDY_GROUP", minutes_min=30, minutes=60, base=5), "到场满30分钟，每次 5 分"),
]


@pytest.mark.parametrize(("given", "text"), AWARDS)
def test_an_award_says_how_it_came_about(given, text):
    assert plain(sentences.explain_award(given)) == text


def test_looked_back_at_an_award_does_not_speak_of_today():
    given = award(cap="rule_day", cap_limit=80, points=10)

    assert plain(sentences.explain_award(given, is_past=True)) == "当天已满 80 分，这次得 10 分"


def test_rules_and_kinds_have_names():
    codes = ("SVC_TIME", "ACT_JOIN", "STUDY_GROUP", "SPACE_STAMP", "NEW_RULE")

    assert [sentences.rule_name(code) for code in codes] == [
        "志愿服务",
        "参加活动",
        "集中学习",
        "空间打卡",
        "NEW_RULE",
    ]
    assert [sentences.kind_name(kind) for kind in OccasionKind] == ["活动", "学习", "志愿服务"]


def entry(**changes):
    some_id = UUID("01900000-0000-7000-8000-000000000000")
    attendance = Entry(
        id=some_id,
        participant_id=some_id,
        asset=Asset.POINTS,
        amount=20,
        reason=Reason.ATTENDANCE,
        source_id=some_id,
        occasion_id=some_id,
        rule_code="SVC_TIME",
        rule_version=1,
        board=BoardKind.SERVICE,
        node_id=some_id,
        node_path="abcdefgh/",
        actor="system",
        occurred_at=FIXED,
        posted_at=FIXED,
        business_date=FIXED.date(),
        details=earning.describe(award()) | {"title": "环境清洁日"},
        reverses_id=None,
    )
    return dataclasses.replace(attendance, **changes)


REDEEMED = {
    "reason": Reason.REDEMPTION,
    "amount": -60,
    "rule_code": "",
    "details": {"reward": "牙膏", "quantity": 1, "unit": "支"},
}
ENTRIES = [
    (entry(), "环境清洁日", "2小时，每半小时 5 分"),
    (entry(asset=Asset.SERVICE_MINUTES, amount=150), "环境清洁日", "服务2小时30分钟"),
    (entry(details=earning.describe(award()) | {"title": ""}), "志愿服务", "2小时，每半小时 5 分"),
    (entry(**REDEEMED), "兑换 牙膏 1支", ""),
    (entry(**REDEEMED | {"reason": Reason.REFUND, "amount": 60}), "退回：兑换 牙膏 1支", ""),
    (
        entry(reason=Reason.REVERSAL, amount=-20, business_date=date(2026, 11, 21)),
        "撤回：环境清洁日",
        f"{formats.day(date(2026, 11, 21))}记的，现在收回",
    ),
    (
        entry(reason=Reason.EXPIRY, rule_code="", details={"valid_until": "2027-12-31"}),
        "积分到期",
        "2026年得到的，有效期到了",
    ),
    (
        entry(reason=Reason.EXPIRY, rule_code="", details={}),
        "积分到期",
        "到期的退回，用来抵撤回的一笔",
    ),
    (entry(reason=Reason.ADJUSTMENT, rule_code="", details={}), "人工调整", "工作人员录入"),
    (
        entry(reason=Reason.ADJUSTMENT, rule_code="", details={"approved_by": "staff:1"}),
        "人工调整",
        "工作人员录入，另一位复核过",
    ),
    (
        entry(reason=Reason.BACKFILL, asset=Asset.SERVICE_MINUTES, amount=180),
        "补录：环境清洁日",
        "服务3小时",
    ),
    (entry(reason=Reason.AWARD, rule_code="AWARD", details={}), "表彰奖励", ""),
]


def test_every_reason_has_a_sentence():
    assert {given.reason for given, _title, _why in ENTRIES} == set(Reason)
    for given, title, _why in ENTRIES:
        assert title, given.reason


@pytest.mark.parametrize(("given", "title", "why"), ENTRIES)
def test_a_line_of_the_history_says_what_and_why(given, title, why):
    assert sentences.entry_title(given) == title
    assert plain(sentences.entry_why(given)) == why
    assert plain(sentences.explain_entry(given)) == (f"{title}：{why}" if why else title)
