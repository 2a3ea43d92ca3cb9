"""What happened today in a branch: the figures of the tiles, and the latest lines."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from markupsafe import Markup

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.checkins.types import Arrival, Turnout
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants import rules as participant_rules
from rewards.participants.types import PublicName
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import HandOver
from rewards.stock import queries as stock
from rewards.web import formats

from .kept import Kept

LIVE_LINES = 3
TICKER_LINES = 6
# The slides of a node are drawn one after the other from the same facts.
FACTS_SECONDS = 2.0
# These figures are sums over months; they grow slowly and cost much.
SUMS_SECONDS = 60.0

Tile = tuple[str, str]
Line = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What happened today in a branch."""

    occasions: tuple[Occasion, ...]
    turnouts: Mapping[OccasionId, Turnout]
    arrivals: tuple[Arrival, ...]
    handed_over: tuple[HandOver, ...]

    @property
    def visits(self) -> int:
        """Return how many came today, each as often as they came."""
        return sum(each.people for each in self.turnouts.values())


_facts: Kept[Facts] = Kept(seconds=FACTS_SECONDS)
_sums: Kept[int] = Kept(seconds=SUMS_SECONDS)


def list_tiles(node: Node, now: datetime) -> list[Tile]:
    """Return the four figures beside a leaderboard."""
    month = clock.month_start(clock.local_date(now, clock.zone()))
    center = center_path(node.path)
    return [
        (_("今天签到"), formats.visits(_take(node, now).visits)),
        (_("本月换走"), formats.pieces(_sum_pieces(node, month))),
        (
            _("%(month)s服务", month=formats.month(now)),
            formats.hours(_sum_earned(node.path, Asset.SERVICE_MINUTES, month)),
        ),
        (_("全区累计服务"), formats.hours(_sum_earned(center, Asset.SERVICE_MINUTES, None))),
    ]


def list_today_tiles(node: Node, now: datetime) -> list[Tile]:
    """Return the figures of the day."""
    facts = _take(node, now)
    today = clock.local_date(now, clock.zone())
    held = [each for each in facts.occasions if each.status is not OccasionStatus.CANCELLED]
    return [
        (_("今天签到"), formats.visits(facts.visits)),
        (_("今天活动"), _("%(n)s场", n=len(held))),
        (_("今天发出"), formats.points_total(_sum_earned(node.path, Asset.POINTS, today))),
        (
            _("今天服务"),
            formats.hours(_sum_earned(node.path, Asset.SERVICE_MINUTES, today)),
        ),
    ]


def list_live(node: Node, now: datetime) -> list[Line]:
    """Return the latest of what happened today, newest first; nobody is named."""
    facts = _take(node, now)
    titles = _titles(facts)
    lines = [
        (turnout.last_at, _say(_("%(title)s 第%(n)s位到场"), title=titles[each], n=turnout.people))
        for each, turnout in facts.turnouts.items()
    ]
    return sorted(lines + _list_handed_over(facts), reverse=True)[:LIVE_LINES]


def list_ticker(node: Node, now: datetime) -> list[Line]:
    """Return the latest of what happened today, newest first, with those who agreed by name."""
    facts = _take(node, now)
    occasions = {occasion.id: occasion for occasion in facts.occasions}
    unnamed: dict[OccasionId, datetime] = {}
    lines = []
    for arrival, name in zip(facts.arrivals, _name(facts), strict=True):
        if name is None:
            unnamed.setdefault(arrival.occasion_id, arrival.at)
        else:
            lines.append((arrival.at, _tell(arrival, name, occasions[arrival.occasion_id], now)))
    lines += [
        (
            at,
            _say(
                _("%(title)s 已到%(n)s人"),
                title=occasions[each].title,
                n=facts.turnouts[each].people,
            ),
        )
        for each, at in unnamed.items()
    ]
    return sorted(lines + _list_handed_over(facts), reverse=True)[:TICKER_LINES]


def list_occasions(node: Node, now: datetime) -> tuple[Occasion, ...]:
    """Return the occasions of a branch that start today."""
    return _take(node, now).occasions


def _tell(arrival: Arrival, name: PublicName, occasion: Occasion, now: datetime) -> str:
    called = name.text
    if name.ending:
        called = _("%(name)s（尾号%(digits)s）", name=name.text, digits=name.ending)
    if arrival.has_left or occasion.ends_at <= now:
        return _say(_("%(name)s 完成 %(title)s"), name=called, title=occasion.title)
    return _say(_("%(name)s 来到 %(title)s"), name=called, title=occasion.title)


def _say(sentence: str, *, title: str, **values: object) -> Markup:
    """Return *sentence* with its title marked: where room is short, only the title is cut."""
    marked = Markup('<span class="live__title">{}</span>').format(title)
    return Markup(sentence) % {"title": marked, **values}  # noqa: S704 - the sentence is our own


def _name(facts: Facts) -> list[PublicName | None]:
    """Return by which name each arrival is told, those of one occasion told apart."""
    ids = [each.participant_id for each in facts.arrivals]
    agreed = participants.list_agreed(ids)
    people = {
        each: person
        for each, person in participants.list_participants(ids).items()
        if each in agreed
    }
    places: dict[OccasionId, list[int]] = defaultdict(list)
    for place, arrival in enumerate(facts.arrivals):
        places[arrival.occasion_id].append(place)
    named: list[PublicName | None] = [None] * len(facts.arrivals)
    for occasion_id, own in places.items():
        found = participant_rules.name_group(
            [people.get(facts.arrivals[place].participant_id) for place in own],
            people=facts.turnouts[occasion_id].people,
        )
        for place, name in zip(own, found, strict=True):
            named[place] = name
    return named


def _titles(facts: Facts) -> dict[OccasionId, str]:
    return {occasion.id: occasion.title for occasion in facts.occasions}


def _list_handed_over(facts: Facts) -> list[Line]:
    return [
        (
            each.at,
            _say(
                _("兑换台 送出%(title)s%(pieces)s"),
                title=each.reward_name,
                pieces=formats.pieces(each.quantity, each.unit),
            ),
        )
        for each in facts.handed_over
    ]


def _take(node: Node, now: datetime) -> Facts:
    return _facts.get(node.path, lambda: _gather(node, now))


def _gather(node: Node, now: datetime) -> Facts:
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    occasions = activities.list_occasions(node_path=node.path, starts_from=start, starts_before=end)
    ids = [occasion.id for occasion in occasions]
    spaces = [space.id for space in stock.list_spaces(node.path)]
    arrivals = checkins.list_latest(ids, limit=2 * TICKER_LINES)
    turnouts = checkins.list_turnouts(ids)
    return Facts(
        occasions=occasions,
        turnouts=turnouts,
        # Between the two reads somebody's hours may have been declined.
        arrivals=tuple(each for each in arrivals if each.occasion_id in turnouts),
        handed_over=redemptions.list_handed_over(spaces, since=start, limit=TICKER_LINES),
    )


def _sum_earned(node_path: str, asset: Asset, start: date | None) -> int:
    return _sums.get(
        (node_path, asset, start),
        lambda: ledger.sum_earned(node_path=node_path, asset=asset, start=start),
    )


def _sum_pieces(node: Node, month: date) -> int:
    since = clock.day_bounds(month, clock.zone())[0]
    return _sums.get(
        (node.path, month),
        lambda: redemptions.sum_handed_over(
            [space.id for space in stock.list_spaces(node.path)], since=since
        ),
    )
