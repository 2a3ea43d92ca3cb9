import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.participants import rules
from rewards.participants.errors import (
    InvalidBirthYearError,
    InvalidNameError,
    InvalidNumberError,
    InvalidPhoneError,
)


def full_width(digits):
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


def count_letters(text):
    plain = unicodedata.normalize("NFKC", text)
    return sum(unicodedata.category(each).startswith("L") for each in plain)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李航", "李*"),
        ("王建英", "王*英"),
        ("欧阳雪英", "欧**英"),
        ("欧阳雪", "欧*雪"),
        ("上官婉儿子", "上***子"),
        ("阿依古丽·买买提", "阿*"),
        ("阿依古丽•买买提", "阿*"),
        ("阿依古丽・买买提", "阿*"),
        ("阿依古丽.买买提", "阿*"),
        ("阿依古丽\uff0e买买提", "阿*"),
        ("欧阳·雪英", "欧*"),
        ("司马", "司*"),
        ("\U00020000山", "\U00020000*"),
        ("J. Smith", "J***"),
        ("Anna", "A***"),
        ("Li", "L***"),
        ("Émile Zola", "É***"),
        ("Ёлка", "Ё***"),
        ("王", "王*"),
        ("王Amy", "王**y"),
        ("王 英", "王*"),
        ("王\u3000英", "王*"),
        ("张-三", "张*"),
        ("王、英", "王*"),
        ("王\u3164英", "王*"),
        ("王 建 英", "王*英"),
        ("(王)建英", "王*英"),
        ("\uff21\uff2e\uff2e\uff21", "A***"),
        ("12", "*"),
    ],
)
def test_a_name_is_masked(name, shown):
    assert rules.mask_name(name) == shown


@given(st.text(alphabet="王李欧阳雪英建强ABCabc·", min_size=2, max_size=40))
def test_a_masked_name_shows_two_characters_at_most(name):
    masked = rules.mask_name(name)

    assert len(masked.replace("*", "")) <= 2
    assert "*" in masked
    assert len(masked) <= 40


@given(st.text(min_size=2, max_size=40))
def test_a_masked_name_never_holds_every_letter(name):
    masked = rules.mask_name(name)

    assert "*" in masked
    assert len(masked) <= 40
    assert count_letters(masked) < max(2, count_letters(name))


@given(
    st.text(alphabet="王李英三", min_size=2, max_size=2),
    st.text(alphabet=" \u3000\u00a0-_、，。'|/()\u3164\u2800", max_size=3),
)
def test_what_stands_between_two_characters_is_not_taken_for_one_of_the_name(name, between):
    assert rules.mask_name(name[0] + between + name[1]) == name[0] + "*"


def test_a_minor_is_called_by_the_last_two_digits_of_the_number():
    assert rules.mask_minor("12345607") == "小志愿者07"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+8613812341234", "138****1234"), ("+12025550123", "+1 ****0123")],
)
def test_a_phone_is_masked(phone, shown):
    assert rules.mask_phone(phone) == shown


@pytest.mark.parametrize(
    "text",
    [
        "13812341234",
        "138 1234 1234",
        "+86 138-1234-1234",
        full_width("13812341234"),
        "008613812341234",
    ],
)
def test_a_phone_has_one_spelling(text):
    assert rules.normalize_phone(text) == "+8613812341234"


@pytest.mark.parametrize(
    "text",
    ["", "1381234123", "138123412345", "abc", "13812341234x9", "1" * 33, "+", "12345678901"],
)
def test_what_is_no_phone_is_refused(text):
    with pytest.raises(InvalidPhoneError):
        rules.normalize_phone(text)


@pytest.mark.parametrize(
    ("text", "is_texted"),
    [
        ("13812341234", True),
        ("+44 7400 123456", True),
        ("+1 201 555 0123", True),
        ("010 6552 1234", False),
        ("0351-4221234", False),
        # A British mobile without its country is a landline of Fangchenggang.
        ("07700900123", False),
    ],
)
def test_a_text_reaches_no_landline(text, is_texted):
    assert rules.takes_texts(rules.normalize_phone(text)) is is_texted


@given(st.text(max_size=40))
def test_any_text_is_a_phone_or_is_refused(text):
    try:
        phone = rules.normalize_phone(text)
    except InvalidPhoneError:
        return
    assert rules.normalize_phone(phone) == phone
    assert "*" in rules.mask_phone(phone)


@given(st.text(max_size=60))
def test_any_text_is_a_name_in_its_one_spelling_or_is_refused(text):
    try:
        name = rules.normalize_name(text)
    except InvalidNameError:
        return
    assert rules.normalize_name(name) == name
    assert 1 <= len(name) <= 40
    assert unicodedata.is_normalized("NFC", name)
    assert not {"Cc", "Cf", "Zl", "Zp"} & {unicodedata.category(each) for each in name}


@pytest.mark.parametrize(
    "name", ["", " ", "王\u202e英", "王\u200b英", "王\x07", "王\n英", "王" * 41]
)
def test_a_bad_name_is_refused(name):
    with pytest.raises(InvalidNameError):
        rules.normalize_name(name)


def test_spaces_in_a_name_become_single_ones():
    assert rules.normalize_name(" Anna\u3000 Maria ") == "Anna Maria"


@pytest.mark.parametrize("name", ["王 英", "王\u3000 英", "王\ufe00英", " 王英 "])
def test_spaces_between_chinese_characters_are_none(name):
    assert rules.normalize_name(name) == "王英"


@pytest.mark.parametrize("filler", ["\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"])
def test_a_letter_that_nobody_sees_is_refused(filler):
    with pytest.raises(InvalidNameError):
        rules.normalize_name(f"王{filler}英")


def test_a_name_of_forty_characters_is_fine():
    assert rules.normalize_name("王" * 40) == "王" * 40


@pytest.mark.parametrize(
    ("birth_year", "expected"), [(2007, False), (2008, True), (2026, True), (None, False)]
)
def test_who_may_still_be_under_eighteen_this_year_is_a_minor(birth_year, expected):
    assert rules.is_minor(birth_year, year=2026) is expected


@pytest.mark.parametrize("birth_year", [1899, 2027])
def test_a_birth_year_out_of_range_is_refused(birth_year):
    with pytest.raises(InvalidBirthYearError):
        rules.check_birth_year(birth_year, year=2026)


@pytest.mark.parametrize("birth_year", [1900, 2026, None])
def test_a_birth_year_in_range_is_fine(birth_year):
    rules.check_birth_year(birth_year, year=2026)


@pytest.mark.parametrize(
    "number", ["1234567", "123456789", "01234567", "1234567x", full_width("12345678")]
)
def test_a_number_of_another_shape_is_refused(number):
    with pytest.raises(InvalidNumberError):
        rules.check_number(number)
