from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core.db import db
from rewards.identity import queries, service
from rewards.identity.errors import (
    GrantExistsError,
    GrantNotFoundError,
    SignInDelayedError,
    SignInNotFoundError,
    StaffDisabledError,
    StaffNameTakenError,
    TotpRequiredError,
    WrongCredentialsError,
)
from rewards.identity.models import SignInRow, StaffRow
from rewards.identity.types import SignedIn
from tests.factories.people import (
    PASSWORD,
    SYSTEM,
    make_branch,
    make_participant,
    make_staff,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def branch(app, now):
    return make_branch(now)


@pytest.fixture
def clerk(branch, now):
    return make_staff("zhouhang", now, ("clerk", branch[2]))


def sign_in(now, name="zhouhang", password=PASSWORD, totp=None):
    return service.sign_in_staff(name=name, password=password, totp=totp, now=now)


def fail(now, times):
    for _ in range(times):
        with pytest.raises(WrongCredentialsError):
            sign_in(now, password="wrong password")


def count_failures():
    db.session.rollback()
    return db.session.execute(sa.select(StaffRow.failures)).scalar_one()


def test_staff_sign_in_and_hold_their_roles(branch, clerk, now):
    signed_in = sign_in(now, name=" ZhouHang ")

    actor = queries.find_actor(signed_in.token, now)

    assert actor.staff_id == clerk.staff_id
    assert [(grant.role, grant.node_path) for grant in actor.grants] == [
        (Role.CLERK, branch[2].path)
    ]


@pytest.mark.parametrize(
    ("name", "password"), [("zhouhang", "wrong password"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(clerk, now, name, password):
    with pytest.raises(WrongCredentialsError):
        sign_in(now, name=name, password=password)


def test_failures_are_counted_although_each_was_refused(clerk, now):
    fail(now, times=5)

    assert count_failures() == 5
    with pytest.raises(SignInDelayedError):
        sign_in(now)


def test_nobody_is_locked_out_for_good(clerk, now):
    fail(now, times=5)
    later = now + timedelta(seconds=1)

    assert sign_in(later)
    assert count_failures() == 0


def test_guesses_at_the_same_moment_are_not_free(clerk, now, race):
    fail(now, times=4)

    outcomes = race(6, lambda _: sign_in(now, password="wrong password"))

    assert sum(isinstance(each, WrongCredentialsError) for each in outcomes) == 1
    assert sum(isinstance(each, SignInDelayedError) for each in outcomes) == 5
    assert count_failures() == 5


def test_a_browser_of_staff_lasts_twelve_hours_if_it_is_used(clerk, now):
    token = sign_in(now).token
    moment = now

    while moment < now + timedelta(hours=12):
        assert service.recognize(token=token, now=moment)
        moment += 29 * MINUTE

    assert service.recognize(token=token, now=moment) is None


def test_a_browser_of_staff_left_alone_for_half_an_hour_is_signed_out(clerk, now):
    token = sign_in(now).token

    assert queries.find_actor(token, now + 30 * MINUTE)
    assert queries.find_actor(token, now + 30 * MINUTE + timedelta(seconds=1)) is None


def test_use_is_written_down_once_a_minute_at_most(clerk, now):
    signed_in = sign_in(now)

    def used_at(moment):
        service.recognize(token=signed_in.token, now=moment)
        db.session.rollback()
        statement = sa.select(SignInRow.used_at).where(SignInRow.id == signed_in.sign_in_id)
        return db.session.execute(statement).scalar_one()

    assert used_at(now + timedelta(seconds=59)) == now
    assert used_at(now + MINUTE) == now + MINUTE


def test_finding_an_actor_takes_two_look_ups_at_most(branch, clerk, now):
    participant = make_participant(branch[2], now)
    tokens = [
        sign_in(now).token,
        service.issue_token(actor=SYSTEM, participant_id=participant.id, label="app", now=now),
    ]
    statements = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )

    for token in tokens:
        statements.clear()
        assert queries.find_actor(token, now)
        selects = [each for each in statements if each.lstrip().upper().startswith("SELECT")]
        assert len(selects) == 2


def add_totp(clerk, now):
    uri = service.set_totp(actor=SYSTEM, staff_id=clerk.staff_id, now=now)
    return pyotp.parse_uri(uri)


def test_an_account_with_totp_wants_a_code(clerk, now):
    totp = add_totp(clerk, now)

    with pytest.raises(TotpRequiredError):
        sign_in(now)
    assert count_failures() == 0
    assert sign_in(now, totp=totp.at(now))


def test_a_totp_code_is_accepted_once(clerk, now):
    totp = add_totp(clerk, now)
    sign_in(now, totp=totp.at(now))

    with pytest.raises(WrongCredentialsError):
        sign_in(now, totp=totp.at(now))
    assert sign_in(now, totp=totp.at(now, counter_offset=1))


def test_one_totp_code_at_the_same_moment_is_accepted_once(clerk, now, race):
    totp = add_totp(clerk, now)

    outcomes = race(4, lambda _: sign_in(now, totp=totp.at(now)))

    assert sum(isinstance(each, SignedIn) for each in outcomes) == 1


def test_a_wrong_totp_code_is_counted(clerk, now):
    totp = add_totp(clerk, now)

    with pytest.raises(WrongCredentialsError):
        sign_in(now, totp=totp.at(now, counter_offset=5))

    assert count_failures() == 1


def test_a_totp_secret_is_stored_encrypted(clerk, now):
    totp = add_totp(clerk, now)

    stored = db.session.execute(sa.select(StaffRow.totp_secret_sealed)).scalar_one()

    assert totp.secret not in stored


def test_disabling_ends_every_sign_in_of_browsers_and_programs(clerk, now):
    browser = sign_in(now).token
    program = service.issue_token(actor=SYSTEM, staff_name="zhouhang", label="x", now=now)

    service.disable_staff(actor=SYSTEM, staff_id=clerk.staff_id, now=now)

    assert queries.find_actor(browser, now) is None
    assert queries.find_actor(program, now) is None
    with pytest.raises(WrongCredentialsError):
        sign_in(now)
    with pytest.raises(StaffDisabledError):
        service.issue_token(actor=SYSTEM, staff_name="zhouhang", label="x", now=now)


def test_disabled_staff_are_nobody_even_if_a_sign_in_is_left(clerk, now):
    token = sign_in(now).token

    db.session.execute(sa.update(StaffRow).values(disabled_at=now))
    db.session.commit()

    assert queries.find_actor(token, now) is None


def test_a_new_password_ends_the_sign_ins(clerk, now):
    token = sign_in(now).token

    service.set_password(
        actor=clerk, staff_id=clerk.staff_id, password="another long password", now=now
    )

    assert queries.find_actor(token, now) is None
    assert sign_in(now, password="another long password")


def test_an_ended_role_counts_no_more_from_the_next_request(clerk, now):
    token = sign_in(now).token
    [grant] = queries.list_grants(clerk.staff_id)

    service.end_role(actor=SYSTEM, staff_id=clerk.staff_id, grant_id=grant.id, now=now)

    assert queries.find_actor(token, now).grants == ()
    with pytest.raises(GrantNotFoundError):
        service.end_role(actor=SYSTEM, staff_id=clerk.staff_id, grant_id=grant.id, now=now)


def test_a_role_is_held_at_a_node_once(branch, clerk, now, race):
    def grant(_):
        return service.grant_role(
            actor=SYSTEM, staff_id=clerk.staff_id, role=Role.HOST, node_id=branch[2].id, now=now
        )

    outcomes = race(4, grant)

    assert sum(isinstance(each, GrantExistsError) for each in outcomes) == 3


def test_an_institute_admin_manages_the_staff_of_the_branch_alone(branch, clerk, now):
    center, institute, station = branch
    foreign = make_branch(now, name="别的区")[2]
    admin = make_staff("hejing", now, ("institute_admin", institute))
    boss = make_staff("wutong", now, ("center_admin", center))
    new = service.create_staff(actor=admin, name="gaoyuan", password=PASSWORD, now=now)

    def grant(role, node):
        service.grant_role(actor=admin, staff_id=new.id, role=role, node_id=node.id, now=now)

    grant(Role.HOST, station)
    for role, node in [
        (Role.HOST, foreign),
        (Role.HOST, center),
        (Role.CENTER_ADMIN, institute),
    ]:
        with pytest.raises(NotAllowedError):
            grant(role, node)
    service.disable_staff(actor=admin, staff_id=new.id, now=now)
    with pytest.raises(NotAllowedError):
        service.disable_staff(actor=admin, staff_id=boss.staff_id, now=now)
    with pytest.raises(NotAllowedError):
        service.issue_token(actor=admin, staff_name="wutong", label="x", now=now)
    with pytest.raises(NotAllowedError):
        service.create_staff(actor=clerk, name="mallory", password=PASSWORD, now=now)


def test_a_sign_in_name_is_given_once(clerk, now):
    with pytest.raises(StaffNameTakenError):
        service.create_staff(actor=SYSTEM, name="ZHOUHANG", password=PASSWORD, now=now)


def test_a_revoked_token_is_dead(clerk, now):
    token = service.issue_token(actor=clerk, staff_name="zhouhang", label="x", now=now)
    sign_in_id = queries.find_actor(token, now).sign_in_id

    service.revoke_token(actor=clerk, sign_in_id=sign_in_id, now=now)

    assert queries.find_actor(token, now) is None
    with pytest.raises(SignInNotFoundError):
        service.revoke_token(actor=clerk, sign_in_id=sign_in_id, now=now)


def test_the_audit_stands_or_falls_with_the_change(clerk, now, monkeypatch):
    def fail(**_):
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("rewards.identity.service.staff.access.audit", fail)

    with pytest.raises(RuntimeError):
        service.disable_staff(actor=SYSTEM, staff_id=clerk.staff_id, now=now)

    assert queries.get_staff(clerk.staff_id).disabled_at is None


def test_what_staff_change_is_audited_without_names(branch, clerk, now):
    admin = make_staff("zhengtao", now, ("station_admin", branch[2]))
    participant = service.register_participant(
        actor=admin, name="王建英", phone="13812341234", node_id=branch[2].id, agreed=True, now=now
    )

    rows = db.session.execute(
        sa.select(AuditRecordRow.principal, AuditRecordRow.action, AuditRecordRow.details).where(
            AuditRecordRow.subject == f"participant:{participant.id.hex}"
        )
    ).all()

    assert rows == [(admin.principal, "participant.registered", {})]
