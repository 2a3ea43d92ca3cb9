"""Whoever got more than a cap of then allowed is found, whatever period the cap is for."""

from datetime import date, timedelta

import pytest

from rewards.access.types import SystemActor
from rewards.core.checks import Scope
from rewards.core.db import snapshot
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.earning import queries, service
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger.types import Asset, BoardKind, EntryDraft, Reason
from tests.factories.world import build_participant, build_station

DAY = date(2026, 11, 18)  # a Wednesday
SEEN = timedelta(seconds=3)


@pytest.fixture
def station(app):
    queries.forget_rule_set()
    yield build_station()
    queries.forget_rule_set()


@pytest.fixture
def give(station, now):
    """Return a function that posts points to one person as if no cap stood in the way."""
    person = build_participant(station, now=now)

    @use_case
    def post(code, points, *, day=DAY, version=1, posted_at=now, occurred_at=None):
        account = ledger.lock_account(participant_id=person.id, asset=Asset.POINTS)
        draft = EntryDraft(
            participant_id=person.id,
            asset=Asset.POINTS,
            amount=points,
            reason=Reason.AWARD,
            source_id=new_id(),
            occasion_id=None,
            rule_code=code,
            rule_version=version,
            board=BoardKind.STUDY,
            node_id=station.id,
            node_path=station.path,
            actor="system",
            occurred_at=occurred_at or posted_at,
            business_date=day,
            details={},
        )
        return ledger.post_entry(draft, account=account, now=posted_at)

    return post


def find(now, *, after=None):
    use_case(ledger.seal)()
    last = ledger_queries.get_head().seq
    scope = Scope(after=after or 0, through=last, now=now, is_whole=after is None)
    with snapshot() as connection:
        return [each.expected for each in queries.list_over_caps(connection, scope)]


def save(changes, *, code, now, node=None):
    return service.save_version(
        actor=SystemActor(), code=code, changes=changes, node_id=node and node.id, now=now
    )


PERIODS = {
    "a day": ("SPACE_STAMP", 1, DAY, DAY, DAY + timedelta(days=1), "1 by SPACE_STAMP in a day"),
    "a week": (
        "BOOK_BACK",
        3,
        date(2026, 11, 16),
        date(2026, 11, 22),
        date(2026, 11, 15),
        "4 by BOOK_BACK in a week from 2026-11-16",
    ),
    "a month": (
        "SVC_LEAD",
        20,
        date(2026, 11, 1),
        date(2026, 11, 30),
        date(2026, 12, 1),
        "20 by SVC_LEAD in a month from 2026-11-01",
    ),
    "a quarter": (
        "BOOK_GIVE",
        15,
        date(2026, 10, 1),
        date(2026, 12, 31),
        date(2026, 9, 30),
        "15 by BOOK_GIVE in a quarter from 2026-10-01",
    ),
    "a year": (
        "REFER",
        25,
        date(2026, 1, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
        "25 by REFER in a year from 2026-01-01",
    ),
    "a life": ("WELCOME", 10, date(2020, 1, 1), date(2026, 12, 31), None, "10 by WELCOME"),
}


@pytest.mark.parametrize(
    ("code", "points", "first", "last", "other", "expected"), PERIODS.values(), ids=PERIODS
)
def test_a_cap_is_judged_over_its_own_period(give, now, code, points, first, last, other, expected):
    give(code, points, day=first)
    if other is not None:
        give(code, points, day=other)
    assert find(now) == []

    give(code, points, day=last)

    (found,) = find(now)
    assert expected in found


def test_what_was_given_by_all_rules_stays_under_the_guard(give, now):
    give("SVC_TIME", 80)
    give("AWARD", 20)
    assert find(now) == []

    give("ACT_JOIN", 1)

    assert find(now) == ["at most 100 by all rules in a day from 2026-11-18"]


def test_a_bonus_that_shares_a_cap_is_counted_with_the_rule(give, now):
    give("SVC_TIME", 70)
    give("SVC_PRO", 10)
    assert find(now) == []

    give("SVC_PRO", 1)

    assert find(now) == ["at most 80 by SVC_TIME in a day from 2026-11-18"]


def test_a_bonus_alone_is_held_to_the_cap_it_shares(give, now):
    give("SVC_PRO", 81)

    assert find(now) == ["at most 80 by SVC_TIME in a day from 2026-11-18"]


def test_the_highest_cap_of_the_versions_that_gave_holds(give, now):
    save({"cap_day": 20}, code="ACT_JOIN", now=now)
    give("ACT_JOIN", 10)
    give("ACT_JOIN", 10, version=2)
    assert find(now) == []

    give("ACT_JOIN", 15, day=DAY - timedelta(days=1))

    assert find(now) == ["at most 10 by ACT_JOIN in a day from 2026-11-17"]


def test_a_node_may_allow_more(give, station, now):
    save({"cap_day": 30}, code="ACT_JOIN", node=station, now=now)
    give("ACT_JOIN", 30, version=2)

    assert find(now) == []


def test_a_changed_guard_holds_from_when_it_was_seen(give, now):
    save({"cap_day": 40}, code="GUARD", now=now)
    give("SVC_TIME", 50, posted_at=now)
    assert find(now) == []

    give("SVC_TIME", 50, day=DAY - timedelta(days=1), posted_at=now + SEEN)

    assert find(now) == ["at most 40 by all rules in a day from 2026-11-17"]


def test_what_was_withheld_is_held_to_the_guard_of_when_it_was_done(give, now):
    save({"cap_day": 40}, code="GUARD", now=now)

    give("SVC_TIME", 50, posted_at=now + SEEN, occurred_at=now - SEEN)

    assert find(now) == []


def test_what_was_taken_back_does_not_count(give, now):
    entry = give("SPACE_STAMP", 1)
    use_case(ledger.reverse_entry)(entry_id=entry, source_id=new_id(), actor=SystemActor(), now=now)
    give("SPACE_STAMP", 1)

    assert find(now) == []


def test_a_check_of_what_is_new_sums_up_what_is_old_as_well(give, now):
    give("BOOK_GIVE", 10, day=date(2026, 10, 5))
    assert find(now) == []
    seen = ledger_queries.get_head().seq

    give("BOOK_GIVE", 10, day=date(2026, 12, 5))

    assert find(now, after=seen) == ["at most 15 by BOOK_GIVE in a quarter from 2026-10-01"]
    assert find(now, after=seen + 1) == []
