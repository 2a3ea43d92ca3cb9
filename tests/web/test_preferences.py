"""The language and the text size a visitor chose stay chosen."""

import pytest

YEAR = str(365 * 24 * 60 * 60)


def page(visitor, **headers):
    text = visitor.get("/sample", headers=headers).text
    return text.replace("\N{NO-BREAK SPACE}", "~")


def test_at_first_it_is_chinese_in_normal_size(visitor):
    assert page(visitor) == "zh-CN None large 大字 en 20~分"


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("fr,en;q=0.5", "en"),
        ("en,zh-CN;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW;q=0.5,en;q=0.4", "zh-CN"),
        ("en;q=0.4,zh-Hans;q=0.5", "zh-CN"),
        ("fr", "zh-CN"),
        ("*", "zh-CN"),
        ("", "zh-CN"),
    ],
)
def test_english_is_for_those_who_prefer_it_over_any_chinese(visitor, accepted, tag):
    assert page(visitor, **{"Accept-Language": accepted}).split()[0] == tag


def test_a_chosen_language_goes_before_that_of_the_browser(visitor):
    visitor.get("/sample?lang=zh")

    assert page(visitor, **{"Accept-Language": "en"}).startswith("zh-CN ")

    visitor.get("/sample?lang=en")

    assert page(visitor) == "en None large Large zh 20~pts"


def test_the_size_goes_round(visitor):
    seen = [page(visitor).split()[1:4]]
    for _time in range(3):
        visitor.get(f"/sample?size={seen[-1][1]}")
        seen.append(page(visitor).split()[1:4])

    assert seen == [
        ["None", "large", "大字"],
        ["large", "xlarge", "特大"],
        ["xlarge", "normal", "标准"],
        ["None", "large", "大字"],
    ]


@pytest.mark.parametrize("choice", ["lang=en", "size=large"])
def test_a_choice_is_kept_for_a_year(visitor, choice):
    response = visitor.get(f"/sample?{choice}")

    assert response.status_code == 302
    cookie = response.headers["Set-Cookie"].split("; ")
    assert cookie[0] == choice
    assert {f"Max-Age={YEAR}", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie)
    assert "Secure" not in cookie


def test_over_https_a_choice_travels_over_https_alone(make_site):
    visitor = make_site(secure_cookies=True).test_client()

    response = visitor.get("/sample?size=large", base_url="https://localhost")

    assert "Secure" in response.headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/sample?lang=en", "/sample"),
        ("/sample?size=large&lang=en", "/sample"),
        ("/sample?page=2&size=large&tag=a&tag=b", "/sample?page=2&tag=a&tag=b"),
        ("/sample?name=%E7%8E%8B%26&size=large", "/sample?name=%E7%8E%8B%26"),
        ("/nowhere/%E7%8E%8B%3F?size=large", "/nowhere/%E7%8E%8B%3F"),
        # None of these may lead to another site.
        ("///evil.example?lang=en", "/evil.example"),
        ("/%5Cevil.example?size=large", "/%5Cevil.example"),
        ("/%2F/evil.example?size=large", "/evil.example"),
        ("/sample?next=https://evil.example&size=large", "/sample?next=https%3A%2F%2Fevil.example"),
    ],
)
def test_a_choice_leads_back_to_the_same_page(visitor, asked, led_to):
    response = visitor.get(asked)

    assert (response.status_code, response.location) == (302, led_to)


def test_an_address_that_reads_like_another_site_leads_to_a_page_of_ours(visitor):
    # The test client would take the path for a host; a browser's request line does not.
    asked = {"PATH_INFO": "//evil.example/x"}

    response = visitor.get("/?size=large", environ_overrides=asked)

    assert (response.status_code, response.location) == (302, "/evil.example/x")


@pytest.mark.parametrize("choice", ["lang=fr", "size=huge", "lang=", "size=LARGE"])
def test_a_choice_that_there_is_not_changes_nothing(visitor, choice):
    response = visitor.get(f"/sample?{choice}")

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_a_cookie_that_was_tampered_with_counts_for_nothing(visitor):
    visitor.set_cookie("lang", "../../etc")
    visitor.set_cookie("size", '"><script>')

    assert page(visitor) == "zh-CN None large 大字 en 20~分"


def test_a_form_is_not_led_away(visitor):
    token = visitor.get("/sample/form").text

    response = visitor.post("/sample/form?size=large", data={"csrf_token": token})

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_the_api_sets_no_cookie(visitor):
    response = visitor.get("/api/v1/nowhere?size=large&lang=en")

    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers


def test_a_switch_keeps_what_else_was_asked(visitor):
    assert visitor.get("/sample/switch?page=2").text == "/sample/switch?page=2&size=large"
