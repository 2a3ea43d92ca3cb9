"""By what a name is found: its characters, pinyin in every reading, initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.participants import rules
from rewards.participants.errors import SearchTooShortError


def finds(text, name):
    sought = rules.read_sought(text)
    is_sought = rules.is_sought(name, sought)
    # What is meant must be in the index too, or it is never looked at.
    assert not is_sought or sought.key in rules.index_name(name)
    return is_sought


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王建", "王建英"),
        ("建英", "王建英"),
        (" 王 建英 ", "王建英"),
        ("wang", "王建英"),
        ("WangJian", "王建英"),
        ("wang jian ying", "王建英"),
        ("jianying", "王建英"),
        ("wjy", "王建英"),
        ("wangjy", "王建英"),
        ("\uff57\uff4a\uff59", "王建英"),
        ("ouyang", "欧阳雪英"),
        ("xueying", "欧阳雪英"),
        ("oyxy", "欧阳雪英"),
        ("ouyangxy", "欧阳雪英"),
        ("ayigul", "Ayigul Maimaiti"),
        ("maimaiti", "Ayigul Maimaiti"),
        ("阿依古丽", "阿依古丽·买买提"),
        ("买买提", "阿依古丽·买买提"),
        ("maimai", "阿依古丽·买买提"),
        ("ayig", "阿依古丽·买买提"),
        ("lvmei", "吕梅"),
        ("lümei", "吕梅"),
        ("lyumei", "吕梅"),
        ("o'neil", "Sean O'Neil"),
    ],
)
def test_a_name_is_found_as_staff_would_type_it(text, name):
    assert finds(text, name)


@pytest.mark.parametrize(
    ("surname", "readings"),
    [
        ("单", ("shan", "dan")),
        ("仇", ("qiu", "chou")),
        ("解", ("xie", "jie")),
        ("查", ("zha", "cha")),
        ("朴", ("piao", "pu")),
        ("区", ("ou", "qu")),
        ("盖", ("ge", "gai")),
        ("曾", ("zeng", "ceng")),
        ("任", ("ren",)),
        ("缪", ("miao", "mou", "miu")),
        ("覃", ("tan", "qin")),
        ("翟", ("zhai", "di")),
        ("尉迟", ("yuchi", "weichi")),
        ("万俟", ("moqi",)),
    ],
)
def test_a_surname_is_found_in_every_reading(surname, readings):
    for reading in readings:
        assert finds(f"{reading}xiaoming", f"{surname}晓明")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王英", "王建英"),
        ("jying", "王建英"),
        ("wyj", "王建英"),
        ("zhang", "王建英"),
        ("ang", "王英"),
    ],
)
def test_somebody_else_is_not_found(text, name):
    assert not finds(text, name)


@pytest.mark.parametrize("text", ["", "王", "wj", "w j", "…!?", "王j", "李·", "x1"])
def test_too_little_is_not_looked_for(text):
    with pytest.raises(SearchTooShortError) as refused:
        rules.read_sought(text)

    assert refused.value.members == {"characters_min": 2, "letters_min": 3}


def test_nobody_gets_more_keys_than_a_handful():
    assert len(rules.index_name("王建英")) <= 20
    # However many readings there are.
    assert len(rules.index_name("单乐曾重")) < 200


@given(st.text(max_size=40))
def test_whatever_a_name_holds_it_has_keys_of_a_known_length(name):
    assert all(2 <= len(key) <= 8 for key in rules.index_name(name))


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=5)


@given(HAN, st.data())
def test_each_beginning_of_a_name_finds_it(name, data):
    length = data.draw(st.integers(2, len(name)))

    assert finds(name[:length], name)
