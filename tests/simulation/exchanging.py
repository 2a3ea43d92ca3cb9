"""Random acts at a shelf and its desk, each done by the service and written down on paper.

After every act the books, the shelf and the redemptions must say what the paper says.
Everything follows from the seed.
"""

import random
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.redemptions import service
from rewards.redemptions.store import use_terms
from rewards.redemptions.types import Terms
from rewards.stock import queries as stock_queries
from rewards.stock.types import LimitPeriod
from tests.factories.redemptions import (
    add_participant,
    add_reward,
    add_shop,
    limit,
    open_slots,
)

from .acts import Acts
from .exchange import (
    FIRST_BALANCE,
    MONTH_PIECES,
    MONTH_POINTS,
    RESERVED,
    SLOT_CAPACITY,
    PaperExchange,
    PaperItem,
)
from .looking import (
    list_lots,
    list_redemptions,
    list_with_proxy,
    read_budgets,
    sum_movements,
)
from .rooming import RoomActs

TERMS = Terms(month_pieces=MONTH_PIECES, month_points=MONTH_POINTS, first_balance=FIRST_BALANCE)
PRICES = (20, 35)
LIMIT_OF_A_QUARTER = 3
PEOPLE = 2
START_POINTS = 120
START_PIECES = 6
LONG = timedelta(days=1000)


class Exchange(Acts, RoomActs):
    """Two people, two reward items, a clerk, and those who keep the shelves."""

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
        open_slots(self.shop, self.now, capacity=SLOT_CAPACITY)
        # The redemption of each slip, at the same place.
        self.made = []
        self.furnish()

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
            self.choose_slot: 3,
            self.extend: 1,
            self.set_budget: 1,
            self.name_proxy: 3,
            self.give: 2,
            self.ask_change: 2,
            self.decide_change: 4,
            self.take_stock: 5,
            self.send: 2,
            self.end_transfer: 3,
        }
        for number in range(1, acts + 1):
            act = self.random.choices([*weights], [*weights.values()])[0]
            if act in self.later and not self.made:
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
        self.slots_and_budgets_count_what_the_paper_counts()
        self.the_room_is_as_on_paper()

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

    @property
    def later(self):
        """What needs a redemption that was made before."""
        acts = (self.fulfil, self.cancel, self.undo, self.take_back, self.choose_slot)
        return (*acts, self.extend, self.name_proxy)

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

    def slots_and_budgets_count_what_the_paper_counts(self):
        for slot in stock_queries.list_slots(self.shop.space.id, self.now):
            assert slot.booked == self.paper.count_booked(slot.starts_at), self.told
        used = read_budgets(self.shop.station)
        expected = {
            quarter: (points, self.paper.sum_redeemed(quarter))
            for quarter, points in self.paper.budgets.items()
        }
        assert used == expected, self.told

    def redemptions_are_as_on_their_slips(self):
        found = list_redemptions(redemption.id for redemption in self.made)
        for slip, redemption in zip(self.paper.slips, self.made, strict=True):
            assert found[redemption.id] == (slip.state, slip.quantity, slip.points), self.told
        waiting = {
            redemption.id: slip.has_proxy
            for slip, redemption in zip(self.paper.slips, self.made, strict=True)
            if slip.state == RESERVED
        }
        named = {redemption_id for redemption_id, has_proxy in waiting.items() if has_proxy}
        assert list_with_proxy(waiting) == named, self.told
