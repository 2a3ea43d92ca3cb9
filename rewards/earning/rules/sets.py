"""Which version of each rule is in force, and where."""

from collections.abc import Iterable
from datetime import datetime

from ..errors import UnknownRuleError
from ..types import GUARD, Rule, RuleSet, RuleVersion
from . import definitions


def build_rule_set(versions: Iterable[RuleVersion], *, now: datetime) -> RuleSet:
    """Return the rules in force at *now*, of all their versions.

    One whose time has passed is there, switched off: what people do under it
    is recorded still.
    """
    newest = _list_newest(versions, now=now)
    general = {each.code: each for each in newest if not each.node_path}
    guard = general.pop(GUARD, None)
    overrides: dict[str, tuple[Rule, ...]] = {}
    for each in newest:
        if each.node_path and each.definition and not has_ended(each, now=now):
            rule = _override(general[each.code], each, now=now)
            overrides[each.code] = (*overrides.get(each.code, ()), rule)
    return RuleSet(
        rules={code: _general(each, now=now) for code, each in general.items()},
        overrides=overrides,
        guard=definitions.read_caps(guard.definition) if guard else {},
        guard_version=guard.version if guard else 0,
    )


def find_rule(rule_set: RuleSet, code: str, *, node_path: str) -> Rule | None:
    """Return the rule *code* as it is at a node: the nearest override above it, or the general."""
    above = [
        rule for rule in rule_set.overrides.get(code, ()) if node_path.startswith(rule.node_path)
    ]
    if above:
        return max(above, key=lambda rule: len(rule.node_path))
    return rule_set.rules.get(code)


def get_rule(rule_set: RuleSet, code: str, *, node_path: str = "") -> Rule:
    """Return the rule *code* as it is at a node.

    :raises UnknownRuleError: if none is in force.
    """
    rule = find_rule(rule_set, code, node_path=node_path)
    if rule is None:
        raise UnknownRuleError(rule=code)
    return rule


def list_sharing(rule_set: RuleSet, code: str) -> frozenset[str]:
    """Return the codes whose points stand under the caps of rule *code*: its own and bonuses."""
    return frozenset({code}) | {
        rule.code for rule in rule_set.rules.values() if rule.of == code and rule.shares_caps
    }


def has_ended(version: RuleVersion, *, now: datetime) -> bool:
    """Tell whether the time of *version* has passed."""
    return version.valid_to is not None and version.valid_to <= now


def _list_newest(versions: Iterable[RuleVersion], *, now: datetime) -> list[RuleVersion]:
    newest: dict[tuple[str, str], RuleVersion] = {}
    for each in sorted(versions, key=lambda each: each.version):
        if each.valid_from <= now:
            newest[each.code, each.node_path] = each
    return list(newest.values())


def _general(version: RuleVersion, *, now: datetime) -> Rule:
    return definitions.read(
        version.code,
        version.version,
        version.definition,
        enabled=not has_ended(version, now=now),
    )


def _override(general: RuleVersion, version: RuleVersion, *, now: datetime) -> Rule:
    is_on = not has_ended(general, now=now) or version.definition.get("enabled") is True
    return definitions.read(
        version.code,
        version.version,
        definitions.merge(general.definition, version.definition),
        node_path=version.node_path,
        enabled=is_on,
    )
