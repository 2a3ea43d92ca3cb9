"""Counting a shelf, sending things elsewhere, taking goods in, and looking at what moved."""

import io
import re
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.network.types import Level
from rewards.pages.console import movements, shelf_tasks
from rewards.stock import queries as stock
from rewards.stock import service
from rewards.stock.types import MovementKind
from tests.factories.people import SYSTEM, make_node


@pytest.fixture
def other(branch, now, towel):
    """The space of another station of the same institute, which offers towels as well."""
    station = make_node(Level.STATION, "兴华社区站", branch[1], now)
    space = service.create_space(actor=SYSTEM, node_id=station.id, name="兴华空间", now=now)
    reward = service.create_reward(
        actor=SYSTEM, space_id=space.id, name=towel.name, unit="条", points=60, now=now
    )
    return station, space, reward


@pytest.fixture
def receiver(make_browser, other):
    return make_browser("wangfang", (Role.CLERK, other[0]))


def key_of(page, address):
    form = page.split(f'action="{address}"')[1]
    return re.search(r'name="key" value="([^"]+)"', form)[1]


def send_form(browser, page_address, address, **form):
    """Send the form of a page that goes to *address*, with its key."""
    key = key_of(browser.get(page_address).text, address)
    return browser.post(address, data={"key": key, **form})


def begin(browser):
    """Begin to count; return the address of the stocktake."""
    return browser.post("/console/stock/stocktakes").location


def count(browser, address, reward, counted):
    form = {"item": str(reward.id), "counted": counted}
    return send_form(browser, f"{address}?item={reward.id}", f"{address}/counts", **form)


def test_the_page_of_a_count_tells_nothing_of_the_level(clerk, space, towel, now):
    for quantity in (5_000, 26_000):
        service.record_movement(
            actor=SYSTEM,
            reward_id=towel.id,
            kind=MovementKind.RECEIVE,
            quantity=quantity,
            now=now,
        )
    address = begin(clerk)

    pages = [clerk.get(address).text]
    for counted in ("12", "13"):
        count(clerk, address, towel, counted)
        pages.append(clerk.get(address).text)

    assert "毛巾" in pages[0]
    # 31005 stand there; the difference is 30993 or 30992.
    assert not any(re.search(r"31[,\s]?005|3099[23]", page) for page in pages)


def test_a_difference_is_counted_again_then_approved_by_another(clerk, admin, towel):
    address = begin(clerk)

    count(clerk, address, towel, "4")
    again = clerk.get(address).text
    count(clerk, address, towel, "3")
    closed = send_form(clerk, address, f"{address}/closing")
    result = clerk.get(closed.location).text
    level = stock.get_reward(towel.id).on_hand
    change = re.search(r"stock/changes/([\w-]+)/approval", admin.get("/console/stock/changes").text)
    admin.post(f"/console/stock/changes/{change[1]}/approval")

    assert "再数一遍" in again
    assert "1样有差数" in result
    assert level == 5
    assert stock.get_reward(towel.id).on_hand == 3
    assert "已批" in admin.get(address).text


def test_a_count_that_agrees_is_done(clerk, towel):
    address = begin(clerk)
    count(clerk, address, towel, "5")

    send_form(clerk, address, f"{address}/closing")

    assert "账实相符" in clerk.get(address).text


def test_beginning_twice_leads_to_the_one_that_is_open(clerk, towel):
    assert begin(clerk) == begin(clerk)


@pytest.fixture
def soap(space, now):
    reward = service.create_reward(
        actor=SYSTEM, space_id=space.id, name="香皂", unit="块", points=20, now=now
    )
    return service.record_movement(
        actor=SYSTEM, reward_id=reward.id, kind=MovementKind.RECEIVE, quantity=4_321, now=now
    )


def test_what_was_counted_is_settled_without_the_rest(clerk, towel, soap):
    address = begin(clerk)
    count(clerk, address, towel, "3")

    refused = send_form(clerk, address, f"{address}/closing", leave="yes").text
    # The page that refuses asks for the item that differs, and then settles.
    again = key_of(refused, f"{address}/counts")
    form = {"key": again, "item": str(towel.id), "counted": "3", "leave": "yes"}
    following = clerk.post(f"{address}/counts", data=form).location
    send_form(clerk, following, f"{address}/closing", leave="yes")
    result = clerk.get(address).text

    assert "再数一遍" in refused
    assert f'value="{towel.id}"' in refused
    assert "1样有差数" in result
    assert "没数的1样" in result


def test_while_it_is_counted_clerks_do_not_see_what_should_be_there(clerk, admin, soap, station):
    flows = ("/console/stock/flow", "/console/stock/flow.csv", f"/nodes/{station.id}/flow")
    pages = ("/console/stock", f"/console/stock/{soap.id}/change", *flows)
    before = [clerk.get(page).text for page in pages]

    address = begin(clerk)
    during = [clerk.get(page).text for page in pages]
    for_managers = [admin.get(page).text for page in ("/console/stock", *flows[:2])]
    count(clerk, address, soap, "4")
    send_form(clerk, address, f"{address}/cancellation")
    abandoned = clerk.get(address).text

    # Not what is part of an id.
    told = re.compile(r"(?<![\da-f-])4[,\s]?3(?:21|17)(?![\da-f-])")
    assert all(told.search(page) for page in (*before, *for_managers))
    assert not any(told.search(page) for page in (*during, abandoned))


def test_shelf_and_result_are_downloaded(clerk, admin, towel, soap):
    address = begin(clerk)
    open_result = clerk.get(f"{address}.csv")
    blind = clerk.get("/console/stock/shelf.csv").text
    for reward, counted in ((towel, "4"), (soap, "4321"), (towel, "4")):
        count(clerk, address, reward, counted)
    send_form(clerk, address, f"{address}/closing")

    shelf, result = clerk.get("/console/stock/shelf.csv").text, clerk.get(f"{address}.csv").text

    assert open_result.status_code == 404
    assert "香皂,块,20,,,,," in blind
    assert "香皂,块,20,4321,0,4321,4321,0" in shelf
    assert "毛巾,条,5,4,-1," in result
    assert "/console/stock/shelf.xlsx" in clerk.get("/console/stock").text
    assert f"{address}.xlsx" in clerk.get(address).text
    assert clerk.get("/console/stock/shelf.xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("counted", ["", "x", "-1", "1.5", "9999999"])
def test_what_is_no_count_is_told(clerk, towel, counted):
    address = begin(clerk)

    answer = count(clerk, address, towel, counted)

    assert answer.status_code == 422
    assert "没有就填 0" in answer.text


def test_a_count_is_not_begun_while_a_change_waits_and_may_be_abandoned(clerk, admin, towel):
    address = f"/console/stock/{towel.id}/change"
    form = {"kind": "damage", "quantity": "1", "note": "淋湿了"}
    send_form(clerk, address, address, **form)
    refused = clerk.post("/console/stock/stocktakes")
    change = re.search(r"stock/changes/([\w-]+)/approval", admin.get("/console/stock/changes").text)
    admin.post(f"/console/stock/changes/{change[1]}/approval")

    begun = begin(clerk)
    while_open = send_form(clerk, address, address, **form)
    send_form(clerk, begun, f"{begun}/cancellation")

    assert refused.status_code == 409
    assert "还有1笔更正等复核" in refused.text
    assert while_open.status_code == 409
    assert "这里正在盘点" in while_open.text
    assert "作废" in clerk.get(begun).text


def test_pieces_are_sent_and_counted_by_the_other_side(admin, receiver, other, towel):
    _, space, there = other
    new = "/console/stock/transfers/new"
    sent = send_form(
        admin,
        f"{new}?to={space.id}",
        new,
        to=str(space.id),
        **{f"pieces-{towel.id}": "4"},
    )
    address = sent.location.partition("?")[0]
    coming = receiver.get("/console/stock").text
    flow = admin.get("/console/stock/flow").text
    table = receiver.get("/console/stock/flow.csv").text
    empty_shelf = receiver.get("/console/stock/flow").text
    line = {f"pieces-{towel.id}": "3"}

    done = send_form(receiver, address, f"{address}/receipt", note="少了一条", **line)

    assert "1批调拨在路上" in coming
    assert "在途4" in coming
    assert "另有在途4件" in flow
    assert "另有在途4件" in empty_shelf
    assert re.search("兴华空间,毛巾,条,0,0,0,0,0,0,0,4\\b", table)
    assert "另有在途" not in admin.get("/console/stock/flow").text
    assert "在途4" not in receiver.get("/console/stock").text
    assert stock.get_reward(towel.id).on_hand == 1
    assert stock.get_reward(there.id).on_hand == 3
    assert "发出的比收到的多1件" in receiver.get(done.location).text
    assert "少收1件" in admin.get("/console/stock/transfers").text


def test_pieces_that_never_arrive_are_asked_for_on_both_sides(
    admin, receiver, other, towel, now, monkeypatch
):
    _, space, _ = other
    new = "/console/stock/transfers/new"
    form = {"to": str(space.id), f"pieces-{towel.id}": "4"}
    send_form(admin, f"{new}?to={space.id}", new, **form)
    early = [browser.get("/console").text for browser in (admin, receiver)]

    monkeypatch.setattr(shelf_tasks, "OVERDUE_AFTER", timedelta(seconds=-1))
    late = [browser.get("/console").text for browser in (admin, receiver)]

    assert ["没点收" in page for page in (*early, *late)] == [False, False, True, True]
    # It is asked for once, where it is the first of the list.
    assert "到了要点收" in early[1]
    assert "到了要点收" not in late[1]
    assert 'href="/console/stock/transfers?on=way"' in late[1]


def test_what_is_longest_on_its_way_stands_first(admin, clerk, other, towel, monkeypatch):
    _, space, _ = other
    new = "/console/stock/transfers/new"
    for note in ("第一批", "第二批", "第三批"):
        form = {"to": str(space.id), f"pieces-{towel.id}": "1", "note": note}
        sent = send_form(admin, f"{new}?to={space.id}", new, **form)
    address = sent.location.partition("?")[0]
    send_form(admin, address, f"{address}/return")

    on_the_way = clerk.get("/console/stock/transfers?on=way").text
    everything = clerk.get("/console/stock/transfers").text

    assert re.findall("第.批", on_the_way) == ["第一批", "第二批"]
    assert re.findall("第.批", everything) == ["第三批", "第二批", "第一批"]
    # Who may not take it back is not asked to.
    monkeypatch.setattr(shelf_tasks, "OVERDUE_AFTER", timedelta(seconds=-1))
    assert "没点收" not in clerk.get("/console").text
    assert "没点收" in admin.get("/console").text


def test_the_sender_takes_back_and_does_not_receive(admin, other, towel):
    _, space, there = other
    new = "/console/stock/transfers/new"
    pieces = {f"pieces-{towel.id}": "4"}
    sent = send_form(admin, f"{new}?to={space.id}", new, to=str(space.id), **pieces)
    address = sent.location.partition("?")[0]
    key = key_of(admin.get(address).text, f"{address}/return")

    received = admin.post(f"{address}/receipt", data={"key": f"{key}x", **pieces})
    returned = admin.post(f"{address}/return", data={"key": key})

    assert received.status_code == 403
    assert returned.status_code == 303
    assert stock.get_reward(towel.id).on_hand == 5
    assert stock.get_reward(there.id).on_hand == 0


@pytest.mark.parametrize(
    ("quantity", "status"), [("", 422), ("0", 422), ("x", 422), ("-1", 422), ("6", 409)]
)
def test_what_cannot_be_sent_is_told(admin, other, towel, quantity, status):
    _, space, _ = other
    new = "/console/stock/transfers/new"

    answer = send_form(
        admin,
        f"{new}?to={space.id}",
        new,
        to=str(space.id),
        **{f"pieces-{towel.id}": quantity},
    )

    assert answer.status_code == status
    assert "notice--no" in answer.text
    assert stock.get_reward(towel.id).on_hand == 5


def upload(browser, text, name="sheet.csv"):
    return browser.post(
        "/console/stock/deliveries/check",
        data={"sheet": (io.BytesIO(text.encode()), name), "note": "区里送来"},
    )


def take_in(browser, page, **form):
    sent = dict(re.findall(r'name="(key|digest|note)" value="([^"]*)"', page))
    rows = re.search(r'name="rows" value="([^"]*)"', page)[1].replace("&#34;", '"')
    return browser.post("/console/stock/deliveries", data={**sent, "rows": rows, **form})


def test_a_sheet_is_shown_first_and_taken_in_once(admin, towel):
    shown = upload(admin, "物品,数量\n毛巾,7\n")
    before = stock.get_reward(towel.id).on_hand

    answers = [take_in(admin, shown.text) for _ in range(2)]

    assert before == 5
    assert "入库以后" in shown.text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert stock.get_reward(towel.id).on_hand == 12
    assert "入库好了，一共7件" in admin.get(answers[0].location).text


def test_every_bad_row_is_named_and_nothing_is_taken_in(admin, towel):
    shown = upload(admin, "物品,数量\n毛巾,7\n毛巾,=1+1\n飞机,1\n毛巾,-3\n毛巾,0\n毛巾,8\n").text

    refused = take_in(admin, shown)

    for words in ("第3行", "是公式", "第4行", "没有这个名字", "第5行", "是负数", "数量是零"):
        assert words in shown
    assert "和前面第2行是同一样物品" in shown
    assert refused.status_code == 422
    assert "什么都没有入库" in refused.text
    assert stock.get_reward(towel.id).on_hand == 5
    assert take_in(admin, refused.text, skip="yes").status_code == 303
    assert stock.get_reward(towel.id).on_hand == 12


def test_the_same_sheet_again_is_noticed(admin, towel):
    take_in(admin, upload(admin, "物品,数量\n毛巾,7\n").text)

    shown = upload(admin, "物品,数量\n毛巾,7\n").text
    refused = take_in(admin, shown)

    assert "入过库" in shown
    assert refused.status_code == 409
    assert take_in(admin, refused.text, another="yes").status_code == 303
    assert stock.get_reward(towel.id).on_hand == 19


@pytest.mark.parametrize(
    ("text", "said"), [("", "第一行要写明"), ("a,b\n1,2\n", "第一行要写明"), ("\0", "读不出来")]
)
def test_what_is_no_sheet_is_told(admin, towel, text, said):
    answer = upload(admin, text)

    assert answer.status_code == 422
    assert said in answer.text


LONE = r'[{"line": 2, "name": "\ud800", "quantity": "1", "is_formula": false}]'


@pytest.mark.parametrize(
    "rows", ["", "[1]", '[{"line": "2"}]', "{}", pytest.param("[" * 20_000, id="deep"), LONE]
)
def test_rows_that_no_page_of_ours_sent_are_refused(admin, towel, rows):
    page = upload(admin, "物品,数量\n毛巾,7\n").text

    assert take_in(admin, page, rows=rows).status_code in (400, 422)
    assert stock.get_reward(towel.id).on_hand == 5


def test_the_template_has_the_items_and_comes_back_as_it_is(admin, towel):
    for form in ("xlsx", "csv"):
        template = admin.get(f"/console/stock/deliveries/template.{form}").data
        shown = admin.post(
            "/console/stock/deliveries/check",
            data={"sheet": (io.BytesIO(template), f"sheet.{form}")},
        )

        assert shown.status_code == 200
        assert "没填数量的1样不动" in shown.text


def test_the_history_is_filtered(admin, towel):
    every = admin.get("/console/stock/movements").text
    received = admin.get(f"/console/stock/movements?reward={towel.id}&kind=receive").text
    none = admin.get("/console/stock/movements?kind=damage").text
    far = admin.get("/console/stock/movements?since=0001-01-01&until=9999-12-31")
    nonsense = admin.get("/console/stock/movements?kind=x&reward=y&since=z&until=9999-99-99")
    early = admin.get("/console/stock/movements?until=2020-01-01").text

    assert "+5" in every
    assert "+5" in received
    assert "没有这样的进出" in none
    assert (far.status_code, nonsense.status_code) == (200, 200)
    assert "没有这样的进出" in early


def test_the_history_is_downloaded_with_its_filter_and_runs_no_formula(
    admin, towel, now, monkeypatch
):
    service.record_movement(
        actor=SYSTEM,
        reward_id=towel.id,
        kind=MovementKind.RECEIVE,
        quantity=3,
        note="=1+1",
        now=now,
    )

    every = admin.get("/console/stock/movements.csv").text
    none = admin.get("/console/stock/movements.csv?kind=damage").text

    monkeypatch.setattr(movements, "PART", 1)
    monkeypatch.setattr(movements, "PARTS_MAX", 1)
    cut = admin.get("/console/stock/movements.csv").text

    assert "还有更早的" in cut
    assert "还有更早的" not in every
    assert "'=1+1" in every
    assert every.count("毛巾") == 2
    assert "毛巾" not in none
    assert admin.get("/console/stock/movements.xlsx").data.startswith(b"PK")


def test_clerks_and_strangers_get_no_further_than_they_may(clerk, stranger, towel, space):
    begun = begin(clerk)

    assert stranger.get(begun).status_code == 403
    assert clerk.get("/console/stock/movements").status_code == 403
    assert clerk.get("/console/stock/deliveries/new").status_code == 403
    assert clerk.get("/console/stock/transfers/new").status_code == 403
    assert clerk.get("/console/stock/transfers").status_code == 200
