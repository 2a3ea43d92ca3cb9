"""The rules that a new deployment has, as its migrations load them."""

import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path

from rewards.app import MIGRATIONS
from rewards.earning import rules
from rewards.earning.types import Act, Given, RuleVersion

NODE = "aa/bb/cc/"
TODAY = date(2026, 11, 21)
LOADED_BY = ("*_point_rules.py", "*_rule_versions.py")
START = datetime(2020, 1, 1, tzinfo=UTC)


def default_definitions():
    """Return the definitions of all rules, and of the guard, by their codes."""
    definitions = {}
    for pattern in LOADED_BY:
        (file,) = Path(MIGRATIONS, "versions").glob(pattern)
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        definitions |= module.RULES
    return definitions


def build_version(code, definition, *, version=1, node_path="", valid_from=START, valid_to=None):
    return RuleVersion(
        code=code,
        version=version,
        node_id=None,
        node_path=node_path,
        definition=definition,
        valid_from=valid_from,
        valid_to=valid_to,
        note="",
        created_by="system",
        created_at=valid_from,
    )


def default_versions():
    return [build_version(code, each) for code, each in default_definitions().items()]


def build_rules(*more, now=datetime(2026, 11, 21, 6, 40, tzinfo=UTC), **changes):
    """Return the default rules with *changes* by code, and *more* versions."""
    versions = [
        build_version(code, rules.merge(definition, changes.get(code, {})))
        for code, definition in default_definitions().items()
    ]
    return rules.build_rule_set([*versions, *more], now=now)


def build_act(*codes, node_path=NODE, day=TODAY, **facts):
    return Act(codes=codes, node_path=node_path, day=day, **facts)


def do_all(rule_set, acts, usage=()):
    """Return the awards of each of *acts*, one after the other, with what came before used up."""
    given, results = list(usage), []
    for act in acts:
        awards = rules.evaluate(rule_set, act, given)
        given += [Given(award.rule, act.day, award.points) for award in awards]
        results.append(awards)
    return results


def total(results):
    return sum(award.points for awards in results for award in awards)
