"""Cards: at most one that is good for each person, and a lost one is dead at once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.identity import service
from rewards.participants import queries, rules
from rewards.participants.errors import (
    CardNotFoundError,
    CardRevokedError,
    ParticipantClosedError,
)
from rewards.participants.models import CardRow
from rewards.participants.types import CardEnd
from tests.factories.world import build_participant, build_staff_actor, build_station

LATER = timedelta(minutes=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def admin(station):
    return build_staff_actor(station)


def issue(person, actor, *, now):
    return service.issue_card(actor=actor, participant_id=person.id, now=now)


def test_a_card_is_found_by_its_label_and_issued_once(person, admin, now):
    card = issue(person, admin, now=now)
    again = issue(person, admin, now=now + LATER)

    assert again == card
    assert queries.find_by_card_label(card.label) == card
    assert queries.find_card(person.id) == card
    assert (len(card.label), len(card.key), card.issued_by) == (16, 32, admin.principal)
    assert card.key.hex() not in repr(card)


def test_no_key_lies_in_the_database(person, admin, now):
    card = issue(person, admin, now=now)

    columns = {column.name for column in sa.inspect(CardRow).columns}
    assert "key" not in columns
    assert card.key not in {card.label.encode(), bytes.fromhex(card.label)}


def test_a_new_card_kills_the_old_one_even_if_asked_for_twice(person, admin, now):
    old = issue(person, admin, now=now)
    change = {"actor": admin, "participant_id": person.id, "card_id": old.id}

    new = service.reissue_card(**change, reason=CardEnd.LOST, now=now + LATER)
    twice = service.reissue_card(**change, reason=CardEnd.DAMAGED, now=now + 2 * LATER)

    dead = queries.find_by_card_label(old.label)
    assert twice == new
    assert (new.label == old.label, new.key == old.key) == (False, False)
    assert (dead.revoked_at, dead.reason) == (now + LATER, CardEnd.LOST)
    with pytest.raises(CardRevokedError) as refused:
        rules.check_card(dead)
    assert refused.value.members == {"revoked_at": (now + LATER).isoformat()}
    rules.check_card(new)


def test_who_may_only_look_can_stop_a_lost_card_but_issue_none(person, admin, station, now):
    clerk = build_staff_actor(station, Role.CLERK)
    card = issue(person, admin, now=now)

    dead = service.revoke_card(
        actor=clerk, participant_id=person.id, card_id=card.id, reason=CardEnd.LOST, now=now
    )

    assert (dead.revoked_by, queries.find_card(person.id)) == (clerk.principal, None)
    with pytest.raises(NotAllowedError):
        issue(person, clerk, now=now)


def test_staff_of_another_center_touch_no_card(person, admin, now):
    stranger = build_staff_actor(build_station(name="兴华社区站"))
    card = issue(person, admin, now=now)

    with pytest.raises(NotAllowedError):
        service.revoke_card(
            actor=stranger, participant_id=person.id, card_id=card.id, reason=CardEnd.LOST, now=now
        )


def test_nobody_reaches_a_card_through_somebody_else(person, admin, station, now):
    other = build_participant(station, name="刘洋", now=now)
    card = issue(other, admin, now=now)

    with pytest.raises(CardNotFoundError):
        service.revoke_card(
            actor=admin, participant_id=person.id, card_id=card.id, reason=CardEnd.LOST, now=now
        )
    assert queries.find_card(other.id) == card


def test_closing_an_account_kills_its_card(person, admin, now):
    card = issue(person, admin, now=now)

    service.close_participant(actor=SystemActor(), participant_id=person.id, now=now + LATER)

    assert queries.find_by_card_label(card.label).reason is CardEnd.CLOSED
    with pytest.raises(ParticipantClosedError):
        issue(person, admin, now=now + LATER)


def test_each_act_leaves_its_mark(person, admin, now):
    card = issue(person, admin, now=now)
    service.reissue_card(
        actor=admin, participant_id=person.id, card_id=card.id, reason=CardEnd.LOST, now=now
    )

    # What changes nothing is no act: second clicks, and a reason for a card that is dead.
    issue(person, admin, now=now + LATER)
    again = {"actor": admin, "participant_id": person.id, "card_id": card.id}
    service.reissue_card(**again, reason=CardEnd.DAMAGED, now=now + LATER)
    service.revoke_card(**again, reason=CardEnd.DAMAGED, now=now + LATER)

    rows = db.session.execute(
        sa.select(AuditRecordRow.action, AuditRecordRow.principal).where(
            AuditRecordRow.action.startswith("card.")
        )
    ).all()
    assert sorted(tuple(row) for row in rows) == [
        ("card.issued", admin.principal),
        ("card.reissued", admin.principal),
    ]


def _issue_at_once(app, person, actor, now, threads=6):
    barrier, cards = Barrier(threads), []

    def run():
        with app.app_context():
            barrier.wait()
            cards.append(issue(person, actor, now=now).id)

    workers = [Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return cards


def test_six_desks_at_once_issue_one_card(app, person, admin, now):
    cards = _issue_at_once(app, person, admin, now)

    assert (len(cards), len(set(cards))) == (6, 1)


def test_the_database_refuses_a_second_good_card_where_nobody_looked(person, admin, now):
    """The control: what holds where the look before it is left out."""
    issue(person, admin, now=now)

    @use_case
    def force():
        db.session.execute(
            sa.insert(CardRow).values(
                id=new_id(), participant_id=person.id, label="0" * 16, issued_at=now, issued_by="x"
            )
        )

    with pytest.raises(IntegrityError):
        force()
