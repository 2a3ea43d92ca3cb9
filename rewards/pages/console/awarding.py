"""Entering what staff saw: a rule says what it is worth."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.corrections import rules, service
from rewards.corrections.types import CorrectionStatus, EnteredRule
from rewards.earning import queries as earning
from rewards.earning.rules import find_rule
from rewards.earning.types import Rule
from rewards.network.types import Node
from rewards.participants.types import Participant
from rewards.web import formats, sentences, statuses

from . import correcting, correction_form, frame, safety
from .correction_form import Draft
from .frame import Post

blueprint = Blueprint("console_awarding", __name__)

DIGITS_MAX = 5


@blueprint.get("/console/corrections/people/<uuid:participant_id>/award")
def ask(participant_id: UUID) -> ResponseReturnValue:
    """Ask what the resident did, and when."""
    post, person, place = correcting.enter(participant_id, Verb.CORRECT)
    return _form(post, person, place, Draft(typed={}))


@blueprint.post("/console/corrections/people/<uuid:participant_id>/award")
def award(participant_id: UUID) -> ResponseReturnValue:
    """Enter what the resident did; the form sent twice counts once."""
    post, person, place = correcting.enter(participant_id, Verb.CORRECT)
    safety.require_key()
    draft = correction_form.read_note(request.form, {})
    act = _read_act(draft, _list_rules(place, post), post)
    if draft.errors:
        return _form(post, person, place, draft), 422
    try:
        answer = safety.run_once(
            service.award,
            post=post,
            route="console award",
            render=lambda asked: {"id": str(asked.id), "status": asked.status.value},
            participant_id=person.id,
            node_id=place.id,
            note=draft.note,
            **act,
        )
    except RewardsError as error:
        return _form(post, person, place, draft, error=error), statuses.status_of(error)
    is_done = answer.body["status"] == CorrectionStatus.APPLIED
    done = "given" if is_done else "asked"
    return redirect(f"/console/corrections/{answer.body['id']}?done={done}", code=303)


def _list_rules(place: Node, post: Post) -> dict[str, Rule]:
    rule_set = earning.get_rule_set(post.now)
    found = (find_rule(rule_set, code, node_path=place.path) for code in EnteredRule)
    return {rule.code: rule for rule in found if rule is not None and rule.enabled}


def _read_act(draft: Draft, listed: dict[str, Rule], post: Post) -> dict[str, Any]:
    """Return what the use case wants to know of the act; what is wrong goes to the draft."""
    rule = listed.get(request.form.get("rule", ""))
    if rule is None:
        draft.errors["rule"] = _("请选是哪一件事")
        return {}
    day = _read_day(draft, post)
    text = request.form.get("number", "").strip() or ("1" if _counts(rule) else "")
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX and int(text)):
        draft.errors["number"] = _("请填数字，例如 1")
        return {}
    return {"rule_code": rule.code, "day": day, _field_of(rule): int(text)}


def _read_day(draft: Draft, post: Post) -> date:
    today = clock.local_date(post.now, clock.zone())
    text = request.form.get("day", "")
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        draft.errors["day"] = _("请选日期")
        return today


def _field_of(rule: Rule) -> str:
    if rule.amount_max:
        return "points"
    if rule.tiers:
        return "score"
    return "minutes" if rule.minutes_min and rule.code not in rules.VOUCHED else "quantity"


def _counts(rule: Rule) -> bool:
    return _field_of(rule) == "quantity"


def _describe(rule: Rule) -> str:
    if rule.amount_max:
        least, most = formats.number(rule.amount_min), formats.points(rule.amount_max)
        return str(_("填给几分，%(least)s 到 %(most)s", least=least, most=most))
    if rule.tiers:
        tiers = _("、").join(
            _("%(at)s 起 %(points)s", at=formats.number(tier.at_least), points=_pts(tier.points))
            for tier in rule.tiers
        )
        return str(_("填得分，%(tiers)s", tiers=tiers))
    if not _counts(rule):
        least = formats.minutes(rule.minutes_min)
        return str(_("填分钟，满%(least)s得 %(points)s", least=least, points=_pts(rule.base)))
    return str(_("填次数，每次 %(points)s", points=_pts(rule.base)))


def _pts(points: int) -> str:
    return formats.points(points)


def _form(
    post: Post,
    person: Participant,
    place: Node,
    draft: Draft,
    *,
    error: RewardsError | None = None,
) -> str:
    today = clock.local_date(post.now, clock.zone())
    return frame.show(
        "correction_award.html",
        post=post,
        current="books",
        person=person,
        place=place,
        typed=draft.typed,
        errors=draft.errors,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        rules=[
            (rule.code, sentences.rule_name(rule.code), _describe(rule))
            for rule in _list_rules(place, post).values()
        ],
        today=today,
        first_day=rules.first_day(today),
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )
