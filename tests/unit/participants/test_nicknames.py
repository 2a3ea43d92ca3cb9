"""What somebody may be called on a public board by their own choice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.participants import rules
from rewards.participants.errors import (
    InvalidNameError,
    InvalidRemovalReasonError,
    NicknameImitatesError,
    NicknameRemovedError,
    NicknameRequiredError,
    NicknameTellsError,
)
from rewards.participants.types import BoardDisplay

TIBETAN = "\u0f56\u0f40\u0fb2\u0f0b\u0f64\u0f72\u0f66"
UYGHUR = "\u0626\u0627\u064a\u06af\u06c8\u0644"


@pytest.mark.parametrize(
    "nickname",
    [
        "朝阳大姐",
        "晨跑的人",
        "85后",
        "2026",
        "Anna 陈",
        "杏花🌸",
        TIBETAN,
        UYGHUR,
        "第3组1234",
        "老王Xavier",
        "二十四节气",
        "字" * 20,
    ],
)
def test_a_nickname_of_any_script_is_kept_as_it_is(nickname):
    assert rules.normalize_nickname(nickname) == nickname


@pytest.mark.parametrize(
    "nickname",
    [
        "13803511234",
        "138 0351 1234",
        "1-3-8-0-3-5-1",
        "\uff11\uff13\uff18\uff10\uff13",
        "①②③④⑤",
        "打电话0351-000",
        "一三八零三五一一二三四",
        "幺三八〇三五壹",
        "12345",
        "a@b",
        "https://x",
        "www.x",
        "找我.com",
        "找我。com",
        "❶❸❽⓿❸",
        "vx：abc",
        "VX abc",
        "加微信abc",
        "微-信",
        "wechat abc",
        "t.me/abc",
    ],
)
def test_a_nickname_with_a_phone_number_or_an_address_is_refused(nickname):
    with pytest.raises(NicknameTellsError):
        rules.normalize_nickname(nickname)


@pytest.mark.parametrize(
    "nickname",
    [
        "王*英",
        "王\uff0a英",
        "王\u2217",
        "李\u00d7\u00d7",
        "张○",
        "小志愿者07",
        "小 志愿者",
        "未公开",
        "未-公开",
        "未公開",
        "Not shown",
        "王●英",
        "王✳英",
        "王x英",
        "王X",
        "王某 尾号52",
        "尾號52",
    ],
)
def test_a_nickname_that_looks_like_what_the_board_writes_is_refused(nickname):
    with pytest.raises(NicknameImitatesError):
        rules.normalize_nickname(nickname)


@pytest.mark.parametrize(
    "nickname",
    [
        "",
        "  ",
        "字" * 21,
        "王\u202e英",
        "王\u200b英",
        "王\n英",
        "王\x00",
        "\ue000",
        "\u0378",
        "…",
        "🌸",
        "——",
        "a" + "\u0301" * 5,
        "\u3164",
        "晨\u115f跑",
        "晨\u1160跑",
        "晨\uffa0跑",
        "晨\u2800跑",
    ],
)
def test_a_nickname_that_cannot_be_read_is_refused(nickname):
    with pytest.raises(InvalidNameError):
        rules.normalize_nickname(nickname)


@given(st.text(max_size=30))
def test_any_text_is_a_nickname_in_its_one_spelling_or_is_refused(text):
    try:
        nickname = rules.normalize_nickname(text)
    except (InvalidNameError, NicknameTellsError, NicknameImitatesError):
        return
    assert rules.normalize_nickname(nickname) == nickname
    assert 1 <= len(nickname) <= 20
    assert "*" not in nickname


def test_a_nickname_to_be_shown_must_be_given():
    with pytest.raises(NicknameRequiredError):
        rules.choose_nickname(BoardDisplay.NICKNAME, " ")


@pytest.mark.parametrize("nickname", ["王建英", "我是王建英", "王 建·英", "Anna Li"])
def test_a_nickname_may_not_be_the_full_name(nickname):
    name = "ANNA LI" if nickname.startswith("A") else "王建英"

    with pytest.raises(NicknameTellsError):
        rules.check_nickname(nickname, name=name, removed=())


@pytest.mark.parametrize(
    ("nickname", "name"), [("老王", "王建英"), ("建英", "王建英"), ("王", "王"), ("", "王")]
)
def test_a_part_of_the_name_may_be_a_nickname(nickname, name):
    rules.check_nickname(nickname, name=name, removed=())


@pytest.mark.parametrize(
    "again", ["晨跑的人", "晨跑·的 人", "\u3000晨跑的人", "晨\u3164跑的人", "晨跑\ufe00的人"]
)
def test_a_nickname_that_was_taken_off_is_refused_in_any_spelling(again):
    with pytest.raises(NicknameRemovedError):
        rules.check_nickname(again, name="王建英", removed=["晨跑的鸟", "晨跑的人"])


@pytest.mark.parametrize("reason", ["", " ", "字" * 101, "一\n二", "\u202e一"])
def test_a_nickname_is_taken_off_with_a_reason_of_one_line(reason):
    with pytest.raises(InvalidRemovalReasonError):
        rules.normalize_reason(reason)
