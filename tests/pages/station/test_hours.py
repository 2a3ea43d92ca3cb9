from datetime import UTC, datetime, time, timedelta

import pytest

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import AttendanceState
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from tests.factories.people import SYSTEM, make_participant
from tests.factories.world import build_occasion

DAY = timedelta(days=1)


@pytest.fixture
def yesterday(now):
    """Ten in the morning of yesterday: what is done by night gives more points."""
    day = clock.local_date(now, clock.zone()) - DAY
    return datetime.combine(day, time(10), clock.zone()).astimezone(UTC)


@pytest.fixture
def shift(station, yesterday):
    """A shift of two hours that was yesterday."""
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, title="热线值班", now=yesterday)


@pytest.fixture
def people(station, shift, yesterday):
    """Three who came and did not check out."""
    came = [
        make_participant(station, yesterday, name=name) for name in ("王建英", "李桂芳", "孙立")
    ]
    for each in came:
        service.check_in_by_staff(
            actor=SYSTEM, occasion_id=shift.id, participant_id=each.id, now=yesterday
        )
    return came


@pytest.fixture
def leader(make_browser, station):
    return make_browser("lideqiang", (Role.TEAM_LEADER, station))


def of(person, shift):
    return checkins.find_receipt(occasion_id=shift.id, participant_id=person.id)


def at(shift, more=""):
    return f"/console/hours/occasions/{shift.id}{more}"


def settle(browser, person, shift, act, **form):
    return browser.post(
        f"/console/hours/check-ins/{of(person, shift).check_in_id}/{act}", data=form
    )


def test_what_waits_is_listed_by_occasion(leader, shift, people):
    page = leader.get("/console/hours").text

    assert "热线值班" in page
    assert "3人" in page
    assert "3人的时长等确认" in leader.get("/console").text
    assert "待确认" in leader.get(f"/console/occasions/{shift.id}").text


def test_nothing_to_do_says_so(leader, station):
    assert "没有要确认的时长" in leader.get("/console/hours").text


def test_all_are_confirmed_in_one_go_once(leader, shift, people):
    first = leader.post(at(shift, "/confirmation"), follow_redirects=True).text
    second = leader.post(at(shift, "/confirmation"), follow_redirects=True).text

    assert "确认了3人" in first
    assert "没有要确认的时长" in first
    assert "确认了0人" in second
    for each in people:
        minutes = ledger.get_balance(each.id, asset=Asset.SERVICE_MINUTES).balance
        assert (ledger.get_balance(each.id).balance, minutes) == (20, 120)
    assert "lideqiang确认" in leader.get(f"/console/occasions/{shift.id}").text


def test_one_left_earlier_and_one_was_not_there(leader, shift, people):
    left = (shift.starts_at + timedelta(minutes=35)).astimezone(clock.zone())

    early = settle(leader, people[0], shift, "confirmation", left=f"{left:%H:%M}")
    absent = settle(leader, people[1], shift, "refusal", reason="签到后走了")

    assert "记好了" in leader.get(early.location).text
    assert "这次不算时长" in leader.get(absent.location).text
    assert 34 <= of(people[0], shift).minutes <= 35
    assert of(people[1], shift).state is AttendanceState.DECLINED


def test_a_qualification_is_ticked_when_time_is_confirmed_or_put_right(leader, station, yesterday):
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, rule_code="SVC_PRO", now=yesterday
    )
    person, other = (make_participant(station, yesterday, name=name) for name in ("陈静", "何伟"))
    for each in (person, other):
        service.check_in_by_staff(
            actor=SYSTEM, occasion_id=shift.id, participant_id=each.id, now=yesterday
        )
    assert leader.get(at(shift)).text.count("核对过资格") == 2

    settle(leader, person, shift, "confirmation", qualified="yes")
    settle(leader, other, shift, "confirmation")
    assert leader.get(at(shift)).text.count("核对过资格") == 1
    settle(leader, other, shift, "correction", qualified="yes", reason="后来看到了资格证")

    assert [ledger.get_balance(each.id).balance for each in (person, other)] == [24, 24]


def test_the_page_of_a_shift_names_nobody_of_another(leader, station, other_station, yesterday):
    far = build_occasion(other_station, kind=OccasionKind.SERVICE_SHIFT, now=yesterday)
    near = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=yesterday)
    person = make_participant(other_station, yesterday, name="欧阳锋锋")
    came = service.check_in_by_staff(
        actor=SYSTEM, occasion_id=far.id, participant_id=person.id, now=yesterday
    )

    page = leader.get(at(near, f"?done={came.check_in_id}"))

    assert page.status_code == 200
    assert person.masked_name not in page.text


def test_a_second_click_finds_it_done_and_says_who_did_it(leader, admin, shift, people):
    settle(leader, people[0], shift, "confirmation")

    again = admin.get(settle(admin, people[0], shift, "confirmation").location).text

    assert "lideqiang已经处理过" in again
    assert ledger.get_balance(people[0].id).balance == 20


@pytest.mark.parametrize("left", ["25:00", "abc", "0:00:00:00"])
def test_a_time_that_is_none_is_refused_with_the_remedy(leader, shift, people, left):
    answer = settle(leader, people[0], shift, "confirmation", left=left)

    assert answer.status_code == 422
    assert "离开时间不对" in answer.text
    assert of(people[0], shift).state is AttendanceState.OPEN


def test_without_a_reason_nothing_is_declined(leader, shift, people):
    answer = settle(leader, people[0], shift, "refusal", reason=" ")

    assert answer.status_code == 422
    assert "还没有写明原因" in answer.text


def test_only_who_confirms_hours_there_gets_there(clerk, stranger, shift, people):
    assert clerk.get("/console/hours").status_code == 403
    for browser in (clerk, stranger):
        assert browser.get(at(shift)).status_code == 403
        assert browser.post(at(shift, "/confirmation")).status_code == 403
        assert settle(browser, people[0], shift, "confirmation").status_code == 403
    assert "热线值班" not in stranger.get("/console/hours").text
    assert of(people[0], shift).state is AttendanceState.OPEN


@pytest.fixture
def running(station, now):
    """A shift that began an hour ago and goes on for one more."""
    return build_occasion(
        station,
        kind=OccasionKind.SERVICE_SHIFT,
        title="环境清洁日",
        now=now - timedelta(hours=1),
        capacity=10,
    )


@pytest.fixture
def there(station, running, now):
    """Two who are at it."""
    came = [make_participant(station, now, name=name) for name in ("王建英", "李桂芳")]
    for each in came:
        service.check_in_by_staff(
            actor=SYSTEM,
            occasion_id=running.id,
            participant_id=each.id,
            now=now - timedelta(hours=1),
        )
    return came


def clock_of(moment):
    return f"{moment.astimezone(clock.zone()):%H:%M}"


def test_a_shift_is_ended_with_one_tap_once_who_left_earlier_is_checked_out(
    leader, running, there, now
):
    page = leader.get(at(running)).text
    assert "2人在场" in page.replace("\xa0", "")
    assert "现在全部签退" in page
    assert "收班签退" in leader.get(f"/console/occasions/{running.id}").text

    early = now - timedelta(minutes=25)
    told = leader.post(
        f"/console/hours/check-ins/{of(there[0], running).check_in_id}/confirmation",
        data={"left": clock_of(early)},
        follow_redirects=True,
    ).text
    ended = leader.post(at(running, "/confirmation"), follow_redirects=True).text

    assert "王*英记好了" in told
    assert "点错了，撤销签退" in told
    assert "确认了1" in ended
    assert [of(each, running).minutes for each in there] in ([35, 60], [34, 60])
    assert "现在没有人在场" in ended


def test_the_end_is_put_off_and_times_are_put_right_on_the_same_page(leader, running, there):
    later = running.ends_at + timedelta(minutes=30)
    assert later.isoformat().replace("+", "&#43;") in leader.get(at(running)).text or (
        later.isoformat() in leader.get(at(running)).text
    )
    for _ in range(2):
        page = leader.post(
            at(running, "/extension"), data={"ends_at": later.isoformat()}, follow_redirects=True
        ).text
        assert f"结束时间改到了{clock_of(later)}" in page
    assert leader.post(at(running, "/extension"), data={"ends_at": "soon"}).status_code == 400
    leader.post(at(running, "/confirmation"))
    receipt = of(there[0], running)
    left_at = receipt.checked_out_at - timedelta(minutes=20)

    refused = settle(leader, there[0], running, "correction", left=clock_of(left_at), reason="")
    settled = settle(
        leader, there[0], running, "correction", left=clock_of(left_at), reason="提前去接孩子了"
    )

    assert refused.status_code == 422
    assert "还没有写明原因" in refused.text
    assert settled.status_code == 303
    assert of(there[0], running).minutes in (39, 40)
    assert of(there[0], running).note == "提前去接孩子了"


def test_who_leaves_in_the_minute_in_which_they_came_is_checked_out(leader, station, running, now):
    came_at = (now - timedelta(minutes=1)).replace(second=30)
    person = make_participant(station, now, name="孙立")
    service.check_in_by_staff(
        actor=SYSTEM, occasion_id=running.id, participant_id=person.id, now=came_at
    )

    told = settle(leader, person, running, "confirmation", left=clock_of(came_at))

    assert told.status_code == 303
    assert of(person, running).minutes == 0


def test_a_time_before_midnight_is_of_the_evening_before(leader, station, yesterday):
    midnight = datetime.combine(
        clock.local_date(yesterday, clock.zone()), time(), tzinfo=clock.zone()
    )
    came_at = midnight - timedelta(minutes=15)
    night = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, now=came_at, starts_in=25, minutes=60
    )
    person = make_participant(station, came_at)
    for act, moment in (
        (service.check_in_by_staff, came_at),
        (service.check_out_by_staff, night.ends_at),
    ):
        act(actor=SYSTEM, occasion_id=night.id, participant_id=person.id, now=moment)

    settled = settle(
        leader, person, night, "correction", came="23:50", left="01:00", reason="来晚了5分钟"
    )

    assert settled.status_code == 303
    assert of(person, night).checked_in_at == midnight - timedelta(minutes=10)
    assert of(person, night).minutes == 50
