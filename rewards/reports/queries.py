"""Who entered how much for whom, what the exchange moved, and who did what at its desks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.identity import queries as identity
from rewards.ledger import queries as ledger
from rewards.ledger.queries import EnteredEntry
from rewards.network import queries as network
from rewards.network.types import NodeId
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import Spent
from rewards.stock import queries as stock
from rewards.stock.types import ItemFlow, RewardId

from . import rules
from .types import (
    DeskReport,
    Entered,
    NodeFlow,
    NodeLine,
    Pair,
    PriceLine,
    Report,
    staff_id_of,
)

# So many entries are searched for patterns; one more statement asks for all of their occasions.
ENTRIES_MAX = 20_000
PRICES_MAX = 1_000


def get_report(*, node_path: str, since: datetime, until: datetime) -> Report:
    """Return what staff entered in a branch since a moment and before another.

    Takes six statements, however much there is.
    """
    found = ledger.list_entered(
        node_path=node_path, since=since, until=until, limit=ENTRIES_MAX + 1
    )
    entries = _with_occasions(found[:ENTRIES_MAX])
    pairs = tuple(
        Pair(
            staff=each.actor,
            participant_id=each.participant_id,
            entries=each.count,
            points=each.gained,
            taken=each.taken,
        )
        for each in ledger.sum_entered(node_path=node_path, since=since, until=until)
    )
    findings = rules.list_findings(entries)
    names = name_staff(pair.staff for pair in pairs)
    return Report(
        staff=rules.sum_staff(pairs, findings, names=names),
        nodes=_list_nodes(node_path, since, until),
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair.points, -pair.entries, pair.staff))),
        findings=findings,
        is_cut=len(found) > ENTRIES_MAX,
    )


def list_node_flows(
    *, node_path: str, since: datetime, before: datetime, always: Collection[RewardId] = ()
) -> tuple[NodeFlow, ...]:
    """Return what the exchange of each node of a branch moved since a moment and before another.

    Items of *always* are among it even if nothing was there or moved.
    """
    items = stock.list_flows(node_path=node_path, since=since, before=before, always=always)
    by_node: dict[NodeId, list[ItemFlow]] = defaultdict(list)
    for item in items:
        by_node[item.node_id].append(item)
    spent = redemptions.sum_spent(node_path=node_path, since=since, before=before)
    nodes = network.list_by_ids({*by_node, *spent})
    spent = dict.fromkeys(by_node, Spent()) | spent
    flows = (
        NodeFlow(
            node=nodes[node_id],
            lines=tuple(by_node[node_id]),
            points=spent[node_id].points,
            returned_points=spent[node_id].returned,
            given=spent[node_id].given,
        )
        for node_id in spent
    )
    return tuple(sorted(flows, key=lambda flow: flow.node.path))


def get_desk_report(
    *, node_path: str, months: Sequence[tuple[date, datetime, datetime]]
) -> DeskReport:
    """Return what staff did at the desks of a branch in each of some months that follow.

    A month is its first day, its first moment and the first one after it. Takes two statements
    for a month and four for all of them.
    """
    handled = [
        (month, each)
        for month, since, before in months
        for each in redemptions.sum_handled(node_path=node_path, since=since, before=before)
    ]
    period = {"since": months[0][1], "before": months[-1][2]}
    changes = stock.list_price_changes(node_path=node_path, **period, limit=PRICES_MAX + 1)
    pieces = redemptions.sum_by_price(node_path=node_path, **period) if changes else {}
    names = name_staff(
        {each.by for _month, each in handled} | {each.changed_by for each in changes}
    )
    return DeskReport(
        lines=rules.sum_desk(handled, names=names),
        prices=tuple(
            PriceLine(
                change=change,
                name=names.get(change.changed_by, ""),
                pieces=pieces.get((change.reward_id, change.points), 0),
            )
            for change in changes[:PRICES_MAX]
        ),
        is_cut=len(changes) > PRICES_MAX,
    )


def name_staff(principals: Iterable[str]) -> dict[str, str]:
    """Return the names of those of some principals who are staff."""
    ids = {principal: staff_id_of(principal) for principal in principals}
    staff = identity.list_staff_by_ids({each for each in ids.values() if each is not None})
    by_id = {member.id: member.name for member in staff.values()}
    return {principal: by_id[each] for principal, each in ids.items() if each in by_id}


def _with_occasions(entries: Iterable[EnteredEntry]) -> tuple[Entered, ...]:
    listed = tuple(entries)
    ids = {OccasionId(each.occasion_id) for each in listed if each.occasion_id is not None}
    occasions = activities.list_by_ids(list(ids))
    built = []
    for each in listed:
        occasion = None
        if each.occasion_id is not None:
            occasion = occasions.get(OccasionId(each.occasion_id))
        built.append(
            Entered(
                entry_id=each.entry_id,
                staff=each.actor,
                participant_id=each.participant_id,
                points=each.amount,
                entered_at=each.posted_at,
                starts_at=occasion.starts_at if occasion else None,
                ends_at=occasion.ends_at if occasion else None,
            )
        )
    return tuple(built)


def _list_nodes(node_path: str, since: datetime, until: datetime) -> tuple[NodeLine, ...]:
    sums = ledger.sum_by_node(node_path=node_path, since=since, until=until)
    nodes = network.list_by_ids({each.node_id for each in sums})
    lines = (
        NodeLine(node=nodes[each.node_id], entered=each.entered, proved=each.proved)
        for each in sums
    )
    return tuple(sorted(lines, key=lambda line: (-line.entered, line.node.path)))
