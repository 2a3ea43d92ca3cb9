"""Point rules: what each gives, where it differs, and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import StaffActor, Verb
from rewards.core.errors import RewardsError
from rewards.earning import queries, rules, service
from rewards.earning.errors import RuleNotFoundError
from rewards.earning.rules import Definition
from rewards.earning.types import GUARD, RuleVersion
from rewards.identity import queries as identity
from rewards.ledger.types import BoardKind
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.web import sentences, statuses

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_point_rules", __name__)

HISTORY_SHOWN = 30
BOARDS = (BoardKind.SERVICE, BoardKind.STUDY, BoardKind.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A version of a rule in words. `place` None: everywhere.

    `ends`: nothing differs any more. `is_replaced`: it gave way before it ran.
    """

    version: RuleVersion
    gives: str
    enabled: bool
    place: Node | None
    who: str
    is_planned: bool
    is_replaced: bool
    ends: bool


@blueprint.get("/console/rules")
def show() -> ResponseReturnValue:
    """Show every rule in plain words."""
    post = frame.enter(Verb.VIEW_BOOKS)
    rule_set = queries.read_rule_set(post.now)
    versions = {(each.code, each.version): each for each in queries.list_versions()}
    ordered = sorted(rule_set.rules.values(), key=lambda rule: sentences.rule_order(rule.code))
    groups = [
        (
            board,
            [
                (
                    rule,
                    sentences.rule_name(rule.code),
                    sentences.describe_gain(rule),
                    sentences.list_caps(rule.caps),
                    versions[rule.code, rule.version],
                )
                for rule in ordered
                if rule.board is board
            ],
        )
        for board in BOARDS
    ]
    return frame.show(
        "rules.html",
        post=post,
        current="books",
        groups=groups,
        guard=sentences.describe_caps(rule_set.guard),
        here=sum(len(own) for own in rule_set.overrides.values()),
    )


@blueprint.get("/console/rules/<code>")
def show_one(code: str) -> ResponseReturnValue:
    """Show a rule, where it differs, and all its versions."""
    post = frame.enter(Verb.VIEW_BOOKS)
    return _page(post, code)


@blueprint.post("/console/rules/<code>/switch")
def switch(code: str) -> ResponseReturnValue:
    """Switch a rule on or off everywhere; the form sent twice counts once."""
    post = frame.enter(Verb.VIEW_BOOKS)
    safety.require_key()
    is_on = request.form.get("enabled") == "yes"
    try:
        safety.run_once(
            service.set_enabled,
            post=post,
            route=f"console rule {code}",
            render=_render,
            code=code,
            enabled=is_on,
        )
    except RewardsError as error:
        return _page(post, code, error=error), statuses.status_of(error)
    return redirect(f"/console/rules/{code}?done={'on' if is_on else 'off'}", code=303)


@blueprint.post("/console/rules/<code>/end")
def end(code: str) -> ResponseReturnValue:
    """Let a rule be at a node what it is elsewhere; the form sent twice counts once."""
    post = frame.enter(Verb.VIEW_BOOKS)
    safety.require_key()
    try:
        safety.run_once(
            service.end_override,
            post=post,
            route=f"console rule {code}",
            render=_render,
            code=code,
            node_id=safety.read_id(request.form.get("node", "")),
        )
    except RewardsError as error:
        return _page(post, code, error=error), statuses.status_of(error)
    return redirect(f"/console/rules/{code}?done=ended", code=303)


def may_everywhere(actor: StaffActor) -> bool:
    """Tell whether *actor* may change what holds in every center there is."""
    centers = network.list_centers()
    return all(access.may(actor, Verb.MANAGE_RULES, center.path) for center in centers)


def _page(post: Post, code: str, *, error: RewardsError | None = None) -> str:
    versions = queries.list_versions(code)
    if not versions:
        raise RuleNotFoundError(rule=code)
    told = _tell(post, versions)
    in_force = rules.build_rule_set(versions, now=post.now)
    rule = in_force.rules.get(code)
    own = {rule.node_path: rule for rule in in_force.overrides.get(code, ())}
    return frame.show(
        "rule.html",
        post=post,
        current="books",
        code=code,
        name=sentences.rule_name(code),
        rule=rule,
        gives=sentences.describe_rule(rule) if rule else sentences.describe_caps(in_force.guard),
        board=sentences.board_name(rule.board) if rule else "",
        differing=[
            each
            for each in told
            if each.place is not None
            and own.get(each.place.path) is not None
            and own[each.place.path].version == each.version.version
        ],
        told=told[:HISTORY_SHOWN],
        newest=versions[-1].version,
        may_everywhere=may_everywhere(post.actor),
        may_here=code != GUARD and post.may(Verb.MANAGE_RULES),
        may_at=lambda path: access.may(post.actor, Verb.MANAGE_RULES, path),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        switch_key=safety.new_key(),
        new_key=safety.new_key,
    )


def _tell(post: Post, versions: Sequence[RuleVersion]) -> list[Told]:
    """Return the versions in words, the newest first, of the own center alone."""
    seen = [
        each
        for each in versions
        if not each.node_path or each.node_path.startswith(post.center_path)
    ]
    places = network.map_by_paths({each.node_path for each in seen if each.node_path})
    names = _name_staff(seen)
    general: Definition = {}
    told = []
    for each in seen:
        if not each.node_path:
            general = each.definition
        told.append(
            Told(
                version=each,
                gives=describe(each.code, rules.merge(general, each.definition)),
                enabled=bool(rules.merge(general, each.definition).get("enabled", True)),
                place=places.get(each.node_path),
                who=names.get(each.created_by, ""),
                is_planned=each.valid_from > post.now,
                is_replaced=rules.is_replaced(each, versions),
                ends=bool(each.node_path) and not each.definition,
            )
        )
    return told[::-1]


def describe(code: str, definition: Definition) -> str:
    """Return what a definition of rule *code* gives, in one sentence."""
    if code == GUARD:
        return sentences.describe_caps(rules.read_caps(definition))
    return sentences.describe_rule(rules.read(code, 0, definition))


def _name_staff(versions: Sequence[RuleVersion]) -> Mapping[str, str]:
    principals = {each.created_by for each in versions if each.created_by.startswith("staff:")}
    ids = {UUID(hex=each.removeprefix("staff:")): each for each in principals}
    found = identity.list_staff_names(ids)
    return {ids[staff_id]: name for staff_id, name in found.items()}


def _render(version: RuleVersion) -> dict[str, object]:
    return {"version": version.version}
