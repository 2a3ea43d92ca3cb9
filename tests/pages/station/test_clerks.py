"""Who is at the desk: clerks who take turns on one tablet."""

import pytest

from rewards.access.types import Role
from tests.factories.people import PASSWORD, make_staff

DESK = "/console/desk"


@pytest.fixture
def tablet(clerk, space):
    """The tablet of the station, on which zhouhang set digits."""
    answer = clerk.post(f"{DESK}/digits", data={"pin": "2749"})
    assert (answer.status_code, answer.location) == (303, DESK)
    return clerk


@pytest.fixture
def shared(tablet, station, now):
    """The same tablet, on which hejing set digits too and now stands."""
    make_staff("hejing", now, (Role.STATION_ADMIN, station))
    tablet.post("/console/sign-in", data={"name": "hejing", "password": PASSWORD})
    tablet.post(f"{DESK}/digits", data={"pin": "8251"})
    return tablet


def take(browser, name, pin):
    page = browser.get(f"{DESK}/clerks").text
    staff = page.split(f'<span class="clerk">{name}')[0].rsplit('value="', 1)[1].split('"')[0]
    return browser.post(f"{DESK}/clerks", data={"staff": staff, "pin": pin})


def test_the_clerk_at_the_desk_is_named_and_changes_by_digits(shared):
    assert '<b class="clerk">hejing' in shared.get(DESK).text

    answer = take(shared, "zhouhang", "2749")

    assert answer.location == DESK
    page = shared.get(DESK).text
    assert '<b class="clerk">zhouhang' in page
    assert '<b class="clerk">hejing' not in page


def test_digits_open_the_desk_and_no_other_page(shared):
    rail = shared.get(DESK).text
    other = shared.get("/console/residents")
    form = shared.get(f"{DESK}/digits")

    assert 'href="/console/residents"' not in rail
    assert "/console/place" not in rail
    assert other.status_code == 403
    assert "这台平板现在只开着兑换台" in other.text
    assert "用密码登录" in other.text
    assert shared.get("/console/sign-in").status_code == 200
    token = shared.get_cookie("staff_token").value
    api = shared.get("/api/v1/nodes", headers={"Authorization": f"Bearer {token}"})
    assert api.status_code == 403
    assert form.status_code == 200
    assert shared.post(f"{DESK}/digits", data={"pin": "5938"}).status_code == 403


def test_a_locked_desk_asks_for_digits_and_shows_nobody(tablet):
    old = tablet.get_cookie("staff_token").value

    locked = tablet.post(f"{DESK}/lock")

    assert locked.location == f"{DESK}/clerks"
    asked = tablet.get(DESK, follow_redirects=True)
    assert asked.request.path == f"{DESK}/clerks"
    assert "开始值台" in asked.text
    assert tablet.get("/console/residents").status_code == 302
    tablet.set_cookie("staff_token", old)
    assert tablet.get(DESK).status_code == 302
    assert take(tablet, "zhouhang", "2749").status_code == 303
    assert tablet.get(DESK).status_code == 200


def test_wrong_digits_say_how_many_tries_are_left_and_then_end(tablet):
    tablet.post(f"{DESK}/lock")

    answers = [take(tablet, "zhouhang", "0000") for _each in range(5)]

    assert [each.status_code for each in answers] == [401, 401, 401, 401, 410]
    assert "还能试4次" in answers[0].text
    assert "用密码登录" in answers[4].text
    # Nobody is left who could take the desk by digits.
    assert tablet.get(f"{DESK}/clerks").location == f"/console/sign-in?next={DESK}"
    assert tablet.get(f"/console/sign-in?next={DESK}").status_code == 200


def test_going_home_ends_the_digits_of_one_and_leaves_the_others(shared):
    answer = shared.post("/console/sign-out")

    assert answer.location == f"{DESK}/clerks"
    page = shared.get(answer.location).text
    assert "zhouhang" in page
    assert "hejing" not in page


@pytest.mark.parametrize(("pin", "said"), [("1234", "连着的数"), ("", "4到6位"), ("4 4", "4到6位")])
def test_digits_that_are_too_plain_are_refused_in_a_sentence(clerk, space, pin, said):
    answer = clerk.post(f"{DESK}/digits", data={"pin": pin})

    assert answer.status_code == 422
    assert said in answer.text
    assert clerk.get("/console").status_code == 200


@pytest.mark.parametrize("staff", ["x", "0198b5e2-0000-7000-8000-000000000001"])
def test_a_form_for_nobody_opens_nothing(tablet, staff):
    tablet.post(f"{DESK}/lock")

    answer = tablet.post(f"{DESK}/clerks", data={"staff": staff, "pin": "2749"})

    assert answer.status_code in (404, 410)
    assert tablet.get(DESK).status_code == 302


def test_another_browser_knows_nobodys_digits(app, tablet, station):
    other = app.test_client()

    assert other.get(f"{DESK}/clerks").location == f"/console/sign-in?next={DESK}"
    page = tablet.get(f"{DESK}/clerks").text
    staff = page.split('name="staff" value="')[1].split('"')[0]
    answer = other.post(f"{DESK}/clerks", data={"staff": staff, "pin": "2749"})
    assert answer.location == f"/console/sign-in?next={DESK}"
