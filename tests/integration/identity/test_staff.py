import pytest
import sqlalchemy as sa

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core.db import db
from rewards.identity import queries, service
from rewards.identity.errors import (
    GrantExistsError,
    GrantNotFoundError,
    ParticipantLinkedError,
    SignInNotFoundError,
    StaffDisabledError,
    StaffNameTakenError,
    StaffNotFoundError,
    WrongCredentialsError,
)
from rewards.identity.models import StaffRow
from tests.factories.people import (
    PASSWORD,
    SYSTEM,
    make_branch,
    make_participant,
    make_staff,
)


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


def test_a_disabled_account_is_not_changed_any_more(branch, clerk, now):
    service.disable_staff(actor=SYSTEM, staff_id=clerk.staff_id, now=now)

    for change in (
        lambda: service.disable_staff(actor=SYSTEM, staff_id=clerk.staff_id, now=now),
        lambda: service.set_totp(actor=SYSTEM, staff_id=clerk.staff_id, now=now),
        lambda: service.grant_role(
            actor=SYSTEM, staff_id=clerk.staff_id, role=Role.HOST, node_id=branch[2].id, now=now
        ),
    ):
        with pytest.raises(StaffDisabledError):
            change()


def test_an_account_without_a_role_is_managed_from_the_command_line_alone(branch, now):
    boss = make_staff("wutong", now, ("center_admin", branch[0]))
    new = service.create_staff(actor=boss, name="gaoyuan", password=PASSWORD, now=now)

    with pytest.raises(NotAllowedError):
        service.disable_staff(actor=boss, staff_id=new.id, now=now)
    service.disable_staff(actor=SYSTEM, staff_id=new.id, now=now)


def test_an_unknown_account_is_not_found(branch, now):
    with pytest.raises(StaffNotFoundError):
        service.disable_staff(actor=SYSTEM, staff_id=branch[0].id, now=now)
    with pytest.raises(StaffNotFoundError):
        service.issue_token(actor=SYSTEM, staff_name="nobody", label="x", now=now)


def link(branch, staff_id, person, now, actor=SYSTEM):
    service.link_participant(
        actor=actor, staff_id=staff_id, participant_id=person and person.id, now=now
    )


def test_whoever_is_linked_to_a_participant_is_known_as_that_one(branch, clerk, now):
    person, other = (make_participant(branch[2], now) for _ in range(2))

    link(branch, clerk.staff_id, person, now)

    token = service.issue_token(actor=SYSTEM, staff_name="zhouhang", label="test", now=now)
    actor = queries.find_actor(token, now)
    assert access.is_self(actor, person.id)
    assert not access.is_self(actor, other.id)
    assert not access.is_self(clerk, person.id)


def test_two_accounts_are_not_one_participant(branch, clerk, now):
    person = make_participant(branch[2], now)
    other = make_staff("linfang", now, ("clerk", branch[2]))
    link(branch, clerk.staff_id, person, now)

    with pytest.raises(ParticipantLinkedError):
        link(branch, other.staff_id, person, now)

    link(branch, clerk.staff_id, None, now)
    link(branch, other.staff_id, person, now)


def test_nobody_cuts_their_own_link(branch, now):
    admin = make_staff("zhengtao", now, ("center_admin", branch[0]))

    with pytest.raises(NotAllowedError):
        link(branch, admin.staff_id, None, now, actor=admin)
