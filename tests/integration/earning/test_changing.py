"""Rules change by new versions: who may, what is kept, and what two at once come to."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.core.db import db
from rewards.earning import queries, service
from rewards.earning.errors import (
    RuleChangedError,
    RuleFieldError,
    RuleNotFoundError,
    RulePeriodError,
    RuleUnchangedError,
)
from rewards.earning.models import PointRuleRow
from rewards.network import queries as network
from tests.factories.world import act_as, build_participant, build_staff_actor, build_station

HOUR = timedelta(hours=1)


@pytest.fixture
def station(app):
    queries.forget_rule_set()
    yield build_station()
    queries.forget_rule_set()


@pytest.fixture
def admin(station):
    center, _institute, _station = network.list_ancestors(station.path)
    return build_staff_actor(center, Role.CENTER_ADMIN)


def save(actor, changes, *, code="ACT_JOIN", now, **details):
    return service.save_version(actor=actor, code=code, changes=changes, now=now, **details)


def base(code="ACT_JOIN", *, now):
    return queries.get_rule_set(now).rules[code].base


def test_a_new_version_is_in_force_at_once_in_the_process_that_saved_it(admin, now):
    assert base(now=now) == 5

    version = save(admin, {"base": 6}, note="周年活动", now=now)

    assert (version.version, version.note, version.valid_from) == (2, "周年活动", now)
    assert base(now=now) == 6
    assert [each.version for each in queries.list_versions("ACT_JOIN")] == [1, 2]


def test_a_version_that_is_planned_waits_for_its_time(admin, now):
    save(admin, {"base": 6}, valid_from=now + HOUR, valid_to=now + 2 * HOUR, now=now)

    def at(moment):
        rule = queries.read_rule_set(moment).rules["ACT_JOIN"]
        return rule.base, rule.enabled

    assert at(now) == (5, True)
    assert at(now + HOUR) == (6, True)
    assert at(now + 2 * HOUR) == (6, False)


def test_who_changed_what_is_audited(admin, now):
    save(admin, {"base": 6, "cap_day": None}, now=now)

    (record,) = db.session.execute(
        sa.select(AuditRecordRow).where(AuditRecordRow.action == "rule.version_saved")
    ).scalars()
    assert record.principal == admin.principal
    assert record.subject == "rule:ACT_JOIN"
    assert record.details["version"] == 2
    assert record.details["fields"] == ["base", "cap_day"]


@pytest.mark.parametrize("role", [Role.STATION_ADMIN, Role.CLERK, Role.AUDITOR])
def test_changing_rules_is_not_for_everybody(station, role, now):
    center, _institute, _station = network.list_ancestors(station.path)
    actor = build_staff_actor(center, role)

    with pytest.raises(NotAllowedError):
        save(actor, {"base": 6}, now=now)
    with pytest.raises(NotAllowedError):
        save(actor, {"base": 6}, node_id=station.id, now=now)


def test_an_institute_changes_its_own_branch_alone(station, now):
    _center, institute, _station = network.list_ancestors(station.path)
    actor = build_staff_actor(institute, Role.INSTITUTE_ADMIN)

    save(actor, {"base": 6}, node_id=station.id, now=now)

    with pytest.raises(NotAllowedError):
        save(actor, {"base": 6}, now=now)
    with pytest.raises(NotAllowedError):
        save(actor, {"base": 6}, node_id=build_station(name="滨体社区站").id, now=now)


def test_a_participant_changes_nothing(station, now):
    person = act_as(build_participant(station, now=now))

    with pytest.raises(NotAllowedError):
        save(person, {"base": 100}, now=now)


def test_with_two_centers_what_holds_everywhere_is_for_both(admin, now):
    build_station(name="滨体社区站")

    with pytest.raises(NotAllowedError):
        save(admin, {"base": 6}, now=now)


def test_a_refused_change_leaves_nothing(admin, now):
    with pytest.raises(RuleFieldError):
        save(admin, {"base": 0}, now=now)

    assert len(queries.list_versions("ACT_JOIN")) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRecordRow)) == 0


def test_who_has_not_seen_the_newest_version_is_told(admin, now):
    save(admin, {"base": 6}, after_version=1, now=now)

    with pytest.raises(RuleChangedError):
        save(admin, {"base": 7}, after_version=1, now=now + HOUR)


def test_a_version_that_is_planned_gives_way_to_one_that_starts_before_it(admin, station, now):
    save(admin, {"base": 6}, valid_from=now + 9 * HOUR, now=now)
    save(admin, {"base": 8}, node_id=station.id, now=now)

    service.set_enabled(actor=admin, code="ACT_JOIN", enabled=False, now=now)

    for moment in (now, now + 10 * HOUR):
        rule = queries.read_rule_set(moment).rules["ACT_JOIN"]
        # It is a change of what ran, not of what was planned.
        assert (rule.base, rule.enabled, rule.version) == (5, False, 4)
        assert queries.read_rule_set(moment).overrides["ACT_JOIN"][0].base == 8


def test_what_is_planned_is_called_off_by_a_version_that_says_the_same_as_now(admin, now):
    save(admin, {"base": 6}, valid_from=now + HOUR, now=now)

    save(admin, {}, now=now)

    assert queries.read_rule_set(now + 2 * HOUR).rules["ACT_JOIN"].base == 5


def test_a_later_start_is_of_what_runs_then(admin, now):
    save(admin, {"base": 6}, valid_from=now + HOUR, now=now)
    save(admin, {"cap_day": 20}, valid_from=now + 2 * HOUR, now=now)

    assert queries.read_rule_set(now + HOUR).rules["ACT_JOIN"].base == 6
    assert queries.read_rule_set(now + 2 * HOUR).rules["ACT_JOIN"].base == 6


@pytest.mark.parametrize("node", [False, True], ids=["everywhere", "at a node"])
def test_a_change_of_nothing_is_no_version(admin, station, node, now):
    with pytest.raises(RuleUnchangedError):
        save(admin, {}, node_id=station.id if node else None, now=now)

    assert len(queries.list_versions("ACT_JOIN")) == 1


def test_a_year_that_is_mistyped_is_refused(admin, now):
    with pytest.raises(RulePeriodError):
        save(admin, {"base": 6}, valid_from=now + timedelta(days=730), now=now)


def test_the_most_of_all_rules_together_has_no_end(admin, now):
    with pytest.raises(RulePeriodError):
        save(admin, {"cap_day": 120}, code="GUARD", valid_to=now + HOUR, now=now)


def test_a_rule_is_switched_off_and_on(admin, station, now):
    service.set_enabled(actor=admin, code="ACT_JOIN", enabled=False, now=now)
    assert not queries.get_rule_set(now).rules["ACT_JOIN"].enabled

    later = now + HOUR
    service.set_enabled(actor=admin, code="ACT_JOIN", enabled=True, now=later)
    assert queries.get_rule_set(later).rules["ACT_JOIN"].base == 5
    assert queries.get_rule_set(later).rules["ACT_JOIN"].enabled


def test_what_differs_at_a_node_can_end(admin, station, now):
    save(admin, {"base": 7}, node_id=station.id, now=now)
    later = now + HOUR

    service.end_override(actor=admin, code="ACT_JOIN", node_id=station.id, now=later)

    assert queries.get_rule_set(later).overrides.get("ACT_JOIN") is None
    with pytest.raises(RuleNotFoundError):
        service.end_override(actor=admin, code="ACT_JOIN", node_id=station.id, now=later + HOUR)


def test_of_two_who_save_at_once_one_is_told(admin, race, now):
    def change(number):
        return save(admin, {"base": 6 + number}, after_version=1, now=now)

    results = race(4, change)

    saved = [each for each in results if not isinstance(each, Exception)]
    assert len(saved) == 1
    assert {type(each) for each in results} - {type(saved[0])} == {RuleChangedError}


@pytest.mark.parametrize(
    ("version", "hours"),
    [(2, 0), (2, -1), (1, 1)],
    ids=["at the same moment", "before", "with a lower number"],
)
def test_the_database_refuses_a_version_that_does_not_follow(station, version, hours, now):
    def insert(version, valid_from):
        db.session.execute(
            sa.insert(PointRuleRow).values(
                code="NEW",
                version=version,
                node_path="",
                definition={},
                valid_from=valid_from,
                created_by="system",
                created_at=now,
            )
        )

    insert(1, now)
    with pytest.raises(IntegrityError):
        insert(version, now + hours * HOUR)


def test_the_service_itself_may_change_rules(station, now):
    assert save(SystemActor(), {"base": 6}, now=now).created_by == "system"


def test_a_change_by_another_process_is_seen_within_two_seconds(station, now):
    assert base(now=now) == 5
    # As another process writes it: nobody tells this one.
    db.session.execute(
        sa.insert(PointRuleRow).values(
            code="ACT_JOIN",
            version=2,
            node_path="",
            definition={"base": 6, "board": "study"},
            valid_from=now,
            created_by="system",
            created_at=now,
        )
    )
    db.session.commit()
    assert base(now=now) == 5

    deadline = time.monotonic() + queries.CACHE_SECONDS + 0.2
    while base(now=now) == 5 and time.monotonic() < deadline:
        time.sleep(0.05)

    assert queries.CACHE_SECONDS <= 2
    assert base(now=now) == 6
