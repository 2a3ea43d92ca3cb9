"""The lines of a board as a phone shows them, and what is said to whoever looks."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from rewards.core import clock
from rewards.leaderboards import rules
from rewards.leaderboards.queries import OwnPart
from rewards.leaderboards.types import Change, Period, Standing, Subject
from rewards.ledger import queries as ledger
from rewards.ledger import rules as ledger_rules
from rewards.network import queries as network
from rewards.pages.board_names import MEASURES, name_period
from rewards.pages.screen.kept import Kept
from rewards.participants.types import Participant
from rewards.teams import queries as teams
from rewards.web import formats

from . import frame
from .choosing import Wanted

TOP_RANK = 3
MINUTES_PER_HOUR = 60
# The first day changes when hours are filled in for days before it: hardly ever.
FIRST_DAY_SECONDS = 60.0
CURRENT = {
    Period.DAY: lazy_gettext("今天"),
    Period.WEEK: lazy_gettext("本周"),
    Period.YEAR: lazy_gettext("今年"),
    Period.ALL: lazy_gettext("累计"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `name` None: somebody who is not named; `address`: the board of a node."""

    rank: int
    name: str | None
    ending: str
    value: str
    is_mine: bool
    address: str | None
    change: Change | None

    @property
    def is_top(self) -> bool:
        """Tell whether this is one of the first three places."""
        return self.rank <= TOP_RANK


_first_days: Kept[date | None] = Kept(seconds=FIRST_DAY_SECONDS)


def build_row(
    line: Standing, *, wanted: Wanted, own: frozenset[str], is_linked: bool = True
) -> Row:
    """Return a line as it is shown to whoever *own* is about; a node leads to its board."""
    is_node = wanted.subject is Subject.NODE
    return Row(
        rank=line.rank,
        # The nodes below one are of one kind, which all their names repeat.
        name=frame.split_name(line.name)[0] if is_node and line.name else line.name,
        ending=line.ending,
        value=_figure(line.value, wanted),
        is_mine=line.member_id in own,
        address=wanted.address(subject=Subject.PARTICIPANT.value, node=line.member_id)
        if is_node and is_linked
        else None,
        change=line.change,
    )


def list_own(wanted: Wanted, me: Participant | None) -> frozenset[str]:
    """Return which members of a board are *me*, or my teams, or the nodes I am at home in."""
    if me is None:
        return frozenset()
    if wanted.subject is Subject.PARTICIPANT:
        return frozenset({str(me.id)})
    if wanted.subject is Subject.TEAM:
        mine = teams.list_of(me.id, day=wanted.today)
        return frozenset(str(team.id) for team, _membership in mine)
    home = network.find_node(me.home_node_id)
    return frozenset(home.path.split("/")) if home else frozenset()


def find_rise(part: OwnPart, own: frozenset[str]) -> Change | None:
    """Return how far somebody moved up; who moved down is not told so beside their own place."""
    changes = [line.change for line in part.around if line.member_id in own]
    risen = [each for each in changes if each is not None and (each.is_new or each.places > 0)]
    return risen[0] if risen else None


def has_before(wanted: Wanted) -> bool:
    """Tell whether anything was earned below the node before the period."""
    path = wanted.node.path
    first = _first_days.get(path, lambda: ledger.find_first_day(path))
    return wanted.period is not Period.ALL and first is not None and first < wanted.start


def is_settling(wanted: Wanted) -> bool:
    """Tell whether a period is over, and what comes in late still counts for it."""
    if wanted.is_current:
        return False
    center = rules.find_center(wanted.node.path)
    decided = ledger.list_closing_policies(center)
    return wanted.now < ledger_rules.closes_at(wanted.end, decided=decided, zone=clock.zone())


def encourage(wanted: Wanted, part: OwnPart) -> list[str]:
    """Return what is said beside somebody's place: what the next one takes, and nothing unkind."""
    mine = part.board.me
    if mine is None or mine.rank is None:
        return []
    if not wanted.is_current:
        return [_("谢谢您那段时间的付出。")]
    if mine.rank == 1:
        return [_("您排在最前面，谢谢您的付出。")]
    said = []
    if mine.gap is not None:
        said.append(_tell_gap(mine.gap, wanted, goal=part.goal))
    if mine.rank <= TOP_RANK:
        said.append(_("您在前三名里，谢谢您的付出。"))
    else:
        said.append(_("不论第几名，每一次参加都算数。"))
    return said


def name_board(wanted: Wanted) -> str:
    """Return what a board is called: 11月服务榜."""
    return str(_("%(span)s%(board)s", span=name_span(wanted), board=_name_counted(wanted)))


def name_span(wanted: Wanted) -> str:
    """Return when a board is of: 本周, 11月, 2025年."""
    if wanted.is_current and wanted.period in CURRENT:
        return str(CURRENT[wanted.period])
    match wanted.period:
        case Period.MONTH:
            return formats.month(wanted.start, wanted.now)
        case Period.YEAR:
            return str(_("%(year)s年", year=wanted.start.year))
        case Period.WEEK:
            if {wanted.start.year, wanted.end.year} != {wanted.today.year}:
                return name_period(Period.WEEK, wanted.start, wanted.end)
            first, last = formats.short_day(wanted.start), formats.short_day(wanted.end)
            return str(_("%(first)s到%(last)s", first=first, last=last))
        case _:
            return formats.day(wanted.start, wanted.now)


def _name_counted(wanted: Wanted) -> str:
    name = str(MEASURES[wanted.counted])
    match wanted.subject:
        case Subject.TEAM:
            return str(_("团队%(board)s", board=name))
        case Subject.NODE:
            return str(_("站点%(board)s", board=name))
        case _:
            return name


def _tell_gap(gap: int, wanted: Wanted, *, goal: int | None) -> str:
    if wanted.counted.is_time:
        more = formats.hours_exact(gap)
        if goal is None:
            return str(_("再服务%(more)s，就能往前。", more=more))
        return str(_("再服务%(more)s，就追上%(place)s。", more=more, place=formats.rank(goal)))
    more = formats.points(gap)
    if goal is None:
        return str(_("再得 %(more)s，就能往前。", more=more))
    return str(_("再得 %(more)s，就追上%(place)s。", more=more, place=formats.rank(goal)))


def _figure(value: int, wanted: Wanted) -> str:
    if not wanted.counted.is_time:
        return formats.number(value)
    hours, minutes = divmod(value, MINUTES_PER_HOUR)
    # The unit stands once above them all; tenths that are not full are cut.
    return f"{formats.number(hours)}.{minutes * 10 // MINUTES_PER_HOUR}"
