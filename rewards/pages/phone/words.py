"""Pages of words: the terms, what happens to personal data, and what gives points."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.core import clock
from rewards.earning import queries as earning
from rewards.earning import rules as earning_rules
from rewards.earning.types import Rule
from rewards.ledger.types import BoardKind
from rewards.network import queries as network
from rewards.participants.types import Participant
from rewards.web import sentences

from . import frame

blueprint = Blueprint("words", __name__)


@blueprint.get("/terms")
def terms() -> ResponseReturnValue:
    """Show how points and hours work."""
    return frame.show("terms.html", me=frame.find_me())


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Show what is kept about a person, what for and how to stop it."""
    return frame.show("privacy.html", me=frame.find_me())


@blueprint.get("/rules")
def rules() -> ResponseReturnValue:
    """Show what gives points, as it is at the home station of whoever asks."""
    me = frame.find_me()
    rule_set = earning.get_rule_set(clock.now())
    found = [
        earning_rules.get_rule(rule_set, code, node_path=_home_path(me))
        for code in sorted(rule_set.rules, key=sentences.rule_order)
    ]
    headings = {
        BoardKind.SERVICE: _("志愿服务"),
        BoardKind.STUDY: _("学习和活动"),
        BoardKind.NONE: _("其他"),
    }
    return frame.show(
        "rules.html",
        me=me,
        guard=sentences.describe_caps(rule_set.guard),
        groups=[
            (heading, [_tell(rule) for rule in found if rule.board is board and rule.enabled])
            for board, heading in headings.items()
        ],
    )


def _home_path(me: Participant | None) -> str:
    home = network.find_node(me.home_node_id) if me else None
    return home.path if home else ""


def _tell(rule: Rule) -> tuple[str, str, list[str]]:
    caps = sentences.list_caps(rule.caps)
    return sentences.rule_name(rule.code), sentences.describe_gain(rule), caps
