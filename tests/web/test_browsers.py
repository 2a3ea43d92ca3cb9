"""A browser is known again by a cookie that nobody else has, and kept as a hash."""

from werkzeug.wrappers import Response

from rewards.web import browsers


def test_a_browser_is_known_again_by_its_cookie(app):
    with app.test_request_context("/"):
        response = Response()
        first = browsers.keep(response)
        cookie = response.headers["Set-Cookie"].split(";")[0]
    with app.test_request_context("/", headers={"Cookie": cookie}):
        again = Response()
        assert browsers.find_id() == browsers.keep(again) == first
        assert "Set-Cookie" not in again.headers
    assert cookie.split("=")[1] not in first


def test_two_browsers_are_two(app):
    ids = set()
    for _ in range(2):
        with app.test_request_context("/"):
            ids.add(browsers.keep(Response()))
    assert len(ids) == 2


def test_several_answers_of_one_request_speak_of_one_browser(app):
    with app.test_request_context("/"):
        assert browsers.keep(Response()) == browsers.keep(Response())


def test_what_is_no_cookie_of_ours_is_no_browser(app):
    for cookie in ("", "browser=", "browser=short", f"browser={'x' * 300}"):
        with app.test_request_context("/", headers={"Cookie": cookie}):
            assert browsers.find_id() is None
