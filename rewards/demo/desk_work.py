"""What staff put right in the last days: corrections, an appeal, a record slip, hours confirmed."""

from datetime import date, datetime, timedelta
from functools import partial

from rewards.activities.types import Occasion
from rewards.appeals import service as appeals
from rewards.checkins import queries as checkin_queries
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.unit import joined
from rewards.corrections import service as corrections
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.ledger.types import Entry, Reason
from rewards.network.types import NodeId
from rewards.statements import service as statements
from rewards.statements.types import Period
from rewards.stock import queries as stock
from rewards.stock.types import ZoneKind

from .attendance import Visit
from .history import Cast, Timeline

# Who the desk is busy with, by their places in the list of people.
ASKS, REGISTERED_TWICE, HELPED = 0, 6, 3
# Who carries a card: two elders, and the two without a phone.
CARRY_CARDS = (0, 1, 2, 7)
CONFIRMED_AFTER = timedelta(hours=20)
SMALL, LARGE = 10, 80
SMALL_NOTE = "帮忙布置会场，活动照片核对过"
LARGE_NOTE = "连续三天值守防汛，站里有值班表"
REVERSED_NOTE = "同一个人登记了两次"
APPEAL_TEXT = "那天我一直做到结束，请再核对一下时间"


def add_desk_work(line: Timeline, cast: Cast) -> None:
    """Put what the desk did in the last days on the line."""
    for ago, act in (
        (timedelta(days=5), partial(_hang_posters, cast)),
        (timedelta(days=4), partial(_issue_cards, cast)),
        (timedelta(days=3), partial(_adjust, cast, points=SMALL, note=SMALL_NOTE)),
        (timedelta(days=2), partial(_reverse, cast)),
        (timedelta(hours=26), partial(_appeal, cast)),
        (timedelta(hours=25), partial(_issue_slip, cast)),
        (timedelta(hours=24), partial(_adjust, cast, points=LARGE, note=LARGE_NOTE)),
    ):
        line.add(line.until - ago, act)


def add_confirmation(line: Timeline, cast: Cast, visit: Visit, occasion: Occasion) -> None:
    """Put the host's word for somebody who forgot to check out on the line, a day later."""

    def confirm(now: datetime) -> None:
        receipt = checkin_queries.find_receipt(
            occasion_id=occasion.id, participant_id=cast.people[visit.number]
        )
        if receipt is not None and receipt.checked_out_at is None:
            joined(checkins.confirm_hours)(
                actor=cast.desk(occasion), check_in_id=receipt.check_in_id, now=now
            )

    line.add(occasion.ends_at + CONFIRMED_AFTER, confirm)


def _hang_posters(cast: Cast, now: datetime) -> None:
    """Hang up the poster of the station, and one at each photo board of its space."""
    space = stock.get_space(cast.space_id)
    hang = partial(joined(checkins.issue_poster), actor=cast.manager, now=now)
    hang(node_id=space.node_id, place="大门口")
    for zone in space.zones:
        if zone.kind is ZoneKind.PHOTO_BOARD:
            hang(zone_id=zone.id, place=zone.name)


def _issue_cards(cast: Cast, now: datetime) -> None:
    for number in CARRY_CARDS:
        joined(identity.issue_card)(actor=cast.manager, participant_id=cast.people[number], now=now)


def _adjust(cast: Cast, now: datetime, *, points: int, note: str) -> None:
    person = cast.people[HELPED]
    entry = _latest(cast, HELPED)
    joined(corrections.adjust)(
        actor=cast.manager,
        participant_id=person,
        node_id=NodeId(entry.node_id),
        points=points,
        note=note,
        now=now,
    )


def _reverse(cast: Cast, now: datetime) -> None:
    entry = _latest(cast, REGISTERED_TWICE)
    joined(corrections.reverse)(actor=cast.manager, entry_id=entry.id, note=REVERSED_NOTE, now=now)


def _appeal(cast: Cast, now: datetime) -> None:
    joined(appeals.make_appeal)(
        actor=cast.person(ASKS),
        participant_id=cast.people[ASKS],
        entry_id=_latest(cast, ASKS).id,
        text=APPEAL_TEXT,
        now=now,
    )


def _issue_slip(cast: Cast, now: datetime) -> None:
    today = clock.local_date(now, clock.zone())
    joined(statements.issue_slip)(
        actor=cast.manager,
        participant_id=cast.people[ASKS],
        period=Period(first=date(today.year, 1, 1), last=today - timedelta(days=1)),
        certificate_issuer="",
        now=now,
    )


def _latest(cast: Cast, number: int) -> Entry:
    page = ledger.page_entries(participant_id=cast.people[number], direction="in")
    node_path = cast.manager.grants[0].node_path
    return next(
        entry
        for entry in page.items
        if entry.reason is Reason.ATTENDANCE and entry.node_path.startswith(node_path)
    )
