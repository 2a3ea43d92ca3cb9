"""Nicknames are checked against their owner's name, and taken off the boards with a reason."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core.db import db
from rewards.identity import service
from rewards.participants import queries
from rewards.participants.errors import (
    InvalidRemovalReasonError,
    NicknameRemovedError,
    NicknameTellsError,
    NoNicknameError,
)
from rewards.participants.types import BoardDisplay
from tests.factories.world import act_as, build_participant, build_staff_actor, build_station

LATER = timedelta(minutes=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(
        station,
        name="王建英",
        board_display=BoardDisplay.NICKNAME,
        nickname="晨跑的人",
        now=now,
    )


@pytest.fixture
def admin(station):
    return build_staff_actor(station)


def choose(person, nickname, *, now):
    return service.set_board_display(
        actor=act_as(person),
        participant_id=person.id,
        display=BoardDisplay.NICKNAME,
        nickname=nickname,
        now=now,
    )


def remove(person, actor, *, now, reason="里面有别人的名字"):
    return service.remove_nickname(actor=actor, participant_id=person.id, reason=reason, now=now)


def test_the_own_full_name_is_no_nickname(station, person, now):
    with pytest.raises(NicknameTellsError):
        choose(person, "我是王 建英", now=now)
    with pytest.raises(NicknameTellsError):
        build_participant(station, name="刘洋", nickname="刘洋", now=now)

    assert queries.get_participant(person.id).nickname == "晨跑的人"


def test_a_name_is_not_corrected_to_what_the_nickname_says(person, now):
    with pytest.raises(NicknameTellsError):
        service.update_participant(
            actor=act_as(person), participant_id=person.id, name="晨跑的人", now=now
        )


def test_a_nickname_is_taken_off_with_a_reason_that_its_owner_reads(person, admin, now):
    removed = remove(person, admin, now=now)

    assert (removed.nickname, removed.board_display) == ("", BoardDisplay.HIDDEN)
    told = queries.find_open_removal(person.id)
    assert (told.nickname, told.reason) == ("晨跑的人", "里面有别人的名字")
    last = queries.list_consents(person.id)[-1]
    assert (last.choice, last.channel) == ("hidden", "staff")

    choose(person, "晚跑的人", now=now + LATER)

    assert queries.find_open_removal(person.id) is None


def test_taking_a_nickname_off_is_kept_in_the_audit_without_the_nickname(person, admin, now):
    remove(person, admin, now=now)

    row = db.session.execute(
        sa.select(AuditRecordRow.action, AuditRecordRow.details)
        .order_by(AuditRecordRow.id.desc())
        .limit(1)
    ).one()

    assert row.action == "participant.nickname-removed"
    assert row.details == {"reason": "里面有别人的名字"}


@pytest.mark.parametrize("again", ["晨跑的人", "晨 跑的人", "晨跑·的人"])
def test_what_was_taken_off_is_not_taken_again_in_any_spelling(person, admin, now, again):
    remove(person, admin, now=now)

    with pytest.raises(NicknameRemovedError):
        choose(person, again, now=now + LATER)


def test_another_one_may_have_what_somebody_may_not(station, person, admin, now):
    remove(person, admin, now=now)
    other = build_participant(station, name="李强", now=now)

    assert choose(other, "晨跑的人", now=now).nickname == "晨跑的人"


def test_one_shown_by_the_masked_name_stays_so(station, admin, now):
    person = build_participant(
        station, nickname="晨跑的人", board_display=BoardDisplay.MASKED, now=now
    )

    removed = remove(person, admin, now=now)

    assert (removed.nickname, removed.board_display) == ("", BoardDisplay.MASKED)


def test_without_a_nickname_or_a_reason_nothing_is_taken_off(person, admin, now):
    for reason in ("", " ", "字" * 101, "一\n二"):
        with pytest.raises(InvalidRemovalReasonError):
            remove(person, admin, now=now, reason=reason)
    assert queries.get_participant(person.id).nickname == "晨跑的人"

    remove(person, admin, now=now)
    with pytest.raises(NoNicknameError):
        remove(person, admin, now=now)


def test_only_staff_of_the_home_may_take_a_nickname_off(station, person, now):
    clerk = build_staff_actor(station, Role.CLERK)
    stranger = build_staff_actor(build_station())
    for actor in (clerk, stranger, act_as(person)):
        with pytest.raises(NotAllowedError):
            remove(person, actor, now=now)


def test_a_closed_account_keeps_no_nickname_of_before(person, admin, now):
    remove(person, admin, now=now)
    service.close_participant(actor=act_as(person), participant_id=person.id, now=now)

    assert queries.find_open_removal(person.id) is None
    assert db.session.scalar(sa.text("SELECT count(*) FROM nickname_removals")) == 0


def test_staff_find_whose_a_nickname_is(station, person, now):
    build_participant(station, name="刘洋", nickname="晨跑的鸟", now=now)

    assert [each.id for each in queries.search(node_path=station.path, text="晨跑的人")] == [
        person.id
    ]
    assert queries.search(node_path=station.path, text="晨跑") == ()


def test_whoever_answered_is_not_asked_again(station, now):
    person = build_participant(station, now=now)
    assert not queries.has_chosen_display(person)

    hidden = service.set_board_display(
        actor=act_as(person), participant_id=person.id, display=BoardDisplay.HIDDEN, now=now
    )

    assert queries.has_chosen_display(hidden)
