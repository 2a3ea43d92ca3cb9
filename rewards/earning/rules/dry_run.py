"""What changed rules would have given: the acts of some days judged once more, in memory."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from ..types import Act, DryRun, Given, NodeDifference, PastActs, RuleSet
from .evaluation import evaluate

LARGEST_SHOWN = 5


def compare(before: RuleSet, after: RuleSet, past: PastActs, *, node_path: str = "") -> DryRun:
    """Return what the acts of *past* below a node give by one rule set and by the other.

    All acts are judged, since caps are counted over all nodes. They begin with
    the first of the days: what was given earlier is not known here.
    """
    nodes_before: Counter[str] = Counter()
    nodes_after: Counter[str] = Counter()
    totals: list[tuple[int, int]] = []
    acts = 0
    for _, own in groupby(past.acts, key=itemgetter(0)):
        done = [act for _, act in own]
        judged = zip(done, _judge(before, done), _judge(after, done), strict=True)
        here = [each for each in judged if each[0].node_path.startswith(node_path)]
        if not here:
            continue
        for act, old, new in here:
            nodes_before[act.node_path] += old
            nodes_after[act.node_path] += new
        acts += len(here)
        totals.append((sum(old for _, old, _ in here), sum(new for _, _, new in here)))
    return DryRun(
        start=past.start,
        end=past.end,
        acts=acts,
        people=len(totals),
        is_sample=past.is_sample,
        before=sum(old for old, _ in totals),
        after=sum(new for _, new in totals),
        gaining=sum(new > old for old, new in totals),
        losing=sum(new < old for old, new in totals),
        nodes=_list_nodes(nodes_before, nodes_after),
        largest=_list_largest(totals),
    )


def _judge(rule_set: RuleSet, acts: Iterable[Act]) -> list[int]:
    given: list[Given] = []
    points = []
    for act in acts:
        awards = evaluate(rule_set, act, given)
        given += [Given(award.rule, act.day, award.points) for award in awards if award.points]
        points.append(sum(award.points for award in awards))
    return points


def _list_nodes(before: Counter[str], after: Counter[str]) -> tuple[NodeDifference, ...]:
    nodes = [
        NodeDifference(node_path=path, before=before[path], after=after[path])
        for path in sorted({*before, *after})
        if before[path] or after[path]
    ]
    # The order of the paths stays where the differences are equal.
    return tuple(sorted(nodes, key=lambda each: -abs(each.after - each.before)))


def _list_largest(totals: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    changed = [each for each in totals if each[0] != each[1]]
    changed.sort(key=lambda each: (-abs(each[1] - each[0]), each))
    return tuple(changed[:LARGEST_SHOWN])
