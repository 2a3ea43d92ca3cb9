"""Larger letters on pages that answer a form: the same page again, and nothing done twice."""

import re
from html import unescape
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine

from rewards.core.db import db
from tests.factories.redemptions import add_shop, credit
from tests.factories.world import act_as, build_occasion, build_participant

PHONE = "13800001234"
OTHERS = ("/console", "/screen", "/streams", "/api", "/told")
HEADING = re.compile(r"<h1.*?</h1>", re.S)
LINE_ID = re.compile(r'href="/history/([0-9a-f-]{36})"')


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(app, clock, now):
    return add_shop(now, points=5, on_hand=3)


@pytest.fixture
def me(client, shop, now):
    """Somebody with points, signed in."""
    person = build_participant(shop.station, phone=PHONE, now=now)
    credit(act_as(person), shop.station, 120, now)
    sent = submit(client, "/sign-in", phone=PHONE, action="send")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", sent.text).groups())
    assert submit(client, "/sign-in", phone=PHONE, code=code).status_code == 303
    return person


def submit(client, address, **fields):
    form = client.get("/sign-in")
    if form.status_code == 302:
        form = client.get("/slips")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def enlarge(client, page):
    """Press the size button of *page* as a browser without scripts does."""
    header = re.search(r"<header.*?</header>", page.text, re.S)[0]
    action = unescape(re.search(r'<form method="post" action="([^"]+)"', header)[1])
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', header)
    button = re.search(r'<button[^>]* name="(size)" value="([a-z]+)"', header).groups()
    return client.post(
        action, data={unescape(name): unescape(value) for name, value in [*fields, button]}
    )


def heading(page):
    return HEADING.search(page.text)[0]


def count(table):
    db.session.rollback()
    return db.session.scalar(sa.text(f"SELECT count(*) FROM {table}"))


def test_no_answer_of_any_form_leads_nowhere(app, client, me):
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and not rule.rule.startswith(OTHERS)
    ]
    bind = app.url_map.bind("localhost")
    for rule in rules:
        address = bind.build(rule.endpoint, {name: uuid4() for name in rule.arguments}, "POST")
        # A form that is too old is refused wherever it goes.
        refused = client.post(address)
        assert refused.status_code == 400, address

        larger = enlarge(client, refused)

        assert larger.status_code == 200, address
        assert heading(larger) == heading(refused), address
        assert 'data-size="' in larger.text
        client.delete_cookie("size")
    assert len(rules) > 10


def test_the_code_the_phone_and_where_one_was_going_stay(client, shop):
    sent = submit(client, "/sign-in", phone=PHONE, action="send", next="/rewards")
    codes = count("one_time_codes")

    larger = enlarge(client, enlarge(client, sent))

    assert 'data-size="xlarge"' in larger.text
    assert 'data-size="xlarge"' in client.get("/").text
    assert f'value="{PHONE}"' in larger.text
    assert 'name="next" value="/rewards"' in larger.text
    assert 'id="code"' in larger.text
    assert "尾号1234" in larger.text
    shown = re.compile(r"验证码是 \d{3} \d{3}")
    assert shown.search(larger.text)[0] == shown.search(sent.text)[0]
    assert count("one_time_codes") == codes


def test_wrong_digits_are_told_again_and_tried_once(client, shop, me, now):
    activity = build_occasion(shop.station, now=now)
    refused = submit(client, "/check-ins", occasion=activity.id, digits="000000")
    assert refused.status_code == 422

    larger = enlarge(client, refused)

    assert heading(larger) == heading(refused)
    assert 'id="digits"' in larger.text
    assert f'name="occasion" value="{activity.id}"' in larger.text
    assert count("refused_scans") == 1


def test_what_was_typed_and_told_beside_it_stays(client, shop, me, now):
    late = build_occasion(shop.station, now=now, starts_in=-60)
    line = LINE_ID.search(client.get("/history").text)[1]
    pages = [
        (submit(client, "/appeals", line=line, text="少"), ("少</textarea>", "field__error")),
        (submit(client, "/board/display"), ("还没有选",)),
        (
            submit(client, "/board/display", nickname="乐队的人", action="preview"),
            ('value="乐队的人"', 'value="nickname" checked'),
        ),
        (
            submit(client, "/slips", **{"from": "2026-11-20", "to": "2026-11-01"}),
            ('value="2026-11-20"', "notice--no"),
        ),
        (submit(client, f"/sign-ups/{late.id}"), ("result--no",)),
    ]

    for page, kept in pages:
        larger = enlarge(client, page)

        assert larger.status_code == 200
        for part in kept:
            assert part in page.text, part
            assert part in larger.text, part
        client.delete_cookie("size")
    assert count("appeals") == count("sign_ups") == count("record_slips") == 0


def test_what_did_not_come_from_a_page_of_ours_shows_nothing(client, shop):
    for told in ("", "invented", "eyJzZW50ZW5jZSI6e319.aSFXzQ.x"):
        assert submit(client, "/told", told=told, size="large").location == "/"


def test_a_reservation_that_was_refused_is_not_tried_again(client, shop, me, now):
    refused = submit(client, f"/rewards/{shop.reward.id}/reservations", points="4")
    assert refused.status_code == 409

    larger = enlarge(client, refused)

    assert heading(larger) == heading(refused)
    assert count("redemptions") == 0
