"""What goes wrong at a desk and on a phone: one sentence each, and nothing is changed."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
import xlsxwriter

from rewards.core.clock import local_date, zone
from rewards.core.db import Base, db
from rewards.identity import service as identity
from rewards.redemptions import service
from rewards.stock import service as stock
from rewards.web.sessions import Cookie
from tests.factories import books
from tests.factories.people import SYSTEM
from tests.factories.redemptions import reserve_for
from tests.factories.world import act_as
from tests.pages.station.test_desk import DESK, choose, form_of, scan, stand

# Who looked at what, and which forms were answered, is written down of a refusal too.
BESIDE = {"audit_records", "idempotency_keys", "sign_ins", "desk_visits", "used_member_codes"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is done, and what is read of it."""

    does: Callable
    says: str
    status: int


class Station:
    """A station with something reserved at its space and somebody with points before it."""

    def __init__(self, browsers, node, resident, space, towel, now):
        self.clerk, self.admin, self.stranger, self.phone = browsers
        self.node, self.resident, self.space, self.towel, self.now = (
            node,
            resident,
            space,
            towel,
            now,
        )
        self.earned = books.post(resident, node, amount=200, now=now)
        self.reserved = self.reserve(towel)

    def reserve(self, reward):
        return reserve_for(self.resident, reward, self.now)

    def owe(self):
        """Take back what was earned, when it is spent already."""
        service.fulfil(
            actor=SYSTEM,
            redemption_id=(spent := self.reserve(self.towel)).id,
            code=spent.code,
            now=self.now,
        )
        books.reverse(self.earned, now=self.now)

    def scan(self):
        return scan(self.clerk, self.reserved.code)

    def send(self, page, browser=None, **changes):
        """Confirm a hand-over as a page shows it, but for the changes."""
        form = {**form_of(page.text), **changes}
        return (browser or self.clerk).post(f"{DESK}/hand-overs", data=form)

    def choose(self):
        """Go to the confirmation of a towel that is taken along."""
        return self.clerk.get(choose(stand(self.clerk, self.resident).text))

    def open_on_phone(self):
        return self.phone.get(f"/rewards/{self.towel.id}")

    def reserve_on_phone(self, page):
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.phone.post(f"/rewards/{self.towel.id}/reservations", data=fields)

    def take_in(self, *lines):
        """Look at a sheet of a delivery, and take in what it comes to all the same."""
        return self.take_in_file("\n".join(("物品,单位,数量", "毛巾,条,3", *lines)).encode())

    def take_in_file(self, sheet):
        page = self.admin.post(
            "/console/stock/deliveries/check",
            data={"sheet": (io.BytesIO(sheet), "sheet")},
            content_type="multipart/form-data",
        )
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        fields = {name: html.unescape(value) for name, value in fields.items()}
        return self.admin.post("/console/stock/deliveries", data=fields)

    def upload(self, content):
        """Change the photograph of the towel."""
        address = f"/console/stock/{self.towel.id}/edit"
        page = self.admin.get(address).text
        fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
        fields = {name: fields[name] for name in ("name", "unit", "points") if name in fields}
        fields |= {"kind": "goods", "photo": (io.BytesIO(content), "photo.jpg")}
        return self.admin.post(address, data=fields, content_type="multipart/form-data")


def read_books():
    """Return every row of what must not change."""
    db.session.rollback()
    rows = {
        name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
        for name, table in Base.metadata.tables.items()
        if name not in BESIDE
    }
    db.session.rollback()
    return rows


@pytest.fixture
def at(app, clerk, admin, stranger, station, other_station, resident, space, towel, now):
    stock.create_space(actor=SYSTEM, node_id=other_station.id, name="兴华空间", now=now)
    token = identity.issue_token(actor=SYSTEM, participant_id=resident.id, label="phone", now=now)
    phone = app.test_client()
    phone.set_cookie(Cookie.PARTICIPANT, token)
    return Station((clerk, admin, stranger, phone), station, resident, space, towel, now)


def use_again(at):
    at.send(at.scan())
    yield
    yield at.scan()


def send_the_page_of_a_used_code(at):
    page = at.scan()
    service.fulfil(actor=SYSTEM, redemption_id=at.reserved.id, code=at.reserved.code, now=at.now)
    yield
    yield at.send(page, key="another-form-0000000000")


def use_an_expired_one(at):
    service.expire(redemption_id=at.reserved.id, now=at.reserved.expires_at)
    yield
    yield at.scan()


def use_a_cancelled_one(at):
    service.cancel(actor=act_as(at.resident), redemption_id=at.reserved.id, now=at.now)
    yield
    yield at.scan()


def collect_at_another_space(at):
    yield
    yield scan(at.stranger, at.reserved.code)


def confirm_as_clerk_of_another_space(at):
    page = at.scan()
    yield
    yield at.send(page, at.stranger)


def take_no_piece(at):
    page = at.choose()
    yield
    yield at.send(page, item=[f"{at.towel.id}.0.60"])


def take_a_thousand(at):
    page = at.choose()
    yield
    yield at.send(page, item=[f"{at.towel.id}.1000.60000"])


def confirm_an_old_price_at_the_desk(at):
    page = at.choose()
    stock.update_reward(actor=SYSTEM, reward_id=at.towel.id, points=80, now=at.now)
    yield
    yield at.send(page)


def confirm_an_old_price_on_the_phone(at):
    page = at.open_on_phone()
    stock.update_reward(actor=SYSTEM, reward_id=at.towel.id, points=80, now=at.now)
    yield
    yield at.reserve_on_phone(page)


def reserve_at_a_closed_space(at):
    page = at.open_on_phone()
    stock.close_space(actor=SYSTEM, space_id=at.space.id, now=at.now)
    yield
    yield at.reserve_on_phone(page)


def reserve_at_a_closed_space_at_the_desk(at):
    page = at.choose()
    stock.close_space(actor=SYSTEM, space_id=at.space.id, now=at.now)
    yield
    yield at.send(page)


def reserve_beyond_the_budget(at):
    page = at.open_on_phone()
    # Just what was reserved before.
    service.set_budget(
        actor=SYSTEM,
        node_id=at.space.node_id,
        quarter=local_date(at.now, zone()),
        points=at.reserved.points,
        now=at.now,
    )
    yield
    yield at.reserve_on_phone(page)


def reserve_with_debt(at):
    page = at.open_on_phone()
    at.owe()
    yield
    yield at.reserve_on_phone(page)


def collect_with_debt(at):
    page = at.scan()
    at.owe()
    yield
    yield at.send(page)


def upload_what_is_no_picture(at):
    yield
    yield at.upload(b"%PDF-1.7 not a picture")


def upload_half_a_picture(at):
    yield
    yield at.upload(b"\x89PNG\r\n\x1a\n" + b"\0" * 200)


def take_in_a_formula(at):
    yield
    yield at.take_in("毛巾,条,=1+1")


def take_in_a_formula_as_a_name(at):
    yield
    yield at.take_in("=1+1,条,4")


def take_in_a_workbook_with_a_formula(at):
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ("物品", "数量"))
        page.write_row(1, 0, ("毛巾", 3))
        page.write(2, 0, "毛巾")
        page.write_formula(2, 1, "=1+1", None, 2)
    yield
    yield at.take_in_file(sheet.getvalue())


def take_in_less_than_nothing(at):
    yield
    yield at.take_in("毛巾,条,-4")


def take_in_what_nobody_knows(at):
    yield
    yield at.take_in("金条,根,4")


def guess_a_code(at):
    yield
    yield scan(at.clerk, "00000000" if at.reserved.code != "00000000" else "11111111")


CASES = [
    Case(does=use_again, says="这个码已用过，先别给货", status=409),
    Case(does=send_the_page_of_a_used_code, says="先别给货", status=409),
    Case(does=use_an_expired_one, says="这个码过期了，先别给货", status=409),
    Case(does=use_a_cancelled_one, says="这个码取消了，先别给货", status=409),
    Case(does=collect_at_another_space, says="别的站的码，这里不能领", status=409),
    Case(does=confirm_as_clerk_of_another_space, says="别的站的码，这里不能领", status=403),
    Case(does=take_no_piece, says="件数填得不对", status=422),
    Case(does=take_a_thousand, says="件数填得不对", status=422),
    Case(does=confirm_an_old_price_at_the_desk, says="分数刚刚改了，先别给货", status=409),
    Case(
        does=confirm_an_old_price_on_the_phone,
        says="原来 60 分，现在 80 分，积分没有扣",
        status=409,
    ),
    Case(does=reserve_at_a_closed_space, says="这个线下空间停用了", status=409),
    Case(does=reserve_beyond_the_budget, says="这一季的兑换预算不够了", status=409),
    Case(does=reserve_with_debt, says="要先补上 120 分，再兑换", status=409),
    Case(does=collect_with_debt, says="居民要先补上 120 分，再兑换，先别给货", status=409),
    Case(does=upload_what_is_no_picture, says="这个文件不是能用的图片", status=422),
    Case(does=upload_half_a_picture, says="这个文件不是能用的图片", status=422),
    Case(does=take_in_a_formula, says="是公式，请改成直接填的字和数", status=422),
    Case(does=take_in_a_formula_as_a_name, says="是公式，请改成直接填的字和数", status=422),
    Case(does=take_in_a_workbook_with_a_formula, says="是公式，请改成直接填的字和数", status=422),
    Case(does=reserve_at_a_closed_space_at_the_desk, says="这个线下空间停用了", status=409),
    Case(does=take_in_less_than_nothing, says="数量是负数", status=422),
    Case(does=take_in_what_nobody_knows, says="架上没有这个名字的物品", status=422),
    Case(does=guess_a_code, says="没找到这个码", status=404),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.does.__name__)
def test_it_is_refused_in_a_sentence_and_nothing_is_changed(at, case):
    steps = case.does(at)
    next(steps)
    before = read_books()

    answer = next(steps)

    assert case.says in answer.text.replace("\xa0", " ")
    assert answer.status_code == case.status
    assert read_books() == before
