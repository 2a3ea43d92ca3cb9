"""Random acts at a station, each done by the service and written down on paper.

After every act the books must say what the paper says, and the check of the
invariants must find nothing wrong. Everything follows from the seed.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role, SystemActor
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.corrections import service as corrections
from rewards.ledger import operations as ledger
from rewards.ledger import queries
from rewards.ledger import service as expiry
from rewards.ledger.errors import AccountInDebtError, InsufficientPointsError
from rewards.ledger.models import AccountRow, EntryRow, LotRow
from rewards.ledger.types import Reason
from rewards.redemptions import queries as redemption_queries
from rewards.redemptions import service as redemptions
from rewards.redemptions.errors import RedemptionExpiredError
from rewards.redemptions.service import returning
from rewards.redemptions.types import ReturnKind
from rewards.verification import queries as verification_queries
from rewards.verification import service as verification
from tests.factories.people import make_staff
from tests.factories.redemptions import add_reward, add_shop
from tests.factories.world import build_occasion, build_participant

from .paper import Paper

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BASE = 5
NOTE = "活动照片核对过，人在现场"
PRICES = (3, 7, 20)
STEPS = (timedelta(minutes=7), timedelta(hours=5), timedelta(days=2), timedelta(days=40))
seal = use_case(ledger.seal)
take_back = use_case(returning._come_back)


class Station:
    """A station in the service, and the papers of its people."""

    def __init__(self, seed, *, people=5):
        self.random = random.Random(seed)
        self.now = START
        self.shop = add_shop(START, points=1, on_hand=0)
        self.rewards = [
            add_reward(self.shop.space, START, name=f"奖品{price}", points=price, on_hand=9_999)
            for price in PRICES
        ]
        self.staff = [
            make_staff(f"zhengtao-{seed}-{number}", START, (Role.STATION_ADMIN, self.shop.station))
            for number in range(3)
        ]
        self.people = [
            build_participant(self.shop.station, now=START, name=f"某居民{number}")
            for number in range(people)
        ]
        self.papers = {person.id: Paper() for person in self.people}
        self.open = {}
        self.done = []

    def play(self, steps, *, verify_every=1):
        """Do *steps* random acts; fail with the number of the first that differs.

        After each, the books are compared with the paper; the fast check of all
        invariants runs after every *verify_every* of them, and the full one at the end.
        """
        acts = {
            self.attend: 8,
            self.adjust_up: 2,
            self.adjust_down: 1,
            self.reserve: 6,
            self.fulfil: 4,
            self.cancel: 2,
            self.expire_redemptions: 1,
            self.expire_points: 1,
            self.reverse: 4,
        }
        for step in range(steps):
            self.now += self.random.choices(STEPS, weights=(20, 8, 3, 1))[0]
            act = self.random.choices(list(acts), weights=list(acts.values()))[0]
            told = act()
            self.done.append((act.__name__, told))
            told = f"step {step}: {act.__name__} {told}"
            self.compare(told)
            if step % verify_every == 0:
                self.verify(told)
        self.verify("at the end")
        report = verification_queries.check_all(
            anchors=(), now=self.now, on_progress=lambda *_: None
        )
        assert report.violations == ()

    @property
    def today(self):
        return clock.local_date(self.now, clock.zone())

    def attend(self):
        person = self.random.choice(self.people)
        occasion = build_occasion(self.shop.station, now=self.now)
        receipt = checkins.check_in_by_staff(
            actor=self.random.choice(self.staff),
            occasion_id=occasion.id,
            participant_id=person.id,
            now=self.now,
        )
        paper = self.papers[person.id]
        worth = paper.worth(BASE, self.today)
        assert receipt.points == worth
        if worth:
            paper.earn(self._newest(person), worth, self.today, is_ruled=True)
        return worth

    def adjust_up(self):
        person = self.random.choice(self.people)
        amount = self.random.randint(1, 30)
        entry_id = self._adjust(person, amount)
        self.papers[person.id].earn(entry_id, amount, self.today, is_ruled=False)
        return amount

    def adjust_down(self):
        person = self.random.choice(self.people)
        paper = self.papers[person.id]
        amount = self.random.randint(1, 15)
        refusal = self._expected(paper, amount)
        if refusal is not None:
            with pytest.raises(refusal):
                self._adjust(person, -amount)
            return refusal.__name__
        entry_id = self._adjust(person, -amount)
        paper.take(entry_id, amount, self.today, is_earned=True)
        return -amount

    def reserve(self):
        person = self.random.choice(self.people)
        paper = self.papers[person.id]
        reward = self.random.choice(self.rewards)
        usable = self._without_due(paper)
        refusal = self._expected(paper, reward.points, usable=usable)
        if refusal is not None:
            with pytest.raises(refusal):
                self._reserve(person, reward)
            return refusal.__name__
        reserved = self._reserve(person, reward)
        paper.hold(reward.points, self.today)
        self.open[reserved.id] = (person, reserved)
        return reward.points

    def fulfil(self):
        if not self.open:
            return None
        redemption_id = self.random.choice(list(self.open))
        person, reserved = self.open[redemption_id]
        paper = self.papers[person.id]
        try:
            redemptions.fulfil(
                actor=self.staff[0],
                redemption_id=redemption_id,
                code=reserved.code,
                now=self.now,
            )
        except RedemptionExpiredError:
            assert self.now >= reserved.expires_at
            return "late"
        except AccountInDebtError:
            assert paper.debt
            return "in debt"
        assert not paper.debt
        del self.open[redemption_id]
        paper.capture(self._newest(person), reserved.points, self.today)
        return -reserved.points

    def cancel(self):
        if not self.open:
            return None
        redemption_id = self.random.choice(list(self.open))
        person, reserved = self.open.pop(redemption_id)
        redemptions.cancel(actor=self.staff[0], redemption_id=redemption_id, now=self.now)
        self.papers[person.id].release(reserved.points)
        return reserved.points

    def expire_redemptions(self):
        redemptions.expire_due(now=self.now)
        late = [key for key, (_, each) in self.open.items() if each.expires_at <= self.now]
        for key in late:
            person, reserved = self.open.pop(key)
            self.papers[person.id].release(reserved.points)
        return len(late)

    def expire_points(self):
        expiry.expire_due(now=self.now)
        for paper in self.papers.values():
            paper.expire(self.today)

    def reverse(self):
        person = self.random.choice(self.people)
        paper = self.papers[person.id]
        keys = [key for key, entry in paper.entries.items() if not entry.is_reversed]
        if not keys:
            return None
        key = self.random.choice(keys)
        if queries.get_entry(key).reason is Reason.REDEMPTION:
            self._refund(queries.get_entry(key).source_id)
        else:
            corrections.reverse(
                actor=self.random.choice(self.staff), entry_id=key, note=NOTE, now=self.now
            )
        paper.reverse(key)
        return -paper.entries[key].amount

    def compare(self, told):
        """Compare the books with every paper."""
        db.session.rollback()
        for person in self.people:
            paper = self.papers[person.id]
            kept = queries.get_balance(person.id)
            lots = self._read_lots(person)
            assert (kept.balance, kept.held, kept.earned, kept.debt) == (
                paper.balance,
                paper.held,
                paper.earned,
                paper.debt,
            ), told
            assert lots == sorted((lot.key, lot.left) for lot in paper.lots), told
            assert sum(left for _, left in lots) == max(0, kept.balance), told

    def verify(self, told):
        """Run the fast check of all invariants."""
        while seal():
            pass
        db.session.rollback()
        report = verification.verify_fast(now=self.now, on_progress=lambda *_: None)
        assert report.violations == (), (told, report.violations)

    def _refund(self, redemption_id):
        """Take goods back whenever they come: points have to find their lots however late."""
        db.session.rollback()
        redemption = redemption_queries.get_redemption(redemption_id)
        db.session.rollback()
        take_back(
            redemption,
            kind=ReturnKind.REFUNDED,
            quantity=redemption.quantity,
            note=NOTE,
            actor=SystemActor(),
            now=self.now,
        )

    def _adjust(self, person, amount):
        actor = self.random.choice(self.staff)
        correction = corrections.adjust(
            actor=actor,
            participant_id=person.id,
            node_id=self.shop.station.id,
            points=amount,
            note=NOTE,
            now=self.now,
        )
        if correction.applied_entry_id is None:
            # The same hand gave this person too much today; another one vouches for it.
            correction = corrections.decide(
                actor=next(each for each in self.staff if each is not actor),
                correction_id=correction.id,
                approve=True,
                now=self.now,
            )
        return correction.applied_entry_id

    def _reserve(self, person, reward):
        return redemptions.reserve(
            actor=SystemActor(),
            participant_id=person.id,
            space_id=self.shop.space.id,
            reward_id=reward.id,
            quantity=1,
            now=self.now,
        )

    def _expected(self, paper, amount, *, usable=None):
        if paper.debt:
            return AccountInDebtError
        available = paper.balance - paper.held if usable is None else usable
        return InsufficientPointsError if available < amount else None

    def _without_due(self, paper):
        due = sum(lot.left for lot in paper.lots if lot.until < self.today)
        return paper.balance - paper.held - max(0, due - paper.held)

    def _newest(self, person):
        return db.session.scalar(
            sa.select(EntryRow.id)
            .where(EntryRow.participant_id == person.id, EntryRow.reason != Reason.EXPIRY)
            .order_by(EntryRow.id.desc())
            .limit(1)
        )

    def _read_lots(self, person):
        rows = db.session.execute(
            sa.select(LotRow.entry_id, LotRow.remaining)
            .join(AccountRow, AccountRow.id == LotRow.account_id)
            .where(AccountRow.participant_id == person.id)
        )
        return sorted((row.entry_id, row.remaining) for row in rows)
