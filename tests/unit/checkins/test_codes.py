"""The grammar and the life of codes."""

import base64
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.checkins import rules
from rewards.checkins.errors import CodeExpiredError, InvalidCodeError, WrongDigitsError
from rewards.checkins.types import CodeKind
from tests.factories.forging import count_accepted, forge

LABEL = "00112233aabbccdd"
KEY = bytes(range(32))
# The first moment of a step.
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)


def code(at=NOW, key=KEY):
    return rules.build_code(label=LABEL, key=key, now=at)


def check(text, *, at):
    rules.check_link(rules.parse_token(text), key=KEY, now=at)


def test_a_code_carries_its_label_and_says_when_the_next_one_comes():
    token = rules.parse_token(code().token)

    assert (token.kind, token.label) == (CodeKind.DISPLAY, LABEL)
    assert code().expires_at == NOW + timedelta(seconds=20)


@pytest.mark.parametrize("seconds", [0, 19, 20, 39])
def test_a_link_is_good_for_its_step_and_the_next(seconds):
    check(code().token, at=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [40, 41, 3600])
def test_an_older_link_is_refused(seconds):
    with pytest.raises(CodeExpiredError):
        check(code().token, at=NOW + timedelta(seconds=seconds))


# Whenever within its twenty seconds a code was seen last.
@pytest.mark.parametrize("seen", range(20))
def test_what_was_seen_19_seconds_ago_is_good_and_what_was_seen_41_seconds_ago_is_not(seen):
    seen_at = NOW + timedelta(seconds=seen)
    shown = code(seen_at)

    check(shown.token, at=seen_at + timedelta(seconds=19))
    rules.check_digits(shown.digits, key=KEY, now=seen_at + timedelta(seconds=39))
    with pytest.raises(CodeExpiredError):
        check(shown.token, at=seen_at + timedelta(seconds=41))
    with pytest.raises(WrongDigitsError):
        rules.check_digits(shown.digits, key=KEY, now=seen_at + timedelta(seconds=61))


def test_a_link_of_the_future_is_refused():
    with pytest.raises(InvalidCodeError):
        check(code(NOW + timedelta(seconds=20)).token, at=NOW)


@pytest.mark.parametrize("seconds", [0, 59])
def test_digits_are_good_for_one_step_more(seconds):
    rules.check_digits(code().digits, key=KEY, now=NOW + timedelta(seconds=seconds))


def test_digits_of_a_minute_ago_are_refused():
    with pytest.raises(WrongDigitsError):
        rules.check_digits(code().digits, key=KEY, now=NOW + timedelta(seconds=60))


def test_the_digits_of_another_occasion_are_refused():
    with pytest.raises(WrongDigitsError):
        rules.check_digits(code(key=KEY[::-1]).digits, key=KEY, now=NOW)


@pytest.mark.parametrize(
    "text",
    ["HTTPS://REWARDS.EXAMPLE/C/{}", "https://rewards.example/c/{}", "http://10.0.0.2:8000/C/{}"],
)
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_links_and_bare_tokens_are_read_in_any_case(text, case):
    token = case(code().token)

    assert rules.parse_token(text.format(token)).label == LABEL
    assert rules.parse_token(f" {token} ").label == LABEL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "https://rewards.example/C/",
        "javascript:alert(1)",
        "https://rewards.example/C/../admin",
        "' OR 1=1 --",
        "A" * 36,
        "A" * 38,
        "1" * 37,
        "A" * 4096,
        "中" * 37,
        "A" * 37,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidCodeError):
        check(text, at=NOW)


@given(st.text(max_size=300))
def test_no_text_ever_breaks_the_parser(text):
    try:
        token = rules.parse_token(text)
    except InvalidCodeError:
        return
    with pytest.raises((InvalidCodeError, CodeExpiredError)):
        rules.check_link(token, key=KEY, now=NOW)


def test_a_thousand_flipped_bits_are_all_refused():
    random.seed(20261121)
    genuine = rules.parse_token(code().token)

    for _ in range(1000):
        token = tampered(genuine)
        with pytest.raises((InvalidCodeError, CodeExpiredError)):
            rules.check_link(token, key=KEY, now=NOW)


def tampered(token):
    field = random.choice(["label", "step", "tag", "kind"])
    changes = {
        "label": flip(bytes.fromhex(token.label)).hex(),
        "step": token.step ^ 1 << random.randrange(32),
        "tag": flip(token.tag),
        "kind": CodeKind.MEMBER,
    }
    return type(token)(
        **{
            name: changes[name] if name == field else getattr(token, name)
            for name in ("kind", "label", "step", "tag")
        }
    )


def flip(raw):
    position = random.randrange(len(raw) * 8)
    number = int.from_bytes(raw, "big") ^ 1 << position
    return number.to_bytes(len(raw), "big")


def check_any(text, *, key, at):
    """Check a code of any kind as whoever scans it would."""
    token = rules.parse_token(text)
    match token.kind:
        case CodeKind.DISPLAY:
            rules.check_link(token, key=key, now=at)
        case CodeKind.MEMBER:
            rules.check_member_code(token, key=key, now=at)
        case CodeKind.POSTER | CodeKind.CARD:
            rules.check_printed(token, key=key)


CODES = {
    CodeKind.DISPLAY: code().token,
    CodeKind.MEMBER: rules.build_member_code(label=LABEL, key=KEY, now=NOW),
    CodeKind.POSTER: rules.build_printed_code(CodeKind.POSTER, label=LABEL, key=KEY),
    CodeKind.CARD: rules.build_printed_code(CodeKind.CARD, label=LABEL, key=KEY),
}


@pytest.mark.parametrize("kind", CodeKind)
def test_every_bit_of_every_kind_of_code_matters(kind):
    raw = base64.b32decode(CODES[kind] + "===")
    check_any(CODES[kind], key=KEY, at=NOW)

    for bit in range(len(raw) * 8):
        flipped = int.from_bytes(raw, "big") ^ 1 << bit
        text = base64.b32encode(flipped.to_bytes(len(raw), "big")).decode().rstrip("=")
        with pytest.raises((InvalidCodeError, CodeExpiredError)):
            check_any(text, key=KEY, at=NOW)


FULL_WIDTH = "\uff14\uff18\uff12\uff19\uff11\uff15"


@pytest.mark.parametrize("text", ["482915", "482 915", " 4 8 2 9 1 5 ", FULL_WIDTH])
def test_digits_are_read_however_they_are_typed(text):
    assert rules.normalize_digits(text) == "482915"


@pytest.mark.parametrize("text", ["", "48291", "4829150", "48291a", "四八二九一五", "-48291"])
def test_what_is_not_six_digits_is_refused(text):
    with pytest.raises(WrongDigitsError):
        rules.normalize_digits(text)


def test_a_code_has_one_spelling():
    token = code().token
    # The last of 37 letters carries four bits of the tag and one that says nothing.
    twin = token[:-1] + _next_letter(token[-1])

    with pytest.raises(InvalidCodeError):
        rules.parse_token(twin)


def _next_letter(letter):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return letters[letters.index(letter) ^ 1]


def test_every_letter_of_a_token_matters():
    token = code().token
    others = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

    accepted = [
        (place, letter)
        for place in range(len(token))
        for letter in others
        if letter != token[place] and is_accepted(token[:place] + letter + token[place + 1 :])
    ]

    assert accepted == []


def is_accepted(text):
    try:
        rules.check_link(rules.parse_token(text), key=KEY, now=NOW)
    except (InvalidCodeError, CodeExpiredError):
        return False
    return True


@pytest.mark.parametrize("half", [slice(0, 18), slice(18, None), slice(0, 36), slice(1, None)])
def test_a_torn_code_is_refused(half):
    with pytest.raises(InvalidCodeError):
        rules.parse_token(f"HTTPS://REWARDS.EXAMPLE/C/{code().token[half]}")


@pytest.mark.parametrize("kind", [CodeKind.POSTER, CodeKind.CARD])
def test_what_is_printed_says_no_time(kind):
    token = rules.parse_token(rules.build_printed_code(kind, label=LABEL, key=KEY))

    rules.check_printed(token, key=KEY)
    assert (token.kind, token.label, token.step) == (kind, LABEL, 0)


def test_a_printed_code_of_another_key_or_kind_is_refused():
    token = rules.parse_token(rules.build_printed_code(CodeKind.POSTER, label=LABEL, key=KEY))

    for wrong in (
        (token, KEY[::-1]),
        (replace(token, kind=CodeKind.CARD), KEY),
        (replace(token, label=LABEL[::-1]), KEY),
        (replace(token, step=1), KEY),
        (replace(token, tag=token.tag[::-1]), KEY),
    ):
        with pytest.raises(InvalidCodeError):
            rules.check_printed(wrong[0], key=wrong[1])


def test_a_printed_code_with_a_time_is_none_of_ours_even_under_its_key():
    rotating = rules.parse_token(code().token)

    with pytest.raises(InvalidCodeError):
        rules.check_printed(rotating, key=KEY)


def test_a_hundred_thousand_forged_codes_are_all_refused():
    assert (
        count_accepted(forge(100_000, label=LABEL, now=NOW, seed=20261122), key=KEY, now=NOW) == 0
    )


def test_the_count_of_forged_codes_would_see_a_genuine_one():
    assert (
        count_accepted([code().token, *forge(10, label=LABEL, now=NOW, seed=1)], key=KEY, now=NOW)
        == 1
    )
