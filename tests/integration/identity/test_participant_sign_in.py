from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import ParticipantActor
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.identity import operations, queries, service
from rewards.identity.errors import (
    SignInNotFoundError,
    WrongCodeError,
)
from rewards.identity.models import OneTimeCodeRow, SignInRow
from rewards.identity.types import SignedIn
from rewards.network import service as network
from rewards.network.errors import NodeClosedError
from rewards.participants import operations as participant_operations
from rewards.participants import queries as participants
from rewards.participants.types import ConsentChannel
from tests.factories.people import SYSTEM, make_branch, make_participant

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


def test_nobody_registers_at_a_closed_node(station, now):
    network.close_node(actor=SYSTEM, node_id=station.id, now=now)
    code = service.send_code(phone=PHONE, now=now).code

    with pytest.raises(NodeClosedError):
        sign_in_new(code, station, now)


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
    other = make_participant(station, now, name="李远航")
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
