from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from rewards.access.types import Role
from rewards.core import clock
from rewards.core.db import db
from rewards.core.lookups import Lookup
from rewards.core.unit import use_case
from rewards.identity import operations, queries, service
from rewards.identity.errors import (
    SignInDelayedError,
    TotpRequiredError,
    WrongCredentialsError,
)
from rewards.identity.models import SignInRow, StaffRow
from rewards.identity.types import SignedIn
from rewards.web import sessions
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


def test_finding_an_actor_takes_two_look_ups_at_most(branch, clerk, now, monkeypatch):
    participant = make_participant(branch[2], now)
    tokens = [
        sign_in(now).token,
        service.issue_token(actor=SYSTEM, participant_id=participant.id, label="app", now=now),
    ]
    statements = []
    look_up = Lookup.find

    def find(lookup, wanted):
        statements.append("SELECT by the token")
        return look_up(lookup, wanted)

    def note(_connection, _cursor, text, *_rest):
        statements.append(text)

    monkeypatch.setattr(Lookup, "find", find)
    event.listen(db.engine, "before_cursor_execute", note)

    taken = []
    for token in tokens:
        statements.clear()
        assert queries.find_actor(token, now)
        taken.append(sum(text.lstrip().upper().startswith("SELECT") for text in statements))
    event.remove(db.engine, "before_cursor_execute", note)

    # Of staff the roles as well.
    assert taken == [2, 1]


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


@pytest.mark.parametrize(
    "change",
    [
        lambda clerk, now: service.disable_staff(actor=SYSTEM, staff_id=clerk.staff_id, now=now),
        lambda clerk, now: service.set_password(
            actor=SYSTEM, staff_id=clerk.staff_id, password="another long password", now=now
        ),
    ],
    ids=["disabled", "new password"],
)
def test_an_account_that_changed_while_the_password_was_checked_signs_nobody_in(clerk, now, change):
    credentials = queries.find_credentials("zhouhang")
    change(clerk, now)

    with pytest.raises(WrongCredentialsError):
        use_case(operations.judge_sign_in)(
            credentials=credentials, is_password_right=True, totp="", now=now
        )


def test_a_page_that_is_asked_for_keeps_the_browser_signed_in(app, clerk):
    five_minutes_ago = clock.now() - 5 * MINUTE
    signed_in = sign_in(five_minutes_ago)

    with app.test_request_context(
        "/console", headers={"Cookie": f"{sessions.Cookie.STAFF}={signed_in.token}"}
    ):
        assert sessions.require_staff().staff_id == clerk.staff_id

    statement = sa.select(SignInRow.used_at).where(SignInRow.id == signed_in.sign_in_id)
    assert db.session.execute(statement).scalar_one() > five_minutes_ago
