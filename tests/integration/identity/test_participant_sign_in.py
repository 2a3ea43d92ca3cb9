from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import ParticipantActor
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.identity import operations, queries, service
from rewards.identity.errors import (
    CodeExpiredError,
    ConsentRequiredError,
    HomeNodeRequiredError,
    NameRequiredError,
    PhoneMissingError,
    SignInNotFoundError,
    TooManyCodesError,
    WrongCodeError,
)
from rewards.identity.models import OneTimeCodeRow, SignInRow
from rewards.identity.types import SignedIn
from rewards.network import service as network
from rewards.network.errors import NodeClosedError
from rewards.participants import operations as participant_operations
from rewards.participants import queries as participants
from rewards.participants.types import ConsentChannel
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


def test_a_first_sign_in_registers_and_the_second_knows_the_person(station, now):
    first = sign_in_new(service.send_code(phone=PHONE, now=now).code, station, now)
    later = now + MINUTE
    second = sign_in(service.send_code(phone="+86 " + PHONE, now=later).code, later)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.participant_id == second.participant_id
    actor = ParticipantActor(participant_id=first.participant_id, sign_in_id=first.sign_in_id)
    assert queries.find_actor(first.token, now) == actor


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


def test_nobody_registers_at_a_closed_node(station, now):
    network.close_node(actor=SYSTEM, node_id=station.id, now=now)
    code = service.send_code(phone=PHONE, now=now).code

    with pytest.raises(NodeClosedError):
        sign_in_new(code, station, now)


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


def test_a_refusal_that_is_raised_inside_the_unit_forgets_the_try(station, now):
    code = service.send_code(phone=PHONE, now=now).code

    @use_case
    def try_and_raise():
        refusal = operations.use_code(phone=f"+86{PHONE}", code=wrong(code), now=now)
        raise refusal

    for _ in range(6):
        with pytest.raises(WrongCodeError):
            try_and_raise()

    assert db.session.execute(sa.select(OneTimeCodeRow.failures)).scalar_one() == 0


def test_one_code_at_the_same_moment_is_accepted_once(station, now, race):
    code = service.send_code(phone=PHONE, now=now).code

    outcomes = race(8, lambda _: sign_in_new(code, station, now))

    assert sum(isinstance(each, SignedIn) for each in outcomes) == 1
    assert sum(isinstance(each, CodeExpiredError) for each in outcomes) == 7
    assert len(participants.page_participants(node_path="").items) == 1


def test_a_sign_in_beside_staff_registering_the_same_phone_makes_one_participant(
    station, now, race
):
    code = service.send_code(phone=PHONE, now=now).code

    def contend(number):
        if number == 0:
            return sign_in_new(code, station, now)
        return make_participant(station, now, phone=PHONE)

    signed_in = race(6, contend)[0]

    assert isinstance(signed_in, SignedIn)
    [participant] = participants.page_participants(node_path="").items
    assert participant.id == signed_in.participant_id


def test_codes_are_sent_once_a_minute_five_times_an_hour(app, now):
    for minutes in range(5):
        service.send_code(phone=PHONE, now=now + minutes * MINUTE)
        with pytest.raises(TooManyCodesError):
            service.send_code(phone=PHONE, now=now + minutes * MINUTE)

    with pytest.raises(TooManyCodesError) as refused:
        service.send_code(phone=PHONE, now=now + 5 * MINUTE)
    assert refused.value.members == {"retry_after_seconds": 55 * 60}
    service.send_code(phone="13912345678", now=now + 5 * MINUTE)


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


def test_a_browser_of_a_participant_stays_signed_in_for_a_year(station, now):
    token = sign_in_new(service.send_code(phone=PHONE, now=now).code, station, now).token

    assert queries.find_actor(token, now + timedelta(days=364))
    assert queries.find_actor(token, now + timedelta(days=365)) is None


def test_a_token_is_kept_as_a_digest_only(station, now):
    signed_in = sign_in_new(service.send_code(phone=PHONE, now=now).code, station, now)

    stored = db.session.execute(sa.select(SignInRow.token_hash)).scalar_one()

    assert stored != signed_in.token
    assert len(signed_in.token) >= 43
    assert signed_in.token not in repr(signed_in)
    assert queries.find_actor(stored, now) is None


def test_a_participant_sees_and_ends_only_their_own_sign_ins(station, now):
    mine = make_participant(station, now, phone=PHONE)
    other = make_participant(station, now, name="李强")
    here = sign_in(service.send_code(phone=PHONE, now=now).code, now)
    actor = queries.find_actor(here.token, now)
    foreign = service.issue_token(actor=SYSTEM, participant_id=other.id, label="app", now=now)
    foreign_id = queries.find_actor(foreign, now).sign_in_id

    with pytest.raises(SignInNotFoundError):
        service.end_sign_in(actor=actor, sign_in_id=foreign_id, now=now)
    [listed] = queries.list_participant_sign_ins(mine.id, now=now)
    service.end_sign_in(actor=actor, sign_in_id=listed.id, now=now)

    assert queries.find_actor(here.token, now) is None
    assert queries.find_actor(foreign, now)


def test_a_copied_token_is_dead_after_sign_out(station, now):
    signed_in = sign_in_new(service.send_code(phone=PHONE, now=now).code, station, now)

    service.sign_out(sign_in_id=signed_in.sign_in_id, now=now)

    assert queries.find_actor(signed_in.token, now) is None


def test_a_closed_participant_is_nobody(station, now):
    signed_in = sign_in_new(service.send_code(phone=PHONE, now=now).code, station, now)
    actor = queries.find_actor(signed_in.token, now)

    service.close_participant(actor=actor, participant_id=signed_in.participant_id, now=now)

    assert queries.find_actor(signed_in.token, now) is None


def test_a_participant_closed_behind_the_sign_in_is_nobody(station, now):
    signed_in = sign_in_new(service.send_code(phone=PHONE, now=now).code, station, now)

    use_case(participant_operations.close)(
        participant_id=signed_in.participant_id,
        channel=ConsentChannel.STAFF,
        recorded_by=None,
        now=now,
    )

    assert queries.find_actor(signed_in.token, now) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\x00", "'; --"])
def test_any_other_text_is_nobody(app, now, token):
    assert queries.find_actor(token, now) is None
