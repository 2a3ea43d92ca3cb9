from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from rewards.access.errors import NotAllowedError
from rewards.core.db import db
from rewards.identity import service, store
from rewards.identity.errors import (
    CodeExpiredError,
    CodesUsedUpError,
    ConsentRequiredError,
    HomeNodeRequiredError,
    NameRequiredError,
    PhoneMissingError,
    TooManyCodesError,
    WrongCodeError,
)
from rewards.identity.models import OneTimeCodeRow
from rewards.identity.types import SignedIn
from rewards.participants import queries as participants
from tests.factories.people import SYSTEM, make_branch, make_participant, make_staff

PHONE = "13812341234"


MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(app, now):
    return make_branch(now)[2]


def wrong(code):
    return str(int(code) - 1 if code > "500000" else int(code) + 1)


def sign_in(code, now, **changes):
    return service.sign_in_participant(phone=PHONE, code=code, now=now, **changes)


def sign_in_new(code, station, now):
    return sign_in(code, now, name="王建英", home_node_id=station.id, agreed=True)


def test_a_code_that_lacks_only_the_name_is_good_again_with_it(station, now):
    code = service.send_code(phone=PHONE, now=now).code

    with pytest.raises(NameRequiredError):
        sign_in(code, now)
    with pytest.raises(ConsentRequiredError):
        sign_in(code, now, name="王建英", home_node_id=station.id)
    with pytest.raises(HomeNodeRequiredError):
        sign_in(code, now, name="王建英", agreed=True)

    assert sign_in_new(code, station, now).is_new


def test_a_wrong_code_never_tells_whether_the_phone_is_known(station, now):
    code = service.send_code(phone=PHONE, now=now).code

    with pytest.raises(WrongCodeError):
        sign_in(wrong(code), now)


def test_a_code_is_accepted_once(station, now):
    code = service.send_code(phone=PHONE, now=now).code
    sign_in_new(code, station, now)

    with pytest.raises(CodeExpiredError):
        sign_in(code, now)


def test_a_code_lives_ten_minutes(station, now):
    code = service.send_code(phone=PHONE, now=now).code

    with pytest.raises(CodeExpiredError):
        sign_in_new(code, station, now + 10 * MINUTE)
    assert sign_in_new(code, station, now + 10 * MINUTE - timedelta(seconds=1))


def test_the_code_of_another_phone_is_wrong(station, now):
    service.send_code(phone=PHONE, now=now)
    other = service.send_code(phone="13912345678", now=now).code

    with pytest.raises(WrongCodeError):
        sign_in(other, now)


def test_a_late_message_is_good_and_takes_the_other_codes_with_it(station, now):
    early = service.send_code(phone=PHONE, now=now).code
    later = now + MINUTE
    late = service.send_code(phone=PHONE, now=later).code

    sign_in_new(early, station, later)

    with pytest.raises(CodeExpiredError):
        sign_in(late, later)


def test_spaces_and_full_width_digits_in_a_code_do_not_matter(station, now):
    code = service.send_code(phone=PHONE, now=now).code
    typed = " ".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert sign_in_new(typed, station, now)


def test_a_code_is_dead_after_five_wrong_tries_though_each_was_refused(station, now):
    code = service.send_code(phone=PHONE, now=now).code

    tries_left = []
    for _ in range(5):
        with pytest.raises(WrongCodeError) as refused:
            sign_in(wrong(code), now)
        tries_left.append(refused.value.members["tries_left"])

    assert tries_left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeExpiredError):
        sign_in_new(code, station, now)


def test_a_code_is_good_after_four_wrong_tries(station, now):
    code = service.send_code(phone=PHONE, now=now).code
    for _ in range(4):
        with pytest.raises(WrongCodeError):
            sign_in(wrong(code), now)

    assert sign_in_new(code, station, now)


def test_wrong_tries_at_the_same_moment_are_all_counted(station, now, race):
    code = service.send_code(phone=PHONE, now=now).code

    outcomes = race(8, lambda _: sign_in(wrong(code), now))

    assert sum(isinstance(each, WrongCodeError) for each in outcomes) == 5
    assert sum(isinstance(each, CodeExpiredError) for each in outcomes) == 3


def test_one_code_at_the_same_moment_is_accepted_once(station, now, race):
    code = service.send_code(phone=PHONE, now=now).code

    outcomes = race(8, lambda _: sign_in_new(code, station, now))

    assert sum(isinstance(each, SignedIn) for each in outcomes) == 1
    assert sum(isinstance(each, CodeExpiredError) for each in outcomes) == 7
    assert len(participants.page_participants(node_path="").items) == 1


def test_codes_are_sent_once_a_minute_five_times_an_hour(app, now):
    for minutes in range(5):
        service.send_code(phone=PHONE, now=now + minutes * MINUTE)
        with pytest.raises(TooManyCodesError):
            service.send_code(phone=PHONE, now=now + minutes * MINUTE)

    with pytest.raises(TooManyCodesError) as refused:
        service.send_code(phone=PHONE, now=now + 5 * MINUTE)
    assert refused.value.members == {"retry_after_seconds": 55 * 60}
    service.send_code(phone="13912345678", now=now + 5 * MINUTE)


def test_all_phones_together_get_so_many_in_an_hour_beside_what_staff_give(station, now):
    store.use_hourly_max(3)
    participant = make_participant(station, now, phone=PHONE)
    with time_machine.travel(now, tick=False) as clock:
        for minutes in range(3):
            clock.move_to(now + minutes * MINUTE)
            service.issue_sign_in_code(actor=SYSTEM, participant_id=participant.id, now=now)
            service.send_code(phone=f"1380000000{minutes}", now=now + minutes * MINUTE)

        clock.move_to(now + 10 * MINUTE)
        with pytest.raises(CodesUsedUpError) as refused:
            service.send_code(phone=PHONE, now=now + 10 * MINUTE)
        assert refused.value.members == {"retry_after_seconds": 50 * 60}
        service.send_code(phone=PHONE, now=now + 60 * MINUTE)


def test_codes_asked_for_at_the_same_moment_are_sent_once(app, now, race):
    outcomes = race(8, lambda _: service.send_code(phone=PHONE, now=now))

    assert sum(isinstance(each, TooManyCodesError) for each in outcomes) == 7


def test_no_code_and_no_phone_is_kept_in_the_clear(app, now):
    sent = service.send_code(phone=PHONE, now=now)

    row = db.session.execute(sa.select(*OneTimeCodeRow.__table__.columns)).one()

    stored = " ".join(str(value) for value in row)
    assert sent.code not in stored.replace(row.id.hex, "").replace(str(row.id), "").split()
    assert PHONE not in stored
    assert sent.code not in repr(sent)
    assert PHONE not in repr(sent)


def test_staff_give_a_code_beyond_the_limit_of_sending(station, now):
    clerk = make_staff("zhouhang", now, ("clerk", station))
    admin = make_staff("zhengtao", now, ("station_admin", station))
    participant = make_participant(station, now, phone=PHONE)
    service.send_code(phone=PHONE, now=now)

    given = service.issue_sign_in_code(actor=admin, participant_id=participant.id, now=now)

    assert sign_in(given.code, now).participant_id == participant.id
    with pytest.raises(NotAllowedError):
        service.issue_sign_in_code(actor=clerk, participant_id=participant.id, now=now)


def test_no_code_is_given_to_somebody_without_a_phone(station, now):
    participant = make_participant(station, now)

    with pytest.raises(PhoneMissingError):
        service.issue_sign_in_code(actor=SYSTEM, participant_id=participant.id, now=now)
