"""Patterns in what staff entered: outside the hours, in bursts, for the same people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from rewards.core import clock
from rewards.redemptions.types import DeskAct, Handled

from .types import DeskLine, Entered, Finding, Pair, Pattern, StaffLine, Tally

# Source: domain defaults 6.3, the windows of check-in and check-out.
BEFORE_START = timedelta(minutes=30)
AFTER_END = timedelta(minutes=60)
# Where there is no occasion: from 7:00 to 22:00.
DAY_HOURS = range(7, 22)
BURST_ENTRIES = 10
BURST_SPAN = timedelta(minutes=3)
REPEATED_ENTRIES = 4


def list_findings(entries: Sequence[Entered]) -> tuple[Finding, ...]:
    """Return every pattern in *entries*, those with the most points first."""
    found = (*find_outside(entries), *find_bursts(entries), *find_repeated(entries))
    return tuple(
        sorted(found, key=lambda each: (-each.points, each.staff, each.pattern, each.first_at))
    )


def find_outside(entries: Iterable[Entered]) -> tuple[Finding, ...]:
    """Return what was entered outside the hours, one finding per staff member and local day."""
    groups: dict[tuple[str, object], list[Entered]] = defaultdict(list)
    for entry in entries:
        if is_outside(entry):
            day = clock.local_date(entry.entered_at, clock.zone())
            groups[entry.staff, day].append(entry)
    return tuple(_finding(Pattern.OUTSIDE, group) for group in groups.values())


def is_outside(entry: Entered) -> bool:
    """Tell whether an entry was made when nothing was on that it could come from."""
    if entry.starts_at is None or entry.ends_at is None:
        return entry.entered_at.astimezone(clock.zone()).hour not in DAY_HOURS
    return not entry.starts_at - BEFORE_START <= entry.entered_at <= entry.ends_at + AFTER_END


def find_bursts(entries: Iterable[Entered]) -> tuple[Finding, ...]:
    """Return the runs of at least BURST_ENTRIES entries within BURST_SPAN, each as long as it is.

    Runs that overlap are one.
    """
    found: list[Finding] = []
    for mine in _by_staff(entries):
        first, end = 0, -1
        run: list[Entered] = []
        for last, entry in enumerate(mine):
            while entry.entered_at - mine[first].entered_at > BURST_SPAN:
                first += 1
            if last - first + 1 < BURST_ENTRIES:
                continue
            if run and first > end:
                found.append(_finding(Pattern.BURST, run))
                run = []
            run += mine[max(first, end + 1) : last + 1]
            end = last
        if run:
            found.append(_finding(Pattern.BURST, run))
    return tuple(found)


def find_repeated(entries: Iterable[Entered]) -> tuple[Finding, ...]:
    """Return whom a staff member entered at least REPEATED_ENTRIES times."""
    pairs: dict[tuple[str, object], list[Entered]] = defaultdict(list)
    for entry in entries:
        pairs[entry.staff, entry.participant_id].append(entry)
    return tuple(
        _finding(Pattern.REPEATED, pair, is_about_one=True)
        for pair in pairs.values()
        if len(pair) >= REPEATED_ENTRIES
    )


def sum_staff(
    pairs: Iterable[Pair], findings: Iterable[Finding], *, names: dict[str, str]
) -> tuple[StaffLine, ...]:
    """Return what each staff member entered, the most points first."""
    by_staff: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_staff[pair.staff].append(pair)
    patterns: dict[str, Counter[Pattern]] = defaultdict(Counter)
    for finding in findings:
        patterns[finding.staff][finding.pattern] += 1
    lines = [
        StaffLine(
            staff=staff,
            name=names.get(staff, ""),
            entries=sum(pair.entries for pair in mine),
            points=sum(pair.points for pair in mine),
            taken=sum(pair.taken for pair in mine),
            beneficiaries=sum(pair.points > 0 for pair in mine),
            findings={pattern: patterns[staff][pattern] for pattern in Pattern},
        )
        for staff, mine in by_staff.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.points, -line.entries, line.staff)))


def sum_desk(
    handled: Iterable[tuple[date, Handled]], *, names: Mapping[str, str]
) -> tuple[DeskLine, ...]:
    """Return what each principal did in each month, the latest month and the most points first."""
    acts: dict[tuple[date, str], dict[DeskAct, Tally]] = defaultdict(dict)
    for month, each in handled:
        acts[month, each.by][each.act] = Tally(count=each.count, points=each.points)
    lines = [
        DeskLine(month=month, by=by, name=names.get(by, ""), acts=done)
        for (month, by), done in acts.items()
    ]
    return tuple(sorted(lines, key=_desk_order))


def _desk_order(line: DeskLine) -> tuple[int, int, str]:
    return -line.month.toordinal(), -line.acts.get(DeskAct.HANDED_OVER, Tally()).points, line.by


def _by_staff(entries: Iterable[Entered]) -> list[list[Entered]]:
    groups: dict[str, list[Entered]] = defaultdict(list)
    for entry in entries:
        groups[entry.staff].append(entry)
    return [sorted(group, key=lambda each: each.entered_at) for group in groups.values()]


def _finding(
    pattern: Pattern, entries: Sequence[Entered], *, is_about_one: bool = False
) -> Finding:
    return Finding(
        pattern=pattern,
        staff=entries[0].staff,
        participant_id=entries[0].participant_id if is_about_one else None,
        entries=len(entries),
        points=sum(entry.points for entry in entries),
        first_at=min(entry.entered_at for entry in entries),
        last_at=max(entry.entered_at for entry in entries),
    )
