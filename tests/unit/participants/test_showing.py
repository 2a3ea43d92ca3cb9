"""Nobody is named before others who did not agree to it, in full, or among too few."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.participants import rules
from rewards.participants.types import BoardDisplay, Participant, PublicName

MANY = 100
PERSON = Participant(
    id=UUID(int=1),
    number="40718252",
    masked_name="王*英",
    masked_phone="",
    nickname="晨跑的人",
    board_display=BoardDisplay.MASKED,
    is_minor=False,
    home_node_id=UUID(int=2),
    closed_at=None,
)
MINOR = replace(PERSON, is_minor=True)


def name_all(*people, of=MANY):
    return [
        None if name is None else f"{name.text} {name.ending}".strip()
        for name in rules.name_group(people, people=of)
    ]


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (PERSON, "王*英"),
        (replace(PERSON, board_display=BoardDisplay.NICKNAME), "晨跑的人"),
        (replace(PERSON, board_display=BoardDisplay.NICKNAME, nickname=""), None),
        (replace(PERSON, board_display=BoardDisplay.HIDDEN), None),
        (MINOR, "小志愿者52"),
        (replace(MINOR, board_display=BoardDisplay.NICKNAME), "小志愿者52"),
        (replace(MINOR, board_display=BoardDisplay.HIDDEN), None),
        (replace(PERSON, closed_at=datetime(2026, 1, 1, tzinfo=UTC)), None),
        (replace(MINOR, closed_at=datetime(2026, 1, 1, tzinfo=UTC)), None),
        (None, None),
    ],
)
def test_people_are_shown_as_they_agreed_and_minors_never_by_name(person, shown):
    name = rules.find_public_name(person)

    assert (name and name.text) == shown
    assert name is None or name.ending == ""


def test_the_same_name_twice_is_told_apart_by_the_end_of_the_number():
    twin = replace(PERSON, number="40718299")
    other = replace(PERSON, masked_name="李*")

    assert name_all(PERSON, None, twin, other) == ["王*英 52", None, "王*英 99", "李*"]


@pytest.mark.parametrize(
    ("numbers", "endings"),
    [
        (("11112252", "11113352"), ("252", "352")),
        (("11112252", "11113252"), ("2252", "3252")),
        (("11112252", "22212252"), ("2252", "2252")),
        (("11112252", "11113352", "11114499"), ("252", "352", "499")),
    ],
)
def test_as_few_digits_as_do_and_four_at_most_are_told(numbers, endings):
    people = [replace(PERSON, number=number) for number in numbers]

    assert [name.ending for name in rules.name_group(people, people=MANY)] == list(endings)


def test_two_minors_of_the_same_ending_are_told_apart():
    twin = replace(MINOR, number="40718352")

    assert name_all(MINOR, twin) == ["小志愿者252", "小志愿者352"]


def test_a_nickname_that_another_one_has_too_is_told_apart_whatever_its_spelling():
    first = replace(PERSON, board_display=BoardDisplay.NICKNAME, nickname="Tom")
    second = replace(first, nickname="tom", number="40718299")

    assert name_all(first, second) == ["Tom 52", "tom 99"]


def test_a_nickname_that_only_looks_like_another_one_is_told_apart():
    first = replace(PERSON, board_display=BoardDisplay.NICKNAME, nickname="晨跑的人")
    second = replace(first, nickname="晨\u3164跑的\ufe0f人", number="40718299")

    assert [name.ending for name in rules.name_group((first, second), people=MANY)] == ["52", "99"]


@pytest.mark.parametrize(("people", "shown"), [(1, None), (4, None), (5, "王*英")])
def test_among_fewer_than_five_nobody_is_named(people, shown):
    assert name_all(PERSON, of=people) == [shown]


def test_somebody_hidden_tells_nothing_by_their_name():
    hidden = replace(PERSON, board_display=BoardDisplay.HIDDEN, number="40718299")

    assert name_all(PERSON, hidden) == ["王*英", None]


people_of_any_kind = st.builds(
    Participant,
    id=st.uuids(),
    number=st.from_regex(r"[1-9][0-9]{5}[0-2]{2}", fullmatch=True),
    masked_name=st.sampled_from(["王*英", "刘*", "A***"]),
    masked_phone=st.just("138****1234"),
    nickname=st.sampled_from(["", "晨跑的人", "Tom"]),
    board_display=st.sampled_from(BoardDisplay),
    is_minor=st.booleans(),
    home_node_id=st.uuids(),
    closed_at=st.sampled_from([None, datetime(2026, 1, 1, tzinfo=UTC)]),
)


@given(st.lists(people_of_any_kind, max_size=12), st.integers(0, 12))
def test_whoever_is_named_agreed_is_one_of_many_and_is_not_mistaken_for_another(people, others):
    names = rules.name_group(people, people=len(people) + others)

    assert len(names) == len(people)
    shown: dict[PublicName, set[str]] = {}
    for person, name in zip(people, names, strict=True):
        if name is None:
            continue
        assert person.board_display is not BoardDisplay.HIDDEN
        assert person.closed_at is None
        assert len(people) + others >= rules.GROUP_MIN
        assert len(name.ending) in (0, 2, 3, 4)
        assert person.number not in name.text
        if person.is_minor:
            assert name.text.startswith("小志愿者")
        shown.setdefault(name, set()).add(person.number[-4:])
    assert all(len(endings) == 1 for endings in shown.values())
