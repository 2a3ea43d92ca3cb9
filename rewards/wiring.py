"""Brings together what no feature may know of the others."""

from collections.abc import Mapping, Sequence

from flask import Flask

from rewards.access import models as access_models
from rewards.activities import models as activities_models
from rewards.activities import operations as activities
from rewards.activities.events import OccasionCancelled, OccasionChanged
from rewards.appeals import models as appeals_models
from rewards.checkins import models as checkins_models
from rewards.checkins import operations as checkins
from rewards.checkins.events import CheckedIn
from rewards.core import idempotency, unit
from rewards.core.db import Base
from rewards.corrections import models as corrections_models
from rewards.corrections import store as corrections
from rewards.corrections.types import Limits
from rewards.earning import models as earning_models
from rewards.earning import queries as earning
from rewards.earning.events import RuleChanged
from rewards.gates import models as gates_models
from rewards.gates import operations as gates
from rewards.identity import models as identity_models
from rewards.identity import store as identity
from rewards.identity.events import CodeSent, ParticipantClosed
from rewards.leaderboards import models as leaderboards_models
from rewards.leaderboards import queries as boards
from rewards.leaderboards import store as leaderboards
from rewards.ledger import models as ledger_models
from rewards.ledger.events import EntryReversed
from rewards.network import models as network_models
from rewards.network import queries as network
from rewards.notices import models as notices_models
from rewards.participants import models as participants_models
from rewards.redemptions import models as redemptions_models
from rewards.redemptions import operations as redemptions
from rewards.redemptions import store as redemption_terms
from rewards.redemptions.events import RedemptionFulfilled
from rewards.redemptions.types import Terms
from rewards.screens import models as screens_models
from rewards.screens import queries as screens
from rewards.signals import models as signals_models
from rewards.signups import models as signups_models
from rewards.signups import operations as signups
from rewards.signups.events import PlaceAsked, PlacesDue
from rewards.statements import models as statements_models
from rewards.stock import models as stock_models
from rewards.stock.events import HoursChanged
from rewards.stockroom import models as stockroom_models
from rewards.teams import models as teams_models
from rewards.verification import models as verification_models
from rewards.visits import models as visits_models
from rewards.web import delivery, guesses, limits, sends
from rewards.webhooks import models as webhooks_models
from rewards.webhooks import operations as webhooks
from rewards.webhooks import queries as webhooks_queries
from rewards.webhooks import store as webhooks_store
from rewards.webhooks.events import SubscriptionChanged
from rewards.wishes import models as wishes_models

# Named here so that every table is known before the first query or migration.
TABLES = (
    access_models,
    activities_models,
    appeals_models,
    checkins_models,
    corrections_models,
    earning_models,
    gates_models,
    idempotency,
    identity_models,
    leaderboards_models,
    ledger_models,
    network_models,
    notices_models,
    participants_models,
    redemptions_models,
    screens_models,
    signals_models,
    signups_models,
    statements_models,
    stock_models,
    stockroom_models,
    teams_models,
    verification_models,
    visits_models,
    wishes_models,
    webhooks_models,
)

# Who is told of what was committed.
SUBSCRIBERS: Mapping[type, Sequence[unit.Subscriber]] = {
    CodeSent: (delivery.log_code,),
    RuleChanged: (lambda _changed: earning.forget_rule_set(),),
    SubscriptionChanged: (lambda _changed: webhooks_queries.forget(),),
}

# Who acts on what is being done, in the same unit of work.
FOLLOWERS: Mapping[type, Sequence[unit.Subscriber]] = {
    CheckedIn: (webhooks.follow_check_in,),
    EntryReversed: (checkins.withdraw,),
    HoursChanged: (redemptions.follow_hours,),
    OccasionCancelled: (checkins.refuse_cancelling, signups.drop_all),
    OccasionChanged: (signups.follow_change,),
    # The account first, then seats: in the order in which all lock them.
    ParticipantClosed: (redemptions.cancel_closed, signups.close_account, activities.forget_feed),
    PlaceAsked: (checkins.refuse_second_place,),
    PlacesDue: (gates.keep_places,),
    RedemptionFulfilled: (webhooks.follow_fulfilment,),
}


def connect(app: Flask) -> None:
    """Connect the features of *app*."""
    app.extensions["tables"] = Base.metadata.tables
    unit.connect(SUBSCRIBERS, FOLLOWERS)
    settings = app.extensions["settings"]
    corrections.use_limits(
        Limits(alone=settings.adjustment_max, daily=settings.adjustment_daily_max)
    )
    identity.use_hourly_max(settings.codes_hourly_max)
    webhooks_store.use_policy(allow_private=settings.webhook_allow_private)
    redemption_terms.use_terms(
        Terms(
            month_pieces=settings.month_pieces_max,
            month_points=settings.month_points_max,
            first_balance=settings.first_balance,
        )
    )
    leaderboards.connect(settings.redis_url)
    # What this process remembers is of the database it had before.
    boards.forget()
    earning.forget_rule_set()
    network.forget()
    screens.forget()
    webhooks_queries.forget()
    limits.forget()
    guesses.forget()
    sends.forget()
