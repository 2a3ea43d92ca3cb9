import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import Base, db
from rewards.identity import service as identity
from rewards.participants import queries as participants
from rewards.participants.types import CardEnd
from tests.factories.people import SYSTEM, make_participant
from tests.factories.world import build_occasion


def at(person, more=""):
    return f"/console/residents/{person.id}{more}"


@pytest.fixture
def card(admin, resident):
    admin.post(at(resident, "/cards"))
    return participants.find_card(resident.id)


def test_a_card_is_issued_replaced_and_stopped_in_one_tap_each(admin, resident):
    before = admin.get(at(resident)).text
    issued = admin.post(at(resident, "/cards"))
    old = participants.find_card(resident.id)
    replaced = admin.post(at(resident, f"/cards/{old.id}/replacement"), data={"reason": "damaged"})
    new = participants.find_card(resident.id)
    stopped = admin.post(at(resident, f"/cards/{new.id}/revocation"), follow_redirects=True)

    assert "发一张卡" in before
    assert (issued.status_code, replaced.status_code) == (303, 303)
    assert participants.find_by_card_label(old.label).reason is CardEnd.DAMAGED
    assert "停用了，这张卡马上不能再用" in stopped.text
    assert "已停用" in stopped.text
    assert participants.find_card(resident.id) is None


def test_a_clerk_stops_a_lost_card_and_gives_no_new_one(clerk, resident, card):
    page = clerk.get(at(resident)).text
    refused = clerk.post(at(resident, f"/cards/{card.id}/replacement"))
    stopped = clerk.post(at(resident, f"/cards/{card.id}/revocation"), data={"reason": "lost"})

    assert ("停用这张卡" in page, "换新卡" in page) == (True, False)
    assert (refused.status_code, stopped.status_code) == (403, 303)
    assert participants.find_by_card_label(card.label).reason is CardEnd.LOST


def test_a_scanned_card_finds_its_owner_and_a_dead_one_says_so(admin, resident, card, now):
    code = checkins.get_card_code(card)
    found = admin.post("/console/residents", data={"q": code}).location
    admin.post(at(resident, f"/cards/{card.id}/revocation"))
    dead = admin.post("/console/residents", data={"q": code}).text

    assert str(resident.id) in found
    assert str(resident.id) not in dead
    assert "这张卡已经停用" in dead
    assert code not in found + dead


def test_a_card_of_another_center_names_nobody_and_every_look_is_audited(
    admin, resident, card, other_station, now
):
    far = make_participant(other_station, now, name="贺兰雪")
    theirs = identity.issue_card(actor=SYSTEM, participant_id=far.id, now=now)

    looks = [
        admin.post("/console/residents", data={"q": checkins.get_card_code(each)})
        for each in (card, theirs)
    ]

    assert [each.status_code for each in looks] == [303, 200]
    assert str(far.id) not in looks[1].text
    searched = sa.select(AuditRecordRow.details).where(
        AuditRecordRow.action == "participants.searched"
    )
    assert db.session.scalars(searched.order_by(AuditRecordRow.id)).all() == [
        {"by": "code", "found": 1},
        {"by": "code", "found": 0},
    ]


def test_a_refused_code_of_somebody_lies_nowhere_in_the_database(
    admin, resident, card, station, now
):
    later = build_occasion(station, now=now, starts_in=600)
    token = checkins.get_card_code(card)
    of_phone = checkins.get_member_code(resident, now=clock.now())
    link = f"HTTP://STATION.EXAMPLE/C/{token}"
    for raw in (token, link, token[:36].lower(), of_phone):
        body = {"raw": raw, "source": "camera"}
        admin.post(f"/console/occasions/{later.id}/scans", json=body)
    db.session.rollback()

    kept = db.session.scalars(sa.text("SELECT raw FROM refused_scans ORDER BY id")).all()
    everything = str(
        [db.session.execute(sa.select(table)).all() for table in Base.metadata.sorted_tables]
    ).upper()
    shown = admin.get("/console/refused").text.upper()

    assert f"CARD…{token[-4:]}" in kept
    assert f"MEMBER…{of_phone[-4:]}" in kept
    assert f"…{token[32:36].lower()}" in kept
    for part in (token[8:30], of_phone[8:30]):
        assert part not in everything
        assert part not in shown
