"""What is about to be handed over: chosen by links, so that the sum is always the server's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from rewards.ledger.types import Balance
from rewards.redemptions.rules import QUANTITY_MAX, THINGS_MAX, needs_owner
from rewards.redemptions.types import Allowance, Item, Pick, Redemption, RedemptionId
from rewards.stock.types import Reward, RewardId
from rewards.visits.types import Visit

from . import safety

# A choice of nothing is a choice: it differs from a page on which nobody chose yet.
NOTHING = "none"
# An item, how many pieces, and in a form the points that were shown for them.
_ITEM = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,4})(?:\.([0-9]{1,9}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """So many pieces of a reservation that are taken along; the rest goes on waiting."""

    redemption: Redemption
    quantity: int

    @property
    def points(self) -> int:
        """Return what the pieces cost together."""
        return self.redemption.points * self.quantity // self.redemption.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many pieces of an item to be had at once."""

    reward: Reward
    quantity: int

    @property
    def points(self) -> int:
        """Return what the pieces cost together."""
        return self.reward.points * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Reservations and items of one person, as the address of the page says."""

    home: str
    key: str
    visit: Visit | None
    # The code that was scanned, and the same as an address may carry it.
    code: str
    shown: str
    picks: tuple[Taken, ...]
    lines: tuple[Line, ...] = field(default=())

    @property
    def pieces(self) -> int:
        """Return how many pieces these are."""
        return sum(pick.quantity for pick in self.picks) + sum(line.quantity for line in self.lines)

    @property
    def points(self) -> int:
        """Return what they cost together."""
        return sum(pick.points for pick in self.picks) + self.new_points

    @property
    def new_points(self) -> int:
        """Return what is not set aside yet."""
        return sum(line.points for line in self.lines)

    @property
    def asked_points(self) -> int:
        """Return what of it the person is asked for, where they stand there by card."""
        asked = [each for each in self.picks if needs_owner(each.redemption, code=self.code)]
        return sum(each.points for each in asked) + self.new_points

    def can_take(self, redemption: Redemption) -> bool:
        """Tell whether a reservation can be taken along as things stand."""
        return self.visit is not None or not needs_owner(redemption, code=self.code)

    def count(self, reward: Reward) -> int:
        """Return how many pieces of an item are chosen."""
        return next((line.quantity for line in self.lines if line.reward.id == reward.id), 0)

    def find(self, redemption: Redemption) -> Taken | None:
        """Return how much of a reservation is taken along, if any is."""
        return next((each for each in self.picks if each.redemption.id == redemption.id), None)

    def can_add(self, reward: Reward, balance: Balance, allowance: Allowance) -> bool:
        """Tell whether one piece more of an item is there, allowed, and can be paid."""
        chosen = self.count(reward)
        return (
            reward.has_shelf
            and allowance.refusal is None
            and allowance.admits(chosen + 1)
            and chosen < min(reward.available, QUANTITY_MAX)
            and self.new_points + reward.points <= balance.available
            and (chosen > 0 or len(self.picks) + len(self.lines) < THINGS_MAX)
        )

    def address(self) -> str:
        """Return the address of the page with this basket."""
        pairs = [("pick", f"{each.redemption.id}.{each.quantity}") for each in self.picks]
        pairs = pairs or [("pick", NOTHING)]
        pairs += [("item", f"{line.reward.id}.{line.quantity}") for line in self.lines]
        if self.visit is not None:
            pairs.append(("visit", str(self.visit.id)))
        if self.shown:
            pairs.append(("shown", self.shown))
        return f"{self.home}?{urlencode([*pairs, ('key', self.key)])}"

    def change(self, reward: Reward, by: int) -> str:
        """Return the address with so many pieces of an item more, or fewer."""
        quantity = self.count(reward) + by
        lines = [line for line in self.lines if line.reward.id != reward.id]
        if quantity > 0:
            lines.append(Line(reward=reward, quantity=quantity))
        return replace(self, lines=tuple(lines)).address()

    def take(self, redemption: Redemption, quantity: int) -> str:
        """Return the address with so many pieces of a reservation taken along; none: it waits."""
        picks = [each for each in self.picks if each.redemption.id != redemption.id]
        if quantity > 0:
            picks.append(Taken(redemption=redemption, quantity=quantity))
        return replace(self, picks=tuple(picks)).address()


def read(
    waiting: Sequence[Redemption],
    rewards: Sequence[Reward],
    balance: Balance,
    allowances: Mapping[RewardId, Allowance],
    *,
    home: str,
    key: str,
    visit: Visit | None,
    code: str,
    shown: str,
) -> Basket:
    """Return the basket that the address of the page asks for, as far as it can be had."""
    basket = Basket(home=home, key=key, visit=visit, code=code, shown=shown, picks=())
    if request.args.getlist("pick"):
        picks = _read_picks(waiting)
    else:
        # Whoever shows a code wants that one; whoever is found otherwise, all of them.
        picks = [
            Taken(redemption=each, quantity=each.quantity)
            for each in waiting
            if code in ("", each.code)
        ]
    can_take = [each for each in picks if basket.can_take(each.redemption)]
    basket = replace(basket, picks=tuple(can_take[:THINGS_MAX]))
    if visit is None:
        return basket
    for reward, quantity in _read_items(rewards):
        for _piece in range(quantity):
            if basket.can_add(reward, balance, allowances[reward.id]):
                lines = [line for line in basket.lines if line.reward.id != reward.id]
                line = Line(reward=reward, quantity=basket.count(reward) + 1)
                basket = replace(basket, lines=(*lines, line))
    return basket


def read_sent() -> tuple[list[Pick], list[Item]]:
    """Return what a form wants to be handed over, and the prices that it was shown.

    :raises werkzeug.exceptions.NotFound: if an id is none.
    """
    asked = dict.fromkeys(request.form.getlist("pick")[: THINGS_MAX + 1])
    picks = [_read_pick(text) for text in asked]
    items = [_read_item(text) for text in request.form.getlist("item")[: THINGS_MAX + 1]]
    return picks, items


def _read_picks(waiting: Sequence[Redemption]) -> list[Taken]:
    by_id = {str(each.id): each for each in waiting}
    found: dict[str, Taken] = {}
    for text in request.args.getlist("pick")[:THINGS_MAX]:
        name, _dot, quantity = text.partition(".")
        if name in by_id and quantity.isascii() and quantity.isdigit():
            taken = max(1, min(int(quantity[:4]), by_id[name].quantity))
            found[name] = Taken(redemption=by_id[name], quantity=taken)
    return list(found.values())


def _read_pick(text: str) -> Pick:
    name, dot, quantity = text.partition(".")
    if dot and not (quantity.isascii() and quantity.isdigit()):
        raise NotFound
    return Pick(
        redemption_id=RedemptionId(safety.read_id(name)),
        quantity=int(quantity[:4]) if dot else None,
    )


def _read_items(rewards: Sequence[Reward]) -> list[tuple[Reward, int]]:
    by_id = {str(reward.id): reward for reward in rewards}
    found: dict[str, int] = {}
    for text in request.args.getlist("item")[:THINGS_MAX]:
        match = _ITEM.fullmatch(text)
        if match and match[1] in by_id:
            found[match[1]] = min(int(match[2]), QUANTITY_MAX)
    return [(by_id[name], quantity) for name, quantity in found.items()]


def _read_item(text: str) -> Item:
    match = _ITEM.fullmatch(text)
    if match is None:
        raise NotFound
    return Item(
        reward_id=RewardId(UUID(match[1])),
        quantity=int(match[2]),
        seen_points=int(match[3]) if match[3] else None,
    )
