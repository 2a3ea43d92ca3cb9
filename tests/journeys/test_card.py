"""The code of a card is renewed while somebody looks at it, and says so when it cannot be."""

import pytest

from rewards.core import clock
from tests.factories.sign_ins import add_sign_in
from tests.factories.world import build_participant, build_station


@pytest.fixture
def phone(app, browser, address):
    now = clock.now()
    me = build_participant(build_station(), phone="13800001234", now=now)
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    add_sign_in(context, address, me, now)
    yield context.new_page()
    context.close()


def test_the_code_is_renewed_each_half_minute_and_after_a_gap_in_the_network(phone, address):
    phone.clock.install()
    phone.goto(f"{address}/card")
    old = phone.locator("[data-card-old]")

    with phone.expect_response("**/card/code") as renewed:
        phone.clock.fast_forward(31_000)
    assert renewed.value.ok
    assert old.is_hidden()

    phone.route("**/card/code", lambda route: route.abort())
    phone.clock.fast_forward(31_000)
    old.wait_for(state="visible")

    phone.unroute("**/card/code")
    phone.clock.fast_forward(4_000)
    old.wait_for(state="hidden")
