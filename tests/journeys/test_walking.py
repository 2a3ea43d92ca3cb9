"""The walks find what they are there to find: each fault is put on a page on purpose."""

import pytest

from tests.walking import axe, keyboard, reading

GOOD = """<!doctype html><html lang="zh-CN"><head><title>好</title>
<meta name="viewport" content="width=device-width">
<style>body { margin: 0; font-size: 18px } a, button, input { font-size: 1em }
a, button { display: inline-block; min-width: 60px; min-height: 60px }
:focus { outline: 3px solid #1550a8 }</style></head>
<body><main><h1>好</h1><p>这是一段话</p><a href="#a">第一个</a>
<button>第二个</button>FAULT</main></body>"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport=reading.NARROW)
    yield context.new_page()
    context.close()


def show(page, fault=""):
    page.set_content(GOOD.replace("FAULT", fault))


def test_a_good_page_has_no_faults(page):
    show(page)

    assert axe.find_faults(page) + keyboard.find_faults(page) + reading.find_faults(page) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<img src="data:,">', "image-alt"),
        ("<input>", "label"),
        ('<p style="color: #999; background: #aaa">看不清</p>', "color-contrast"),
        ('<p id="a"></p><button aria-labelledby="none"></button>', "button-name"),
    ],
)
def test_axe_tells_what_a_blind_or_weak_eye_stumbles_over(page, fault, told):
    show(page, fault)

    assert any(each.startswith(told) for each in axe.find_faults(page))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<button style="outline: 0">没有框</button>', "no ring"),
        (
            ('<button onkeydown="event.preventDefault()">陷阱</button><button>后面</button>'),
            "not reached",
        ),
        (
            (
                '<button>盖住</button><p style="position: fixed; inset: 0; margin: 0;'
                ' background: white">盖</p>'
            ),
            "covered",
        ),
    ],
)
def test_the_keyboard_walk_tells_where_one_is_lost(page, fault, told):
    show(page, fault)

    assert any(told in each for each in keyboard.find_faults(page))


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<p style="width: 400px; background: red">宽</p>', "sideways"),
        ('<p style="margin-left: 310px; white-space: nowrap">出去了</p>', "off the page"),
        ('<p style="width: 20px; overflow: hidden; white-space: nowrap">被切了</p>', "out of its"),
        (
            '<p style="position: relative; left: 0; margin-top: -2em; height: 2em">压住了</p>',
            "over",
        ),
        ('<input class="input" style="width: 40px" value="13800001234">', "value cut"),
        ('<a href="#b" style="min-width: 0; min-height: 0">小</a>', "small"),
    ],
)
def test_the_reading_walk_tells_what_is_not_seen_whole(page, fault, told):
    show(page, fault)

    assert any(told in each for each in reading.find_faults(page))


@pytest.mark.nightly
@pytest.mark.parametrize(("by", "style"), [("growRoot", "13rem"), ("growTexts", "12em")])
def test_both_manners_of_growing_are_tried(page, by, style):
    show(page, f'<p style="width: {style}">一段话</p>')

    faults = reading.find_faults(page)

    assert any(by in each for each in faults)
    assert not any(each.startswith("normal:") for each in faults)
