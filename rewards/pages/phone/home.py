"""Home: what I have, my card, what is on today."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from rewards.access.types import ParticipantId
from rewards.appeals import rules as appeal_rules
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from rewards.redemptions import queries as redemptions
from rewards.teams import queries as teams
from rewards.web.notices import explain_all, list_spent
from rewards.web.sentences import Sentence

from . import card, expiring, frame, progress, sign_ups, wechat

blueprint = Blueprint("home", __name__)

TODAY_LINES = 6
SIGN_UP_LINES = 3
SPENT_LOOKED_AT = 5


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the balance, the card and today's occasions; to others, what this is."""
    me = frame.find_me()
    place = frame.find_home(me)
    lines = progress.list_today(place, me)
    nearest, is_short = lines[:TODAY_LINES], len(lines) > TODAY_LINES
    if me is None:
        return frame.show("welcome.html", today=nearest, is_short=is_short)
    minutes = ledger.get_balance(me.id, asset=Asset.SERVICE_MINUTES).earned
    unread = notices.count_unread(me.id)
    return frame.show(
        "home.html",
        me=me,
        balance=ledger.get_balance(me.id),
        minutes=minutes,
        level=checkins.get_star_level(minutes),
        goal=progress.find_goal(me),
        expiring=[each for each in expiring.list_mine(me) if expiring.is_soon(each)][:1],
        teams=teams.list_of(me.id, day=clock.local_date(clock.now(), clock.zone())),
        card=card.draw(me, now=clock.now()),
        unread=unread,
        spent=_tell_spent(me.id) if unread else None,
        waiting=redemptions.list_with_last_moments(redemptions.list_open(me.id)),
        sign_ups=sign_ups.list_mine(me)[:SIGN_UP_LINES],
        today=nearest,
        is_short=is_short,
        **wechat.describe(me),
    )


def _tell_spent(participant_id: ParticipantId) -> Sentence | None:
    """Say what my points went for at a desk, as long as I can say that it was not me."""
    unread = notices.list_unread(
        participant_id, NoticeKind.REDEMPTION_COLLECTED, limit=SPENT_LOOKED_AT
    )
    now = clock.now()
    spent = [each for each in list_spent(unread) if now < appeal_rules.find_end(each.created_at)]
    return explain_all(spent[:1])[0] if spent else None


@blueprint.get("/today")
def today() -> ResponseReturnValue:
    """Show everything that is on today around the home station, or in the district."""
    me = frame.find_me()
    lines = progress.list_today(frame.find_home(me), me)
    return frame.show("today_all.html", me=me, today=lines, is_short=False)
