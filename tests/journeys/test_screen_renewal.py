"""When a screen loads its page anew, and when it leaves: never without end, never into nothing."""

import pytest

from rewards.pages import assets

ORIGIN = "http://screen.test"
SLIDE = (
    '<section data-slide="a" data-seconds="9" data-as-of="4102444800" data-expires="{expires}">'
    "<p data-old hidden><i data-old-online>old</i><i data-old-offline hidden>line</i></p>"
    '<div data-ring="20"><svg><path class="left"/></svg></div></section>'
)
PAGE = (
    "<!doctype html><style>[hidden] {{ display: none }}</style>"
    '<main data-screen data-now="4102444800" data-build="old" data-version="1">{slide}</main>'
    "<script>window.connectScreen = (wall, on) => {{ window.on = on; return {{ask() {{}}}}; }};"
    "window.status_ = 200;"
    "window.fetch = () => Promise.resolve(new Response('', {{status: window.status_}}));</script>"
    '<script src="/screen.js"></script>'
)


@pytest.fixture
def screen(browser):
    page = browser.new_page()
    page.loads = []

    def serve(route):
        page.loads.append(route.request.url)
        expires = 4102444800 + 15
        route.fulfill(
            body=PAGE.format(slide=SLIDE.format(expires=expires)), content_type="text/html"
        )

    page.route(f"{ORIGIN}/*", serve)
    page.route(f"{ORIGIN}/screen.js", lambda route: route.fulfill(path=assets.STATIC / "screen.js"))
    page.clock.install(time="2100-01-01T00:00:00")
    page.goto(f"{ORIGIN}/screen")
    page.clock.pause_at("2100-01-01T00:00:01")
    yield page
    page.close()


def pass_by(page, *, seconds, saying, step=1):
    """Let so many seconds pass, in which the screen hears *saying* again and again."""
    for _ in range(0, seconds, step):
        page.wait_for_function("window.on")
        page.evaluate(saying)
        page.clock.run_for(step * 1000)
    page.wait_for_load_state()


@pytest.mark.parametrize(
    "saying",
    [
        "on.screen({build: 'other', version: 2})",
        "on.slide({key: 'b', parts: {}, as_of: 1})",
    ],
)
def test_a_screen_that_cannot_agree_with_its_stream_loads_the_page_once_then_seldom(screen, saying):
    pass_by(screen, seconds=60, saying=saying)
    assert len(screen.loads) == 2

    pass_by(screen, seconds=900, saying=saying, step=10)
    assert 3 <= len(screen.loads) <= 7


def test_another_choice_of_slides_is_loaded_at_once(screen):
    pass_by(screen, seconds=2, saying="on.screen({build: 'old', version: 2})")
    assert len(screen.loads) == 2


def test_an_upgrade_is_loaded_at_some_moment_of_five_minutes(screen):
    screen.evaluate("Math.random = () => 0.8")
    pass_by(screen, seconds=230, saying="on.screen({build: 'new', version: 1})", step=10)
    assert len(screen.loads) == 1
    pass_by(screen, seconds=20, saying="on.screen({build: 'new', version: 1})", step=10)
    assert len(screen.loads) == 2


def test_a_disconnected_screen_is_dark_at_once_but_leaves_only_for_a_page_that_can_be_had(screen):
    screen.evaluate("status_ = 502; on.gone()")
    assert not screen.locator("main").is_visible()
    screen.clock.run_for(60_000)
    assert len(screen.loads) == 1

    screen.evaluate("status_ = 200")
    with screen.expect_navigation():
        screen.clock.run_for(20_000)
    assert len(screen.loads) == 2


def test_a_code_that_is_dead_is_taken_away_and_the_note_says_why(screen):
    screen.clock.run_for(30_000)
    assert not screen.locator(".slide--dead").count()
    assert not screen.get_by_text("old").is_visible()

    screen.clock.run_for(10_000)
    assert screen.locator(".slide--dead").count() == 1
    assert screen.get_by_text("old").is_visible()
    assert not screen.get_by_text("line").is_visible()
    screen.evaluate("on.online(false)")
    assert screen.get_by_text("line").is_visible()
    assert not screen.get_by_text("old").is_visible()
