"""The JSON API under /api/v1."""

from flask import Flask

from . import docs
from .appeals import appeals
from .budgets import budgets
from .checkins import checkins
from .codes import codes
from .collecting import collecting
from .corrections import corrections
from .document import CONFIG, build_api
from .entries import entries
from .hours import hours
from .leaderboards import leaderboards
from .nodes import nodes
from .notices import notices
from .occasions import occasions
from .opening import opening
from .participants import participants
from .point_rules import rules
from .posters import posters
from .problems import answer_failure
from .redemptions import redemptions
from .rewards import rewards
from .series import series
from .sign_ups import sign_ups
from .slips import record_slips
from .spaces import spaces
from .standing import standing
from .statements import statements
from .stock_changes import stock_changes
from .stocktakes import stocktakes
from .teams import teams
from .transfers import transfers
from .webhooks import webhooks
from .wishes import wishes

__all__ = ["answer_failure", "register"]

RESOURCES = (
    nodes,
    participants,
    standing,
    teams,
    occasions,
    series,
    sign_ups,
    checkins,
    hours,
    leaderboards,
    entries,
    corrections,
    statements,
    posters,
    record_slips,
    notices,
    spaces,
    rewards,
    opening,
    stock_changes,
    transfers,
    stocktakes,
    redemptions,
    collecting,
    wishes,
    budgets,
    rules,
    appeals,
    webhooks,
)


def register(app: Flask) -> None:
    """Add this interface to *app*."""
    app.config.update(CONFIG)
    api = build_api(app)
    for resource in RESOURCES:
        api.register_blueprint(resource)
    app.register_blueprint(codes)
    docs.register(app, api.spec.to_dict())
