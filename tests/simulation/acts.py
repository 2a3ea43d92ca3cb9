"""What is done at a shelf and its desk, by the service and on paper alike."""

from datetime import timedelta

from rewards.access.types import SystemActor
from rewards.redemptions import queries, service
from rewards.redemptions.types import CollectedBy, ReturnKind
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.types import MovementKind
from tests.factories.redemptions import credit, hand_over, reserve

from .exchange import (
    CANCELLED,
    EXPIRED,
    FULFILLED,
    RESERVED,
    UNDONE,
    Slip,
    local_date,
    quarter_of,
)

SYSTEM = SystemActor()
DAY = 24 * 60
WAITS = (6, 6, 6, 300, 2 * DAY, 9 * DAY, 40 * DAY)
SLOTS_DRAWN = 3
LUCK = 0.8


def is_open(slip):
    return slip.state == RESERVED


def is_given(slip):
    return slip.state == FULFILLED and slip.came_back is None


class Acts:
    """Each act chooses by `random`, and what it does to whom by what stands on `paper`."""

    def earn(self):
        person, points = self.choose_person(), self.random.randint(1, 60)
        credit(self.people[person], self.shop.station, points, self.now)
        self.paper.lots[person].append(points)

    def reserve(self):
        person, item, quantity = self.choose_person(), self.choose_item(), self.choose_pieces()
        paper = self.paper.items[item]
        today = local_date(self.now)
        slot = self.draw_slot()
        until = queries.get_deadline(self.shop.space.id, self.now)
        is_fine = self.paper.may_reserve(person, paper, quantity, today)
        is_fine = is_fine and self.paper.may_book(slot, until)
        with self.attempt("reserve", is_fine=is_fine):
            redemption = reserve(
                self.shop,
                self.people[person],
                self.now,
                reward=stock_queries.get_reward(self.reward_ids[item]),
                quantity=quantity,
                slot_starts_at=slot,
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
                    slot=slot,
                )
            )

    def fulfil(self):
        quantity = self.choose_pieces()
        slip, redemption = self.pick(is_open)
        comes = self.random.choice((CollectedBy.OWNER, CollectedBy.PROXY))
        if not slip.has_proxy and self.random.random() < LUCK:
            comes = CollectedBy.OWNER
        is_fine = self.is_collectable(slip) and quantity <= slip.quantity
        is_fine = is_fine and (slip.has_proxy or comes is CollectedBy.OWNER)
        with self.attempt("fulfil", is_fine=is_fine):
            hand_over(self.shop, redemption, self.now, quantity=quantity, collected_by=comes)
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
                actor=self.shop.manager,
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

    def choose_slot(self):
        slip, redemption = self.pick(is_open)
        slot = self.draw_slot()
        is_same = slip.slot == slot
        is_fine = is_same or self.paper.may_book(slot, slip.expires_at)
        with self.attempt("choose_slot", is_fine=is_fine and self.is_collectable(slip)):
            service.choose_slot(
                actor=self.shop.clerk, redemption_id=redemption.id, starts_at=slot, now=self.now
            )
            slip.slot = slot

    def extend(self):
        slip, redemption = self.pick(is_open)
        is_fine = self.is_collectable(slip) and not slip.is_extended
        with self.attempt("extend", is_fine=is_fine):
            longer = service.extend(
                actor=self.people[slip.person], redemption_id=redemption.id, now=self.now
            )
            slip.is_extended, slip.expires_at = True, longer.expires_at

    def name_proxy(self):
        """Name somebody who collects; where somebody is named, the owner comes after all."""
        slip, redemption = self.pick(is_open)
        change = service.forget_proxy if slip.has_proxy else service.name_proxy
        whom = {} if slip.has_proxy else {"name": "李秀兰", "phone_tail": "5678"}
        with self.attempt("name_proxy", is_fine=self.is_collectable(slip)):
            change(
                actor=self.people[slip.person], redemption_id=redemption.id, now=self.now, **whom
            )
            slip.has_proxy = not slip.has_proxy

    def set_budget(self):
        today = local_date(self.now)
        points = self.random.choice((60, 200, 400))
        quarter = quarter_of(today)
        with self.attempt("set_budget", is_fine=points >= self.paper.sum_redeemed(quarter)):
            service.set_budget(
                actor=SYSTEM,
                node_id=self.shop.station.id,
                quarter=today,
                points=points,
                now=self.now,
            )
            self.paper.budgets[quarter] = points

    def draw_slot(self):
        """Return one of the next few slots, or none."""
        slots = stock_queries.list_slots(self.shop.space.id, self.now)[:SLOTS_DRAWN]
        return self.random.choice([None, *(slot.starts_at for slot in slots)])

    def is_collectable(self, slip):
        return is_open(slip) and not slip.is_overdue(self.now)

    def pick(self, is_fit):
        """Return a slip and its redemption: mostly one that fits, if there is one."""
        fitting = [number for number, slip in enumerate(self.paper.slips) if is_fit(slip)]
        is_lucky = fitting and self.random.random() < LUCK
        number = self.random.choice(fitting if is_lucky else range(len(self.made)))
        return self.paper.slips[number], self.made[number]

    def choose_person(self):
        return self.random.randrange(len(self.people))

    def choose_item(self):
        return self.random.randrange(len(self.paper.items))

    def choose_pieces(self):
        return self.random.choice((1, 1, 2, 3))
