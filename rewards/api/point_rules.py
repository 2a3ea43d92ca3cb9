"""Point rules: what acts are worth, and changing it."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Response, url_for

from rewards.access.types import ParticipantActor
from rewards.core import clock
from rewards.core.paging import Page
from rewards.earning import queries, service
from rewards.earning.errors import RuleNotFoundError
from rewards.earning.types import GUARD, DryRun, Rule, RuleSet, RuleVersion
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.web import dry_runs, sentences, sessions

from .resources import Resource, answer, answer_once, answer_page
from .schemas.point_rules import (
    DryRunRequest,
    DryRunResponse,
    RuleDetail,
    RuleResponse,
    RulesPage,
    RuleVersionRequest,
    RuleVersionResponse,
)
from .visibility import get_visible_node, may_see

rules = Resource("rules", description="Point rules: what acts are worth, and the caps.")

REFUSALS = (HTTPStatus.NOT_FOUND,)
WRITE_REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
NODES_SHOWN = 20


@rules.call("GET", "/rules", answers={HTTPStatus.OK: RulesPage})
def list_rules() -> Response:
    """List the point rules in force, on one page; `GUARD` holds the caps over all of them."""
    rule_set = queries.get_rule_set(clock.now())
    items = tuple(_show(rule) for rule in _list_all(rule_set))
    return answer_page(RuleResponse, Page(items=items, next=None))


@rules.call(
    "GET",
    "/rules/<string:code>",
    answers={HTTPStatus.OK: RuleDetail},
    refusals=REFUSALS,
)
def get_rule(code: str) -> Response:
    """Show a point rule with all its versions, those for nodes of the own center included."""
    actor = sessions.current_actor()
    found = {rule.code: rule for rule in _list_all(queries.get_rule_set(clock.now()))}
    if code not in found:
        raise RuleNotFoundError(rule=code)
    versions = [
        _show_version(each, with_note=not isinstance(actor, ParticipantActor))
        for each in queries.list_versions(code)
        if may_see(actor, each.node_path)
    ]
    return answer(RuleDetail, _show(found[code]) | {"versions": versions})


@rules.call(
    "POST",
    "/rules/<string:code>/versions",
    body=RuleVersionRequest,
    answers={HTTPStatus.CREATED: RuleVersionResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def save_version(body: dict[str, Any], code: str) -> Response:
    """Save a new version of a rule, in general or for a node; entries keep the one they have."""
    actor = sessions.require_staff()
    if body["node_id"] is not None:
        get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.save_version,
        render=_render_version,
        location=lambda version: url_for("rules.get_rule", code=version["code"]),
        actor=actor,
        code=code,
        now=clock.now(),
        **body,
    )


@rules.call(
    "POST",
    "/rules/<string:code>/dry-run",
    body=DryRunRequest,
    answers={HTTPStatus.OK: DryRunResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def try_out(body: dict[str, Any], code: str) -> Response:
    """Show what a changed rule would have given over the last thirty days; nothing is saved.

    Check-ins and acts that staff entered are judged, but no act that gave nothing when entered.
    """
    actor = sessions.require_staff()
    if body["node_id"] is not None:
        get_visible_node(actor, body["node_id"], NodeNotFoundError)
    result = dry_runs.try_out(actor=actor, code=code, now=clock.now(), **body)
    return answer(DryRunResponse, _show_result(result))


def _list_all(rule_set: RuleSet) -> list[Rule]:
    guard = Rule(code=GUARD, version=rule_set.guard_version, caps=rule_set.guard)
    rules = sorted(rule_set.rules.values(), key=lambda rule: sentences.rule_order(rule.code))
    return [*rules, guard]


def _show(rule: Rule) -> dict[str, Any]:
    gives = (
        sentences.describe_caps(rule.caps) if rule.code == GUARD else sentences.describe_rule(rule)
    )
    return {
        "code": rule.code,
        "name": sentences.rule_name(rule.code),
        "gives": gives,
        "version": rule.version,
        "enabled": rule.enabled,
        "board": rule.board,
        "caps": {period.value: points for period, points in rule.caps.items()},
    }


def _show_version(version: RuleVersion, *, with_note: bool) -> dict[str, Any]:
    return {
        "code": version.code,
        "version": version.version,
        "node_id": version.node_id,
        "definition": _show_definition(version.definition),
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "note": version.note if with_note else "",
        "created_at": version.created_at,
    }


def _show_definition(definition: Mapping[str, Any]) -> dict[str, Any]:
    if not definition.get("tiers"):
        return dict(definition)
    tiers = [{"at_least": score, "points": points} for score, points in definition["tiers"]]
    return {**definition, "tiers": tiers}


def _render_version(version: RuleVersion) -> tuple[int, dict[str, Any]]:
    shown = _show_version(version, with_note=True)
    return HTTPStatus.CREATED, RuleVersionResponse().dump(shown)


def _show_result(result: DryRun) -> dict[str, Any]:
    shown = result.nodes[:NODES_SHOWN]
    nodes = network.map_by_paths([each.node_path for each in shown])
    return asdict(result) | {
        "nodes": [
            {
                "node_id": nodes[each.node_path].id,
                "name": nodes[each.node_path].name,
                "before": each.before,
                "after": each.after,
            }
            for each in shown
        ]
    }
