"""Random acts at a shelf and its desk, each done by the service and written down on paper.

After every act the books, the shelf and the redemptions must say what the paper says.
Everything follows from the seed.
"""

import random
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from rewards.access.types import SystemActor
from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.ledger.models import AccountRow, EntryRow, LotRow
from rewards.ledger.types import Asset
from rewards.redemptions import queries, service
from rewards.redemptions.models import RedemptionRow
from rewards.redemptions.store import use_terms
from rewards.redemptions.types import ReturnKind, Terms
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.types import LimitPeriod, MovementKind
from tests.factories.redemptions import (
    add_participant,
    add_reward,
    add_shop,
    credit,
    hand_over,
    limit,
    reserve,
)

from .exchange import (
    CANCELLED,
    EXPIRED,
    FIRST_BALANCE,
    FULFILLED,
    MONTH_PIECES,
    MONTH_POINTS,
    RESERVED,
    UNDONE,
    PaperExchange,
    PaperItem,
    Slip,
    local_date,
)

SYSTEM = SystemActor()
TERMS = Terms(month_pieces=MONTH_PIECES, month_points=MONTH_POINTS, first_balance=FIRST_BALANCE)
PRICES = (20, 35)
LIMIT_OF_A_QUARTER = 3
PEOPLE = 2
START_POINTS = 120
START_PIECES = 6
DAY = 24 * 60
LUCK = 0.8
LONG = timedelta(days=1000)
WAITS = (6, 6, 6, 300, 2 * DAY, 9 * DAY, 40 * DAY)


def is_open(slip):
    return slip.state == RESERVED


def is_given(slip):
    return slip.state == FULFILLED and slip.came_back is None


class Exchange:
    """Two people, two reward items and a clerk."""

    def __init__(self, seed, *, now):
        self.random = random.Random(seed)
        self.now = now
        self.done = Counter()
        use_terms(TERMS)
        self.shop = add_shop(self.now, points=PRICES[0], on_hand=START_PIECES)
        other = add_reward(
            self.shop.space, self.now, name="毛巾", points=PRICES[1], on_hand=START_PIECES
        )
        self.reward_ids = [self.shop.reward.id, other.id]
        limit(self.shop.reward, limit_count=LIMIT_OF_A_QUARTER, limit_period=LimitPeriod.QUARTER)
        limit(other, counts_in_month=False)
        self.people = [
            add_participant(self.shop.station, self.now, points=START_POINTS)
            for _person in range(PEOPLE)
        ]
        self.paper = PaperExchange(
            items=[
                PaperItem(price=PRICES[0], on_hand=START_PIECES, limit=LIMIT_OF_A_QUARTER),
                PaperItem(price=PRICES[1], on_hand=START_PIECES, counts=False),
            ],
            lots=[[START_POINTS] for _person in range(PEOPLE)],
        )
        # The redemption of each slip, at the same place.
        self.made = []

    def play(self, acts):
        """Do *acts* random acts; fail with the number of the first that differs."""
        weights = {
            self.reserve: 8,
            self.fulfil: 8,
            self.cancel: 1,
            self.undo: 5,
            self.take_back: 4,
            self.wait: 3,
            self.expire: 1,
            self.earn: 4,
            self.count: 3,
            self.change_price: 1,
        }
        for number in range(1, acts + 1):
            act = self.random.choices([*weights], [*weights.values()])[0]
            if act in (self.fulfil, self.cancel, self.undo, self.take_back) and not self.made:
                act = self.reserve
            self.told = f"act {number}, {act.__name__}"
            act()
            self.compare()

    def close(self):
        """Leave nothing open that could expire while another shop is played."""
        service.expire_due(now=self.now + LONG)

    def compare(self):
        self.shelves_hold_what_the_paper_says()
        self.people_have_what_the_paper_says()
        self.redemptions_are_as_on_their_slips()

    @contextmanager
    def attempt(self, name, *, is_fine):
        """Require that what is done within is refused unless all is fine."""
        refusal = None
        try:
            yield
        except RewardsError as error:
            db.session.rollback()
            refusal = error.code
        assert (refusal is None) is is_fine, f"{self.told}: {refusal or 'was not refused'}"
        self.done[name, is_fine] += 1

    def earn(self):
        person, points = self.choose_person(), self.random.randint(1, 60)
        credit(self.people[person], self.shop.station, points, self.now)
        self.paper.lots[person].append(points)

    def reserve(self):
        person, item, quantity = self.choose_person(), self.choose_item(), self.choose_pieces()
        paper = self.paper.items[item]
        today = local_date(self.now)
        is_fine = self.paper.may_reserve(person, paper, quantity, today)
        with self.attempt("reserve", is_fine=is_fine):
            redemption = reserve(
                self.shop,
                self.people[person],
                self.now,
                reward=stock_queries.get_reward(self.reward_ids[item]),
                quantity=quantity,
            )
            self.made.append(redemption)
            self.paper.slips.append(
                Slip(
                    person=person,
                    item=paper,
                    quantity=quantity,
                    price=paper.price,
                    reserved_on=today,
                    expires_at=redemption.expires_at,
                )
            )

    def fulfil(self):
        quantity = self.choose_pieces()
        slip, redemption = self.pick(is_open)
        is_fine = is_open(slip) and not slip.is_overdue(self.now) and quantity <= slip.quantity
        with self.attempt("fulfil", is_fine=is_fine):
            hand_over(self.shop, redemption, self.now, quantity=quantity)
            rest = self.paper.fulfil(slip, quantity, self.now)
            if rest is not None:
                self.paper.slips.append(rest)
                self.made.append(queries.find_rest(redemption.id))

    def cancel(self):
        slip, redemption = self.pick(is_open)
        with self.attempt("cancel", is_fine=is_open(slip)):
            service.cancel(
                actor=self.people[slip.person], redemption_id=redemption.id, now=self.now
            )
            slip.state = CANCELLED

    def undo(self):
        slip, redemption = self.pick(lambda slip: self.paper.may_undo(slip, self.now))
        with self.attempt("undo", is_fine=self.paper.may_undo(slip, self.now)):
            service.undo(actor=self.shop.clerk, redemption_id=redemption.id, now=self.now)
            self.paper.come_back(slip, UNDONE, 0)

    def take_back(self):
        kind = self.random.choice((ReturnKind.REFUNDED, ReturnKind.REPLACED))
        faulty = self.choose_pieces()
        slip, redemption = self.pick(is_given)
        with self.attempt(
            "take_back", is_fine=self.paper.may_take_back(slip, kind.value, faulty, self.now)
        ):
            service.take_back(
                actor=self.shop.clerk,
                redemption_id=redemption.id,
                kind=kind,
                quantity=faulty,
                note="漏了",
                now=self.now,
            )
            self.paper.come_back(slip, kind.value, faulty)

    def wait(self):
        minutes = self.random.choice(WAITS)
        self.now += timedelta(minutes=minutes)

    def expire(self):
        overdue = [slip for slip in self.paper.slips if slip.is_overdue(self.now)]
        assert service.expire_due(now=self.now) == len(overdue)
        for slip in overdue:
            slip.state = EXPIRED
            self.done["expire", True] += 1

    def count(self):
        item, quantity = self.choose_item(), self.random.choice((-4, -1, 1, 2, 4))
        paper = self.paper.items[item]
        is_fine = paper.on_hand + quantity >= self.paper.count_reserved(paper)
        with self.attempt("count", is_fine=is_fine):
            stock.record_movement(
                actor=SYSTEM,
                reward_id=self.reward_ids[item],
                kind=MovementKind.RECEIVE if quantity > 0 else MovementKind.ADJUST,
                quantity=quantity,
                now=self.now,
            )
            paper.on_hand += quantity

    def change_price(self):
        item, points = self.choose_item(), self.random.randint(10, 60)
        stock.update_reward(
            actor=SYSTEM, reward_id=self.reward_ids[item], points=points, now=self.now
        )
        self.paper.items[item].price = points

    def pick(self, is_fit):
        """Return a slip and its redemption: mostly one that fits, if there is one."""
        fitting = [number for number, slip in enumerate(self.paper.slips) if is_fit(slip)]
        is_lucky = fitting and self.random.random() < LUCK
        number = self.random.choice(fitting if is_lucky else range(len(self.made)))
        return self.paper.slips[number], self.made[number]

    def choose_person(self):
        return self.random.randrange(PEOPLE)

    def choose_item(self):
        return self.random.randrange(len(PRICES))

    def choose_pieces(self):
        return self.random.choice((1, 1, 2, 3))

    def shelves_hold_what_the_paper_says(self):
        db.session.rollback()
        for reward_id, item in zip(self.reward_ids, self.paper.items, strict=True):
            reward = stock_queries.get_reward(reward_id)
            expected = (item.on_hand, self.paper.count_reserved(item))
            assert (reward.on_hand, reward.reserved) == expected, self.told
            assert sum_movements(reward_id) == item.on_hand, self.told

    def people_have_what_the_paper_says(self):
        for number, person in enumerate(self.people):
            balance = ledger.get_balance(person.participant_id)
            lots = self.paper.lots[number]
            found = (balance.balance, balance.held)
            assert found == (sum(lots), self.paper.sum_held(number)), self.told
            assert list_lots(person) == lots, self.told

    def redemptions_are_as_on_their_slips(self):
        found = list_redemptions(redemption.id for redemption in self.made)
        for slip, redemption in zip(self.paper.slips, self.made, strict=True):
            assert found[redemption.id] == (slip.state, slip.quantity, slip.points), self.told


def list_redemptions(redemption_ids):
    """Return the state, the pieces and the points of each redemption."""
    rows = db.session.execute(
        sa.select(
            RedemptionRow.id, RedemptionRow.status, RedemptionRow.quantity, RedemptionRow.points
        ).where(RedemptionRow.id.in_(list(redemption_ids)))
    )
    return {row.id: (row.status.value, row.quantity, row.points) for row in rows}


def list_lots(person):
    """Return what is left of each lot, the oldest first."""
    rows = db.session.execute(
        sa.select(LotRow.remaining)
        .join(EntryRow, EntryRow.id == LotRow.entry_id)
        .join(AccountRow, AccountRow.id == LotRow.account_id)
        .where(
            AccountRow.participant_id == person.participant_id,
            AccountRow.asset == Asset.POINTS,
        )
        .order_by(LotRow.valid_until, LotRow.entry_id)
    )
    return list(rows.scalars())


def sum_movements(reward_id):
    """Return what came onto the shelf, less what left it."""
    parts = {"receive": 1, "adjust": 1, "return": 1, "fulfil": -1, "replace": -1}
    rows = db.session.execute(
        sa.text(
            "SELECT kind, SUM(quantity) FROM stock_movements WHERE reward_id = :id GROUP BY 1"
        ).bindparams(sa.bindparam("id", type_=sa.Uuid())),
        {"id": reward_id},
    )
    return sum(parts.get(kind, 0) * total for kind, total in rows)
