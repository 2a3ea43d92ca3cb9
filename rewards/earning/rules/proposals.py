"""A change of a rule before it is saved: what the rule would say, and whether it may."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rewards.core.errors import InvalidError

from ..errors import RuleNotFoundError, RuleUnchangedError
from ..types import GUARD, RuleVersion
from . import definitions, sets, validation
from .definitions import Definition


def list_places(versions: Iterable[RuleVersion], *, at: datetime) -> dict[str, RuleVersion]:
    """Return the version of one rule for each place at a moment, under its path.

    The general one has none. Of those that have started the highest number
    counts: a version that had not started yet gives way to one made after it.
    """
    started: dict[str, RuleVersion] = {}
    for version in sorted(versions, key=lambda each: each.version):
        if version.valid_from <= at:
            started[version.node_path] = version
    return started


def list_planned(versions: Sequence[RuleVersion], *, at: datetime) -> tuple[RuleVersion, ...]:
    """Return the versions of one rule that are to start after a moment, for whatever place."""
    return tuple(
        each for each in versions if each.valid_from > at and not is_replaced(each, versions)
    )


def is_replaced(version: RuleVersion, versions: Iterable[RuleVersion]) -> bool:
    """Tell whether a later one of the same rule and place starts first, so that it never runs."""
    return any(
        each.version > version.version and each.valid_from <= version.valid_from
        for each in versions
        if (each.code, each.node_path) == (version.code, version.node_path)
    )


def propose(
    versions: Sequence[RuleVersion],
    code: str,
    *,
    node_path: str,
    changes: Definition,
    at: datetime,
) -> Definition:
    """Return the definition that a new version of rule *code*, from a moment on, would have.

    In general *changes* are what becomes different, None for the default. At
    a node they are all that is different there.

    :raises RuleNotFoundError: if there is no such rule.
    :raises RuleFieldError: if a value cannot be, or cannot differ at a node.
    """
    general = _map_general(versions, at=at)
    if code not in general:
        raise RuleNotFoundError(rule=code)
    own = [each for each in versions if each.code == code]
    if node_path:
        validation.check_names(changes if code != GUARD else ("node_id",))
        later = [each.definition for each in list_planned(own, at=at) if not each.node_path]
        for base in (general[code], *later):
            merged = definitions.merge(base, changes)
            validation.check_definition(code, merged, others=general)
            validation.check_under_guard(merged, changes, guard=general.get(GUARD, {}))
        return dict(changes)
    whole = definitions.merge(general[code], changes)
    validation.check_definition(code, whole, others=general)
    if code != GUARD:
        validation.check_under_guard(whole, changes, guard=general.get(GUARD, {}))
    _check_overrides(own, code, whole, at=at, others=general)
    return whole


def check_changed(
    own: Sequence[RuleVersion],
    definition: Definition,
    *,
    node_path: str,
    valid_from: datetime,
    valid_to: datetime | None,
) -> None:
    """Check that a new version says something new, if only that a planned one is not to come.

    :raises RuleUnchangedError: if it does not.
    """
    before = list_places(own, at=valid_from).get(node_path)
    said = (dict(before.definition), before.valid_to) if before else ({}, None)
    is_planned = any(each.node_path == node_path for each in list_planned(own, at=valid_from))
    if said == (dict(definition), valid_to) and not is_planned:
        raise RuleUnchangedError(field="changes")


def _map_general(versions: Iterable[RuleVersion], *, at: datetime) -> dict[str, Definition]:
    general: dict[str, Definition] = {}
    for version in sorted(versions, key=lambda each: each.version):
        if not version.node_path and version.valid_from <= at:
            general[version.code] = version.definition
    return general


def _check_overrides(
    own: Sequence[RuleVersion],
    code: str,
    general: Definition,
    *,
    at: datetime,
    others: Mapping[str, Definition],
) -> None:
    # What differs at a node, then or later, has to go with the new version as well.
    for version in (*list_places(own, at=at).values(), *list_planned(own, at=at)):
        if not (version.node_path and version.definition) or sets.has_ended(version, now=at):
            continue
        merged = definitions.merge(general, version.definition)
        try:
            validation.check_definition(code, merged, others=others)
        except InvalidError as error:
            error.members["node_id"] = str(version.node_id)
            raise


def list_changes(before: Definition, after: Definition) -> tuple[str, ...]:
    """Return the names of what is different between two definitions."""
    names = sorted({*before, *after})
    return tuple(name for name in names if before.get(name) != after.get(name))


def preview(
    versions: Sequence[RuleVersion],
    code: str,
    *,
    node_path: str,
    definition: Definition,
    at: datetime,
) -> tuple[RuleVersion, ...]:
    """Return *versions* with one more that starts at a moment, as if it had been saved."""
    number = max((each.version for each in versions if each.code == code), default=0) + 1
    added = RuleVersion(
        code=code,
        version=number,
        node_id=None,
        node_path=node_path,
        definition=definition,
        valid_from=at,
        valid_to=None,
        note="",
        created_by="",
        created_at=at,
    )
    return (*versions, added)
