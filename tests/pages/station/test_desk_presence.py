"""Spending points at the desk: by a code of the phone or a card, several pieces, all or nothing."""

import re

import pytest

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.stock import queries as stock
from rewards.stock import service as stock_service
from rewards.stock.types import MovementKind
from tests.factories.people import SYSTEM
from tests.pages.station.test_desk import DESK, choose, form_of, hand_over, scan, stand


@pytest.fixture
def soap(space, towel, now):
    reward = stock_service.create_reward(
        actor=SYSTEM, space_id=space.id, name="香皂", unit="块", points=30, now=now
    )
    return stock_service.record_movement(
        actor=SYSTEM, reward_id=reward.id, kind=MovementKind.RECEIVE, quantity=2, now=now
    )


@pytest.fixture
def card(rich, now):
    """What is printed on the resident's card."""
    return checkins.get_card_code(
        identity.issue_card(actor=SYSTEM, participant_id=rich.id, now=now)
    )


def plain(answer):
    return answer.text.replace("\xa0", " ")


def follow(browser, page, label):
    """Open the link of a page whose name for who cannot see it is *label*."""
    address = re.search(rf'href="([^"]+)"[^>]*aria-label="{label}"', page)[1]
    return browser.get(address.replace("&amp;", "&"))


@pytest.mark.parametrize("padding", [0, 33])
def test_a_number_alone_spends_nobodys_points(clerk, rich, towel, padding):
    # However long gaps make it: what everybody can read aloud is no card.
    page = scan(clerk, rich.number[:4] + " " * padding + rich.number[4:])
    form = {**form_of(page.text), "item": f"{towel.id}.1.60"}

    answer = clerk.post(f"{DESK}/hand-overs", data=form)

    assert "要先知道是本人" in page.text
    assert 'class="good"' not in page.text
    assert answer.status_code == 409
    assert "要先扫一扫本人的码或卡" in answer.text
    assert ledger.get_balance(rich.id).balance == 200


def test_several_pieces_of_several_things_in_one_hand_over(clerk, rich, towel, soap):
    page = stand(clerk, rich)
    assert "本人在场 · 手机码" in page.text
    page = clerk.get(choose(page.text))
    page = follow(clerk, page.text, "多换一块香皂")
    assert "已选2块" not in page.text  # there are no more than two
    (towels,) = re.findall(r'class="good" href="([^"]+)"', page.text)
    page = clerk.get(towels.replace("&amp;", "&"))

    assert "共3件，用 120 分" in plain(page)
    assert "交付后还能用 80 分" in plain(page)
    fewer = follow(clerk, page.text, "少换一块香皂")
    assert "共2件，用 90 分" in plain(fewer)
    receipt = clerk.get(hand_over(clerk, page.text).location)

    assert "已交付 香皂 2块、毛巾 1条" in receipt.text
    assert "还剩 80 分" in plain(receipt)
    assert stock.get_reward(towel.id).on_hand == 4
    assert stock.get_reward(soap.id).on_hand == 0


def test_a_card_asks_for_the_spoken_yes(clerk, rich, towel, card):
    page = scan(clerk, card)
    assert "本人在场 · 志愿者卡" in page.text
    chosen = clerk.get(choose(page.text)).text

    silent = hand_over(clerk, chosen)
    assert 'name="consent"' in chosen
    assert silent.status_code == 422
    assert "还没问过本人愿不愿意换" in silent.text
    assert "visit=" in re.search(r'href="(/console/desk/people/[^"]+)"', silent.text)[1]
    assert ledger.get_balance(rich.id).balance == 200

    asked = clerk.post(f"{DESK}/hand-overs", data={**form_of(chosen), "consent": "1"})
    assert asked.status_code == 303
    assert ledger.get_balance(rich.id).balance == 140


def test_what_was_handed_over_ends_the_visit(clerk, rich, towel, soap):
    address = stand(clerk, rich).request.full_path
    chosen = choose(clerk.get(address).text)
    form = form_of(clerk.get(chosen).text)
    assert clerk.post(f"{DESK}/hand-overs", data=form).status_code == 303

    page = clerk.get(address)
    again = clerk.post(f"{DESK}/hand-overs", data=form | {"key": str(new_id())})

    assert "本人在场" not in page.text
    assert 'class="good"' not in page.text
    assert again.status_code == 409
    assert "要先扫一扫本人的码或卡" in again.text
    assert ledger.get_balance(rich.id).balance == 170


def test_a_code_shown_at_another_desk_is_refused_and_the_next_scan_works(
    clerk, make_browser, station, rich, towel
):
    colleague = make_browser("liuyang", (Role.CLERK, station))
    code = checkins.get_member_code(rich, now=clock.now())

    assert "本人在场" in scan(clerk, code).text
    assert "本人在场" in scan(clerk, code).text
    refused = scan(colleague, code)

    assert refused.status_code == 409
    assert "这个码刚用过一次" in refused.text
    assert 'id="scan"' in refused.text
    assert scan(colleague, rich.number).status_code == 200


def test_a_visit_of_a_colleague_or_another_person_opens_nothing(
    clerk, make_browser, station, rich, towel
):
    colleague = make_browser("liuyang", (Role.CLERK, station))
    address = scan(clerk, checkins.get_member_code(rich, now=clock.now())).request.full_path

    page = colleague.get(address)

    assert "或不是您扫的" in page.text
    assert 'class="good"' not in page.text


@pytest.mark.parametrize(
    ("quantity", "said"), [("0", "件数填得不对"), ("1000", "件数填得不对"), ("9", "还差")]
)
def test_a_quantity_that_cannot_be_is_refused_in_a_sentence(clerk, rich, towel, quantity, said):
    form = form_of(stand(clerk, rich).text)

    answer = clerk.post(f"{DESK}/hand-overs", data={**form, "item": f"{towel.id}.{quantity}"})

    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert "先别给货" in answer.text
    assert ledger.get_balance(rich.id).balance == 200
    assert stock.get_reward(towel.id).available == 5


def test_what_the_address_asks_beyond_the_shelf_or_the_points_is_not_offered(clerk, rich, soap):
    page = stand(clerk, rich)
    address = page.request.full_path + f"&item={soap.id}.9&item=x&item={soap.id}.x"

    text = plain(clerk.get(address))

    assert "香皂 2块" in text
    assert "共2件，用 60 分" in text


def test_a_page_that_was_changed_after_its_hand_over_is_told_so(clerk, rich, towel):
    page = clerk.get(choose(stand(clerk, rich).text)).text
    assert hand_over(clerk, page).status_code == 303

    changed = {**form_of(page), "item": f"{towel.id}.2.120"}
    answer = clerk.post(f"{DESK}/hand-overs", data=changed)

    assert answer.status_code == 422
    assert "这一页已经交付过" in answer.text
    assert ledger.get_balance(rich.id).balance == 140


def test_every_page_of_the_desk_may_look_through_the_camera(clerk, rich, towel):
    for page in (clerk.get(DESK), stand(clerk, rich), scan(clerk, "99999999")):
        assert "camera=(self)" in page.headers["Permissions-Policy"]
        assert "data-camera" in page.text
