"""Whoever closes their account is forgotten, and the books stay what they were."""

import json

import pytest
import sqlalchemy as sa

from rewards.access.types import ParticipantActor, Role
from rewards.checkins import service as checkins
from rewards.core.db import Base, db
from rewards.core.idempotency import KeyedRequest
from rewards.core.secrecy import vault
from rewards.core.unit import answer_once
from rewards.identity import service as identity
from rewards.leaderboards import service as leaderboards
from rewards.participants.types import BoardDisplay
from rewards.redemptions import service as redemptions
from rewards.verification import service as verification
from tests.factories.redemptions import add_shop, credit, reserve
from tests.factories.world import build_occasion
from tests.integration.verification.conftest import add_staff, run_verify

NAME, NICKNAME, PHONE, BIRTH_YEAR = "欧阳慕雪", "雪莲花开", "+8613912345678", 1949
TELLING = (NAME, NICKNAME, PHONE[3:], "欧", "****" + PHONE[-4:])


def register(shop, staff, now):
    """Register somebody as staff do by the API, so that the answer is kept under a key."""
    made = []

    def render(participant):
        made.append(participant)
        return 201, {"id": str(participant.id), "display_name": "欧*雪", "nickname": NICKNAME}

    answer_once(
        identity.register_participant,
        request=KeyedRequest(
            principal=staff.principal,
            route="register",
            key="k",
            fingerprint="f" * 64,
            received_at=now,
        ),
        render=render,
        actor=staff,
        name=NAME,
        phone=PHONE,
        node_id=shop.station.id,
        birth_year=BIRTH_YEAR,
        agreed=True,
        board_display=BoardDisplay.NICKNAME,
        nickname=NICKNAME,
        now=now,
    )
    return made[0]


@pytest.fixture
def erased(app, redis_server, now):
    """Somebody who came, earned, spent and stood on boards, and then closed the account."""
    shop = add_shop(now, points=7)
    staff = add_staff(shop.station, Role.STATION_ADMIN, now)
    person = register(shop, staff, now)
    actor = ParticipantActor(participant_id=person.id)
    credit(actor, shop.station, 5, now)
    checkins.check_in_by_staff(
        actor=staff,
        occasion_id=build_occasion(shop.station, now=now).id,
        participant_id=person.id,
        now=now,
    )
    redemption = reserve(shop, actor, now)
    redemptions.fulfil(actor=staff, redemption_id=redemption.id, code=redemption.code, now=now)
    leaderboards.project(now=now)
    folder = app.extensions["settings"].instance_path
    verification.leave_anchor(folder=folder, now=now)
    identity.close_participant(actor=actor, participant_id=person.id, now=now)
    leaderboards.project(now=now)
    return person


def read_everything():
    """Return every value of every table as text, what is sealed opened."""
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            for column, value in row._mapping.items():
                # Kept answers are JSON, in which nothing but ASCII stands as it is.
                text = str(json.loads(value)) if column == "body" else str(value)
                yield f"{table.name}.{column}", text
                opened = vault().find_text(value) if str(column).endswith("_sealed") else None
                yield f"{table.name}.{column} opened", opened or ""


def test_the_chain_the_sums_and_the_anchors_hold(app, erased):
    status, report = run_verify(app, "--full")

    assert (status, report["violations"], report["anchors"]) == (0, [], 1)
    assert report["seals"]["last"] == 3


def test_the_books_keep_what_was_done_under_the_bare_identifier(erased):
    rows = db.session.scalar(
        sa.text("SELECT count(*) FROM ledger_entries WHERE participant_id = :id"),
        {"id": erased.id.hex if db.engine.dialect.name == "sqlite" else erased.id},
    )

    assert rows == 3


def find_telling():
    return {place for place, value in read_everything() for text in TELLING if text in value}


def test_the_name_resolves_nowhere_in_the_database(erased):
    assert find_telling() == set()


def test_before_the_account_was_closed_the_same_search_finds_it(app, now):
    shop = add_shop(now, points=7)
    register(shop, add_staff(shop.station, Role.STATION_ADMIN, now), now)

    assert find_telling() == {
        "participants.name_sealed opened",
        "participants.phone_sealed opened",
        "participants.masked_name",
        "participants.masked_phone",
        "participants.nickname",
        "idempotency_keys.body",
    }


def test_no_key_in_redis_holds_it(erased, redis_server):
    held = b"".join(
        redis_server.client.dump(key) or b"" for key in redis_server.client.scan_iter(count=1000)
    )

    assert not any(text.encode() in held for text in (NAME, NICKNAME, PHONE))
