"""The board on the narrowest phone: nothing sideways, and every target is large enough."""

import pytest

from rewards.core import clock
from rewards.identity import service as identity
from rewards.ledger.types import Asset, BoardKind
from rewards.network import queries as network
from rewards.participants.types import BoardDisplay
from rewards.web.sessions import Cookie
from tests.factories import books
from tests.factories.world import build_participant, build_station

WIDTH = 320
# Not links within a sentence, and not what a label makes larger.
LOW = """least => [...document.querySelectorAll('main a, main button, main .pick, main .input')]
  .filter(each => each.getBoundingClientRect().height < least - 0.5)
  .map(each => each.textContent.trim())"""
CUT = """() => [...document.querySelectorAll('main *')]
  .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(each => each.className + ' ' + each.textContent.trim())"""
NICKNAMES = ("晨跑的阿依古丽大姐和楼下小狗们一起的人", "WWWWWWWWWWWWWWWWWWWW", "朝阳大姐")


@pytest.fixture
def me(app):
    """Somebody who is to be asked, among people of long names and large figures."""
    now = clock.now()
    station = build_station(name="长兴北街社区新时代文明实践站")
    for place in range(8):
        person = build_participant(
            station,
            name="阿依古丽买买提江" if place % 2 else "刘洋",
            nickname=NICKNAMES[place % 3],
            board_display=BoardDisplay.NICKNAME if place % 2 else BoardDisplay.MASKED,
            now=now,
        )
        books.post(person, station, amount=123_456 - place, now=now)
    me = build_participant(station, name="王建英", phone="13800001234", now=now)
    minutes = {"asset": Asset.SERVICE_MINUTES, "board": BoardKind.SERVICE}
    books.post(me, station, amount=123_453, now=now)
    books.post(me, station, amount=1_234_567, now=now, **minutes)
    return me


@pytest.mark.parametrize(
    ("size", "target", "language"),
    [("normal", 44, "zh"), ("xlarge", 60, "zh"), ("xlarge", 60, "en")],
)
def test_nothing_is_cut_or_too_small_to_tap(browser, address, me, size, target, language):
    home = network.get_node(me.home_node_id)
    center = network.list_ancestors(home.path)[0]
    sent = identity.send_code(phone="13800001234", now=clock.now())
    signed_in = identity.sign_in_participant(
        phone="13800001234",
        code=sent.code,
        name=None,
        home_node_id=None,
        agreed=False,
        now=clock.now(),
    )
    kept = {Cookie.PARTICIPANT: signed_in.token, "size": size, "lang": language}
    context = browser.new_context(viewport={"width": WIDTH, "height": 640})
    context.add_cookies([{"name": k, "value": v, "url": address} for k, v in kept.items()])
    page = context.new_page()
    found = {}
    for path in (
        "/board",
        "/board?kind=minutes",
        "/board?period=week&on=2026-01-05",
        f"/board?subject=node&node={center.label}",
        f"/board?node={center.label}",
        "/board/display",
    ):
        answer = page.goto(f"{address}{path}")
        assert answer.status == 200
        found[path] = {"cut": page.evaluate(CUT), "low": page.evaluate(LOW, target)}
    context.close()

    assert found == {path: {"cut": [], "low": []} for path in found}
