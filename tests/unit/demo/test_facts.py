"""What the data files say of people: invented, of every age, each hidden as rules want it."""

from collections import Counter

from rewards.demo import facts
from rewards.participants import rules
from rewards.participants.types import BoardDisplay


def test_there_are_sixty_people_of_every_age():
    ages = [person.age for person in facts.list_people()]

    assert len(ages) == 60
    assert (min(ages), max(ages)) == (13, 84)
    assert {13, 17} <= set(ages)


def test_every_name_is_masked():
    for person in facts.list_people():
        masked = rules.mask_name(person.name)

        assert "*" in masked
        assert masked != person.name
        assert person.name not in masked


def test_names_of_each_shape_are_there():
    masks = {person.name: rules.mask_name(person.name) for person in facts.list_people()}

    assert masks["王建英"] == "王*英"
    assert masks["刘洋"] == "刘*"
    assert masks["欧阳雪英"] == "欧**英"
    assert masks["阿依古丽·买买提"] == "阿*"
    assert masks["Maria Rossi"] == "M***"


def test_two_people_share_a_name():
    names = Counter(person.name for person in facts.list_people())

    assert [name for name, times in names.items() if times > 1] == ["刘洋"]


def test_every_way_of_being_shown_is_there():
    shown = Counter(person.display for person in facts.list_people())

    assert all(shown[display] >= 10 for display in BoardDisplay)
    assert all(
        person.nickname for person in facts.list_people() if person.display is BoardDisplay.NICKNAME
    )


def test_phones_are_of_the_invented_range_and_nobody_shares_one():
    phones = [person.phone for person in facts.list_people() if person.phone]

    assert 40 <= len(phones) < 60
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1380000") and len(phone) == 11 for phone in phones)
