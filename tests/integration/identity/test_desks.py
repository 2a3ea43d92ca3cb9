"""Several clerks on one tablet: digits of their own, for this tablet and this day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import queries, rules, service
from rewards.identity.errors import PinEndedError, WeakPinError, WrongPinError
from tests.factories.people import PASSWORD, SYSTEM, make_staff

TABLET = "the browser on the counter"
PIN = "2749"


@pytest.fixture
def sign_in(app, now):
    """Return a function that creates a clerk and signs them in by password."""

    def make(name):
        make_staff(name, now)
        token = service.sign_in_staff(name=name, password=PASSWORD, now=now).token
        return queries.find_actor(token, now)

    return make


@pytest.fixture
def zhou(sign_in):
    return sign_in("zhouhang")


def set_pin(actor, now, *, pin=PIN, tablet=TABLET):
    return service.set_pin(actor=actor, tablet=tablet, pin=pin, now=now)


def take(actor, now, *, pin=PIN, tablet=TABLET, instead_of=None):
    return service.take_desk(
        tablet=tablet, staff_id=actor.staff_id, pin=pin, instead_of=instead_of, now=now
    )


def test_setting_digits_leaves_the_desk_alone_open(zhou, now):
    signed_in = set_pin(zhou, now)

    actor = queries.find_actor(signed_in.token, now)
    assert (actor.name, actor.is_desk) == ("zhouhang", True)
    own = [each.id for each in queries.list_staff_sign_ins(zhou.staff_id, now=now)]
    assert signed_in.sign_in_id in own
    assert zhou.sign_in_id not in own
    assert [each.name for each in queries.list_clerks(TABLET, now=now)] == ["zhouhang"]
    # Who has digits alone cannot give themselves others.
    with pytest.raises(NotAllowedError):
        set_pin(actor, now, pin="9517")


def test_clerks_take_turns_and_one_is_signed_in_at_a_time(zhou, sign_in, now):
    he = sign_in("hejing")
    first = set_pin(zhou, now)
    set_pin(he, now, pin="8251")

    second = take(he, now, pin=" ８２５１ ", instead_of=first.sign_in_id)  # noqa: RUF001

    assert queries.find_actor(first.token, now) is None
    assert queries.find_actor(second.token, now).name == "hejing"
    assert [each.name for each in queries.list_clerks(TABLET, now=now)] == ["hejing", "zhouhang"]


def test_digits_count_on_their_tablet_alone(zhou, now):
    set_pin(zhou, now)

    with pytest.raises(PinEndedError):
        take(zhou, now, tablet="another browser")
    assert queries.list_clerks("another browser", now=now) == ()
    assert queries.list_clerks("", now=now) == ()


def test_five_wrong_tries_of_a_day_end_them_though_right_ones_come_between(zhou, now):
    set_pin(zhou, now)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPinError) as wrong:
            take(zhou, now, pin="0000")
        assert wrong.value.members == {"tries_left": left}
        # Whoever guesses waits until the clerk has typed them.
        take(zhou, now)
    with pytest.raises(PinEndedError):
        take(zhou, now, pin="0000")

    with pytest.raises(PinEndedError):
        take(zhou, now)
    assert queries.list_clerks(TABLET, now=now) == ()
    rows = db.session.execute(
        sa.select(AuditRecordRow.subject, AuditRecordRow.details)
        .where(AuditRecordRow.action == "staff.pin-failed")
        .order_by(AuditRecordRow.id)
    ).all()
    assert {row.subject for row in rows} == {f"staff:{zhou.staff_id.hex}"}
    assert [row.details["refusal"] for row in rows][:5] == ["wrong-pin"] * 4 + ["pin-ended"]


def test_tries_all_at_once_are_counted_one_by_one(zhou, now, race):
    set_pin(zhou, now)

    def guess(number):
        try:
            take(zhou, now, pin=f"{3000 + number}")
        except (WrongPinError, PinEndedError) as error:
            return type(error)

    answers = race(8, guess)

    assert answers.count(WrongPinError) == rules.PIN_FAILURES_MAX - 1
    assert answers.count(PinEndedError) == 8 - rules.PIN_FAILURES_MAX + 1
    with pytest.raises(PinEndedError):
        take(zhou, now)


def test_they_end_at_midnight_and_after_five_idle_minutes(zhou, now):
    signed_in = set_pin(zhou, now)
    _start, midnight = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())

    assert queries.find_actor(signed_in.token, now + rules.DESK_IDLE_MAX) is not None
    late = now + rules.DESK_IDLE_MAX + timedelta(seconds=1)
    assert queries.find_actor(signed_in.token, late) is None
    last = midnight - timedelta(seconds=2)
    again = take(zhou, last)
    assert queries.find_actor(again.token, last) is not None
    assert queries.find_actor(again.token, midnight) is None
    with pytest.raises(PinEndedError):
        take(zhou, midnight)


@pytest.mark.parametrize(
    "end",
    [
        lambda actor, now: service.set_password(
            actor=SYSTEM, staff_id=actor.staff_id, password="another long word", now=now
        ),
        lambda actor, now: service.disable_staff(actor=SYSTEM, staff_id=actor.staff_id, now=now),
        lambda actor, now: service.leave_desk(actor=actor, tablet=TABLET, now=now),
    ],
)
def test_they_end_with_the_password_the_account_and_the_shift(zhou, now, end):
    signed_in = set_pin(zhou, now)
    actor = queries.find_actor(signed_in.token, now)

    end(actor, now)

    assert queries.find_actor(signed_in.token, now) is None
    with pytest.raises(PinEndedError):
        take(zhou, now)


@given(st.text(max_size=8))
def test_what_is_too_plain_or_no_digits_is_refused(text):
    pin = rules.normalize_pin(text)
    is_good = pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 6
    plain = {start * 8 for start in "0123456789"} | {"0123456789", "9876543210"}
    try:
        rules.check_pin(pin)
    except WeakPinError:
        assert not is_good or any(pin in each for each in plain)
    else:
        assert is_good
        assert not any(pin in each for each in plain)


@pytest.mark.parametrize("pin", ["1111", "1234", "654321", "123", "1234567", "12a4", "", "²²²²"])
def test_the_first_digits_anybody_would_try_are_refused(pin):
    with pytest.raises(WeakPinError):
        rules.check_pin(rules.normalize_pin(pin))
