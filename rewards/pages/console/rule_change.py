"""Changing a point rule: the form, what the change would have given, and the new version."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.earning import queries, rules, service
from rewards.earning.errors import RuleNotFoundError
from rewards.earning.rules import Definition
from rewards.earning.types import GUARD, DryRun
from rewards.ledger.types import BoardKind
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.web import dry_runs, sentences, statuses

from . import frame, rule_form, safety
from .frame import Post
from .point_rules import describe
from .rule_form import Draft

blueprint = Blueprint("console_rule_change", __name__)

NODES_SHOWN = 10
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The rule to change: everywhere, or at a node. `seen` is the newest version looked at.

    `general` is what holds everywhere when the change is to start, `definition`
    what holds there then. `is_planned`: a version that would run later is to
    give way, so that there is something to save in any case.
    """

    code: str
    node: Node | None
    seen: int
    general: Definition
    definition: Definition
    is_planned: bool

    @property
    def node_id(self) -> NodeId | None:
        """Return the node, None for everywhere."""
        return self.node.id if self.node else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the acts at a node give before and after, with the widths of two bars."""

    label: str
    before: int
    after: int
    width_before: int
    width_after: int


@blueprint.get("/console/rules/<code>/change")
def ask(code: str) -> ResponseReturnValue:
    """Ask for what is to become different."""
    post = frame.enter()
    target = _find(post, code)
    typed = rule_form.fill(code, target.definition, is_placed=target.node is not None)
    return _form(post, target, Draft(typed=typed))


@blueprint.post("/console/rules/<code>/change")
def try_out(code: str) -> ResponseReturnValue:
    """Show what the change would have given, before anything is saved."""
    post = frame.enter()
    target = _find(post, code)
    draft = _read(post, target)
    if draft.errors or request.form.get("again") == "yes":
        return _form(post, target, draft), 422 if draft.errors else 200
    try:
        result = dry_runs.try_out(
            actor=post.actor,
            code=code,
            changes=draft.changes,
            node_id=target.node_id,
            valid_from=draft.valid_from,
            now=post.now,
        )
    except RewardsError as error:
        return _refused(post, target, draft, error)
    return _check(post, target, draft, result)


@blueprint.post("/console/rules/<code>/versions")
def save(code: str) -> ResponseReturnValue:
    """Save the new version; the form sent twice counts once."""
    post = frame.enter()
    safety.require_key()
    # What was typed is a change of what was seen, also if the form comes twice.
    target = _find(post, code, seen=_read_seen())
    draft = _read(post, target)
    if draft.errors:
        return _form(post, target, draft), 422
    try:
        safety.run_once(
            service.save_version,
            post=post,
            route="console rule version",
            render=lambda version: {"version": version.version},
            code=code,
            changes=draft.changes,
            node_id=target.node_id,
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
            note=draft.note,
            after_version=target.seen,
        )
    except RewardsError as error:
        return _refused(post, target, draft, error)
    return redirect(f"/console/rules/{code}?done=saved", code=303)


def _find(post: Post, code: str, *, seen: int | None = None) -> Target:
    wanted = request.values.get("node", "")
    node = network.get_node(safety.read_id(wanted)) if wanted else None
    for path in [node.path] if node else [each.path for each in network.list_centers()]:
        access.authorize(post.actor, Verb.MANAGE_RULES, path)
    versions = [
        each for each in queries.list_versions(code) if seen is None or each.version <= seen
    ]
    at = rule_form.read_start(request.form, now=post.now)
    places = rules.list_places(versions, at=at)
    if "" not in places:
        raise RuleNotFoundError(rule=code)
    general = places[""].definition
    own = places.get(node.path) if node else None
    return Target(
        code=code,
        node=node,
        seen=versions[-1].version,
        general=general,
        definition=rules.merge(general, own.definition) if own else general,
        is_planned=any(
            each.node_path == (node.path if node else "")
            for each in rules.list_planned(versions, at=at)
        ),
    )


def _read(post: Post, target: Target) -> Draft:
    draft = rule_form.read(
        request.form,
        target.code,
        target.general,
        is_placed=target.node is not None,
        today=clock.local_date(post.now, clock.zone()),
    )
    is_same = rules.merge(target.general, draft.changes) == dict(target.definition)
    says_more = target.is_planned or draft.valid_to is not None
    if not draft.errors and is_same and not says_more:
        draft.errors["nothing"] = _("还没有改动。改一项再往下走")
    return draft


def _read_seen() -> int:
    text = request.form.get("seen", "")
    if not (text.isascii() and text.isdigit() and len(text) <= rule_form.DIGITS_MAX):
        raise BadRequest
    return int(text)


def _refused(post: Post, target: Target, draft: Draft, error: RewardsError) -> ResponseReturnValue:
    name = str(error.members.get("field", ""))
    sentence = sentences.explain(error, to_staff=True)
    if name:
        draft.errors[name] = sentence.why or sentence.what
        if "node_id" in error.members:
            node = network.get_node(safety.read_id(str(error.members["node_id"])))
            draft.errors[name] += str(_("（和%(place)s另定的对不上）", place=node.name))
    return _form(post, target, draft, error=error), statuses.status_of(error)


def _form(post: Post, target: Target, draft: Draft, *, error: RewardsError | None = None) -> str:
    numbers = rule_form.list_numbers(target.code, target.general, is_placed=target.node is not None)
    tiers = len(target.general.get("tiers") or [])
    return frame.show(
        "rule_change.html",
        post=post,
        current="books",
        target=target,
        name=sentences.rule_name(target.code),
        now_gives=describe(target.code, target.definition),
        numbers=[(each, sentences.field_name(each)) for each in numbers],
        caps=rule_form.CAPS,
        tiers=range(tiers + 1) if tiers else (),
        is_bonus=bool(target.general.get("of")),
        has_window=bool(target.general.get("window")) and target.node is None,
        boards=[(board.value, sentences.board_name(board)) for board in BoardKind],
        is_guard=target.code == GUARD,
        draft=draft,
        typed=draft.typed,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _check(post: Post, target: Target, draft: Draft, result: DryRun) -> str:
    return frame.show(
        "rule_check.html",
        post=post,
        current="books",
        target=target,
        name=sentences.rule_name(target.code),
        before=describe(target.code, target.definition),
        after=describe(target.code, rules.merge(target.general, draft.changes)),
        is_off=draft.changes.get("enabled") is False,
        draft=draft,
        result=result,
        bars=_draw(result),
        key=safety.new_key(),
    )


def _draw(result: DryRun) -> list[Bar]:
    shown = [each for each in result.nodes if each.before != each.after][:NODES_SHOWN]
    nodes = network.map_by_paths([each.node_path for each in shown])
    most = max((max(each.before, each.after) for each in shown), default=1)
    return [
        Bar(
            label=nodes[each.node_path].name,
            before=each.before,
            after=each.after,
            width_before=each.before * WHOLE // most,
            width_after=each.after * WHOLE // most,
        )
        for each in shown
    ]
