"""Whether the books are right, and whether they are frozen, as staff see it."""

import pytest

from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.verification import service
from tests.factories.books import post
from tests.factories.tampering import tamper

PAGE = "/console/books/checks"
BANNER = "积分账本正在核对，暂停发放和兑换"
WRONG = "UPDATE ledger_accounts SET balance = balance + 1 WHERE balance > 0"


def check(now):
    while use_case(ledger.seal)():
        pass
    service.verify_fast(now=now, on_progress=lambda _done, _total: None)


@pytest.fixture
def frozen(resident, station, now):
    post(resident, station, amount=5, now=now)
    tamper(WRONG)
    check(now)


def test_before_the_first_check_the_page_says_so(admin):
    page = admin.get(PAGE).text

    assert "还没有核对过" in page
    assert BANNER not in page


def test_books_that_are_right_are_said_to_be(admin, resident, station, now):
    post(resident, station, amount=5, now=now)
    check(now)

    page = admin.get(PAGE).text

    assert "账本没有问题" in page
    assert "为什么暂停" not in page


def test_frozen_books_are_told_on_every_page_with_the_way_to_the_result(admin, frozen):
    for address in ("/console", "/console/occasions", "/console/desk", "/console/books"):
        page = admin.get(address).text
        assert BANNER in page
        assert f'href="{PAGE}"' in page


def test_the_page_names_what_is_wrong_and_how_to_go_on(admin, frozen):
    page = admin.get(PAGE).text

    assert "核对发现 I2 不对" in page
    assert "expected" not in page
    assert "balance 5, held 0, earned 5" in page
    assert "flask books thaw" in page


def test_who_may_not_read_the_books_sees_the_banner_alone(clerk, frozen):
    assert BANNER in clerk.get("/console").text
    assert PAGE not in clerk.get("/console").text
    assert clerk.get(PAGE).status_code == 403


def test_the_sign_in_page_stands_outside_the_frame(app, frozen):
    page = app.test_client().get("/console/sign-in")

    assert page.status_code == 200
    assert BANNER not in page.text
