"""Reward items as one person meets them: what they can have now, and what is in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel import gettext as _

from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AccountInDebtError
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.participants.types import Participant
from rewards.redemptions import queries as redemptions
from rewards.redemptions.errors import FirstBalanceError, RewardBalanceError
from rewards.redemptions.types import Allowance
from rewards.stock import queries as stock
from rewards.stock import rules
from rewards.stock.errors import RewardNotFoundError
from rewards.stock.types import Reward, RewardId, RewardKind, Space
from rewards.web import formats, sentences
from rewards.web.sentences import Sentence

NOTHING_IN_THE_WAY = Allowance()
# More points than the price have to be there.
_ASKS_FOR_MORE = (FirstBalanceError, RewardBalanceError)


class State(StrEnum):
    """How an item stands for whoever looks at it."""

    READY = "ready"
    SAVING = "saving"
    # It is gone, or a limit is reached: waiting helps, points do not.
    WAITING = "waiting"
    # Nobody is signed in.
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An item, how it stands for somebody, and all the points that they lack."""

    reward: Reward
    state: State
    missing: int
    allowance: Allowance

    @property
    def refusal(self) -> Sentence | None:
        """Return what is in the way, whatever points there are."""
        found = self.allowance.refusal
        if found is None or self.is_giving or isinstance(found, _ASKS_FOR_MORE):
            return None
        return sentences.explain(found)

    @property
    def rule(self) -> str:
        """Return what asks for more points than the price, empty where nothing does."""
        found = self.allowance.refusal
        return sentences.explain(found).why if isinstance(found, _ASKS_FOR_MORE) else ""

    @property
    def is_giving(self) -> bool:
        """Tell whether the points go to somebody else."""
        return self.reward.kind is RewardKind.GIVING

    @property
    def is_gone(self) -> bool:
        """Tell whether nothing is left."""
        return self.reward.has_shelf and not self.reward.available

    @property
    def pieces_left(self) -> str:
        """Return how many pieces the limits leave, empty where there are no more anyway."""
        left = self.allowance.left
        if left is None or left >= self.reward.available:
            return ""
        return formats.pieces(left, self.reward.unit)

    @property
    def told(self) -> list[str]:
        """Return how the item stands, in parts that each stay on one line."""
        if self.is_giving:
            return [self.reward.description or str(_("积分给微心愿"))]
        if self.is_gone:
            return [_("暂时没有了")]
        refusal = self.refusal
        if refusal is not None:
            return [refusal.what, *refusal.next_steps[:1]]
        parts = [_("还差 %(missing)d 分", missing=self.missing)] if self.missing else []
        if self.rule:
            parts.append(self.rule)
        pieces = formats.pieces(self.reward.available, self.reward.unit)
        parts.append(_("还有%(left)s", left=pieces))
        if self.pieces_left and not self.missing:
            parts.append(_("您能换%(pieces)s", pieces=self.pieces_left))
        return parts


def find_home_path(me: Participant | None) -> str | None:
    """Return the path of the home of *me*, if somebody is signed in."""
    home = network.find_node(me.home_node_id) if me else None
    return home.path if home else None


def list_shown(space: Space, me: Participant | None) -> list[Reward]:
    """Return the listed items of a space that *me* is shown, the cheapest first.

    What is given away comes last: people look for what they can have.
    """
    home_path = find_home_path(me)
    shown = [each for each in stock.list_rewards(space.id) if rules.is_shown_to(each, home_path)]
    return sorted(shown, key=lambda each: not each.has_shelf)


def get_shown(reward_id: RewardId, me: Participant) -> Reward:
    """Return an item that *me* is shown.

    :raises RewardNotFoundError: if there is none, or it is for others or of another center.
    """
    offer = stock.get_offer(reward_id)
    home = network.get_node(me.home_node_id).path
    is_near = center_path(home) == center_path(offer.node_path)
    if not is_near or not rules.is_shown_to(offer.reward, home):
        raise RewardNotFoundError
    return offer.reward


def judge(rewards: Sequence[Reward], me: Participant | None) -> list[Offer]:
    """Return how each of *rewards* stands for *me*, in their order."""
    if me is None:
        return [
            Offer(reward=each, state=State.SHOWN, missing=0, allowance=NOTHING_IN_THE_WAY)
            for each in rewards
        ]
    allowances = redemptions.list_allowances(me, rewards, clock.now())
    available = ledger.get_balance(me.id).available
    return [_judge_one(each, allowances, available) for each in rewards]


def list_kinds(rewards: Sequence[Reward]) -> list[RewardKind]:
    """Return the kinds that there are among *rewards*, in their usual order."""
    there = {each.kind for each in rewards}
    return [kind for kind in RewardKind if kind in there]


def _judge_one(reward: Reward, allowances: Mapping[RewardId, Allowance], available: int) -> Offer:
    allowance = allowances[reward.id]
    required = reward.points
    if isinstance(allowance.refusal, _ASKS_FOR_MORE):
        required = max(required, int(str(allowance.refusal.members["required"])))
    offer = Offer(
        reward=reward,
        state=State.READY,
        missing=max(0, required - available),
        allowance=allowance,
    )
    return replace(offer, state=_find_state(offer))


def _find_state(offer: Offer) -> State:
    refused = None if offer.is_giving else offer.allowance.refusal
    # More points than the price may have to be there, or a debt be paid: those are to be saved.
    helped = refused is None or isinstance(refused, (*_ASKS_FOR_MORE, AccountInDebtError))
    if offer.is_gone or not helped:
        return State.WAITING
    return State.SAVING if offer.missing or refused is not None else State.READY
