"""Handing over at the desk: what waits and what is new, as one basket."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.core.unit import joined, use_case
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
from rewards.stock import operations as stock
from rewards.stock import queries as stock_queries
from rewards.stock.types import SpaceId
from rewards.visits import operations as visit_operations
from rewards.visits import queries as visits
from rewards.visits import rules as visit_rules
from rewards.visits.types import Visit

from .. import queries, rules
from ..errors import RedemptionNotFoundError
from ..types import CollectedBy, Item, Pick, Redemption, RedemptionId, ShownBy
from .closing import fulfil
from .reserving import reserve

_reserve = joined(reserve)
_fulfil = joined(fulfil)


@use_case
def hand_over(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    space_id: SpaceId,
    picks: Sequence[Pick] = (),
    items: Sequence[Item] = (),
    code: str = "",
    visit_id: UUID | None = None,
    has_consent: bool = False,
    collected_by: CollectedBy = CollectedBy.OWNER,
    proxy_of: RedemptionId | None = None,
    now: datetime,
) -> tuple[Redemption, ...]:
    """Hand everything of a basket over to a participant, or nothing of it.

    *picks* wait for them and may be *collected_by* somebody else, who shows the *code*
    of one of them; of several proxies, the one came who is named for *proxy_of*.
    *items* are reserved and handed over at once, for which the participant must stand
    there: *visit_id* names the visit that says so, and *has_consent* that they were
    asked, where it is by card. So they must for what staff reserved for them, unless it
    is that of the code. What they reserved themselves is handed over without either.
    Of all of it they are told. The visit ends with it.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not hand over rewards there.
    :raises EmptyBasketError: if there is nothing in it.
    :raises PresenceRequiredError: if the participant must stand there and does not.
    :raises SpokenConsentRequiredError: if they showed a card and were not asked.
    :raises RedemptionNotFoundError: if there is no such redemption of theirs.
    :raises RewardNotFoundError: if there is no such item.
    :raises QuantityOutOfRangeError: if a pick is of no piece, or of more than wait.
    :raises ProxyNotNamedError: if a proxy came whom the owner did not name for each pick.
    """
    space = stock_queries.get_space(space_id)
    authorize(actor, Verb.FULFIL, space.node_path)
    rules.check_basket(picks, items)
    stands = visits.find_present(
        visit_id,
        participant_id=participant_id,
        principal=actor.principal,
        space_id=space_id,
        now=now,
    )
    waiting = [_find_own(pick.redemption_id, participant_id) for pick in picks]
    if items or any(rules.needs_owner(redemption, code=code) for redemption in waiting):
        visit_rules.check_presence(stands, has_consent=has_consent)
    # One basket locks as any single act does: the space, the account, then levels ascending.
    stock.share_space(space_id)
    ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    if stands is not None:
        # Whoever takes something and leaves no longer stands there.
        visit_operations.end_visit(stands.id, now=now)
    stock.lock_levels(
        {item.reward_id for item in items} | {redemption.reward_id for redemption in waiting}
    )
    if collected_by is CollectedBy.PROXY:
        _check_proxy(waiting, proxy_of)
    new = [_reserve_item(item, actor, participant_id, space_id, now=now) for item in items]
    # Whoever has something new stands there; for what waits another one may have come.
    steps = [
        *(
            (redemption, pick.quantity, collected_by, _find_proof(redemption, code, stands))
            for redemption, pick in zip(waiting, picks, strict=True)
        ),
        *((each, None, CollectedBy.OWNER, _find_proof(each, code, stands)) for each in new),
    ]
    return tuple(
        _fulfil(
            actor=actor,
            redemption_id=redemption.id,
            code=redemption.code,
            space_id=space_id,
            quantity=quantity,
            collected_by=collector,
            shown_by=shown_by,
            now=now,
        )
        for redemption, quantity, collector, shown_by in steps
    )


def _reserve_item(
    item: Item, actor: Actor, participant_id: ParticipantId, space_id: SpaceId, *, now: datetime
) -> Redemption:
    return _reserve(
        actor=actor,
        participant_id=participant_id,
        space_id=space_id,
        reward_id=item.reward_id,
        quantity=item.quantity,
        seen_points=item.seen_points,
        is_present=True,
        now=now,
    )


def _find_proof(redemption: Redemption, code: str, stands: Visit | None) -> ShownBy:
    if code == redemption.code:
        return ShownBy.PICKUP_CODE
    return ShownBy.NOTHING if stands is None else ShownBy(stands.proof)


def _check_proxy(waiting: Sequence[Redemption], proxy_of: RedemptionId | None) -> None:
    named = queries.list_proxies([redemption.id for redemption in waiting])
    came = named.get(proxy_of) if proxy_of else next(iter(named.values()), None)
    rules.check_same_collector(
        ((redemption.reward_name, named.get(redemption.id)) for redemption in waiting), came
    )


def _find_own(redemption_id: RedemptionId, participant_id: ParticipantId) -> Redemption:
    redemption = queries.get_redemption(redemption_id)
    if redemption.participant_id != participant_id:
        raise RedemptionNotFoundError
    return redemption
