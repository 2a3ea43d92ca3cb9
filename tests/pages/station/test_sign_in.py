import pyotp
import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.identity import queries as identity_queries
from rewards.identity import service as identity
from tests.factories.people import PASSWORD, SYSTEM, make_staff


@pytest.fixture
def now():
    """The moment of the real clock, by which one-time passwords are judged."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def zhengtao(station, now):
    return make_staff("zhengtao", now, (Role.STATION_ADMIN, station))


def send(client, name="zhengtao", password=PASSWORD, **more):
    return client.post("/console/sign-in", data={"name": name, "password": password, **more})


def test_staff_sign_in_and_reach_the_page_they_wanted(client, zhengtao, no_csrf):
    away = client.get("/console/place?x=1")

    answer = send(client, next="/console/place?x=1")

    assert away.status_code == 302
    assert away.location == "/console/sign-in?next=/console/place%3Fx%3D1"
    assert answer.status_code == 303
    assert answer.location == "/console/place?x=1"
    assert client.get("/console/place").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/console",
        "/\\evil.example",
        "/console//evil.example",
        "/console\\@evil.example",
        "/consoles",
        "/console/sign-out",
        "/C/ABC",
        "",
    ],
)
def test_nobody_is_sent_out_of_the_console(client, zhengtao, no_csrf, wanted):
    assert send(client, next=wanted).location == "/console"


def test_a_wrong_password_is_told_without_telling_what_was_wrong(client, zhengtao, no_csrf):
    wrong = send(client, password="wrong password")
    nobody = send(client, name="nobody")

    assert wrong.status_code == nobody.status_code == 401
    assert "账号、密码或动态码不对" in wrong.text
    assert "账号、密码或动态码不对" in nobody.text
    assert 'value="zhengtao"' in wrong.text


def test_after_several_failures_one_has_to_wait(client, zhengtao, no_csrf):
    answers = [send(client, password="wrong password") for _ in range(7)]

    assert answers[-1].status_code == 429
    assert "分钟后再试" in answers[-1].text
    assert int(answers[-1].headers.get("Retry-After", "1")) >= 1


def test_a_one_time_code_is_asked_for_only_when_the_password_was_right(
    client, zhengtao, no_csrf, now
):
    uri = identity.set_totp(actor=SYSTEM, staff_id=zhengtao.staff_id, now=now)

    wrong = send(client, password="wrong password")
    right = send(client)

    assert 'name="totp"' not in wrong.text
    assert 'name="totp"' in right.text
    assert PASSWORD not in right.text
    pending = right.text.split('name="pending" value="')[1].split('"')[0]
    code = pyotp.parse_uri(uri).now()
    done = client.post("/console/sign-in", data={"pending": pending, "totp": code})
    assert done.status_code == 303


def test_signing_out_ends_the_sign_in(client, zhengtao, no_csrf, now):
    send(client)
    token = client.get_cookie("staff_token").value

    answer = client.post("/console/sign-out")

    assert answer.status_code == 303
    assert client.get_cookie("staff_token") is None
    assert identity_queries.find_actor(token, now) is None


def test_a_form_of_another_site_signs_nobody_in(client, zhengtao):
    answer = send(client)

    assert answer.status_code == 400
    assert "页面放得太久了" in answer.text
    assert client.get_cookie("staff_token") is None


def test_staff_without_a_role_are_told_who_can_help(make_browser, station):
    browser = make_browser("nobody")

    answer = browser.get("/console/place")

    assert answer.status_code == 403
    assert "站管理员" in answer.text


def test_staff_choose_among_their_nodes_only(make_browser, station, other_station):
    browser = make_browser("both", (Role.CLERK, station), (Role.HOST, other_station))

    moved = browser.post("/console/place", data={"node": str(other_station.id)})
    page = browser.get("/console/place")

    assert moved.status_code == 303
    assert f"<b>{other_station.name}</b>" in page.text
    assert "活动主持" in page.text


def test_nobody_works_at_a_node_without_a_role(clerk, other_station):
    refused = clerk.post("/console/place", data={"node": str(other_station.id)})
    unknown = clerk.post("/console/place", data={"node": "nothing"})

    assert refused.status_code == 403
    assert unknown.status_code == 404


def test_a_page_that_does_not_exist_has_a_way_on(admin, client):
    inside = admin.get("/console/nothing")
    outside = client.get("/nothing")

    assert inside.status_code == outside.status_code == 404
    assert "回到今天" in inside.text
    assert "回首页" in outside.text


def test_a_bug_is_answered_with_a_number_that_the_log_finds(app, no_csrf):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/console/broken")
    def broken():
        raise RuntimeError("secret")

    answer = app.test_client().get("/console/broken")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["X-Request-ID"].replace("-", "")[:6].upper() in answer.text
