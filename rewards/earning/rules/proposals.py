"""A change of a rule before it is saved: what the rule would say, and whether it may."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..errors import RuleNotFoundError
from ..types import GUARD, RuleVersion
from . import definitions, validation
from .definitions import Definition


def list_places(versions: Sequence[RuleVersion]) -> dict[str, RuleVersion]:
    """Return the newest version for each place, under its path; the general one has none."""
    newest: dict[str, RuleVersion] = {}
    for version in versions:
        newest[version.node_path] = version
    return newest


def newest_general(versions: Sequence[RuleVersion]) -> dict[str, Definition]:
    """Return the newest definition in general of every rule."""
    general: dict[str, Definition] = {}
    for version in versions:
        if not version.node_path:
            general[version.code] = version.definition
    return general


def propose(
    versions: Sequence[RuleVersion], code: str, *, node_path: str, changes: Definition
) -> Definition:
    """Return the definition that a new version of rule *code* for a place would have.

    In general *changes* are what becomes different, None for the default. At
    a node they are all that is different there.

    :raises RuleNotFoundError: if there is no such rule.
    :raises RuleFieldError: if a value cannot be, or cannot differ at a node.
    """
    general = newest_general(versions)
    if code not in general:
        raise RuleNotFoundError(rule=code)
    if node_path:
        validation.check_names(changes if code != GUARD else ("node_id",))
        whole, definition = definitions.merge(general[code], changes), dict(changes)
    else:
        whole = definition = definitions.merge(general[code], changes)
    validation.check_definition(code, whole, others=general)
    if not node_path:
        _check_overrides(versions, code, whole, others=general)
    return definition


def _check_overrides(
    versions: Sequence[RuleVersion],
    code: str,
    general: Definition,
    *,
    others: Mapping[str, Definition],
) -> None:
    # What differs at a node has to go with the new version as well.
    places = list_places([each for each in versions if each.code == code])
    for path, version in places.items():
        if path and version.definition:
            merged = definitions.merge(general, version.definition)
            validation.check_definition(code, merged, others=others)


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
    now: datetime,
) -> tuple[RuleVersion, ...]:
    """Return *versions* with one more that starts now, as if it had been saved."""
    number = max((each.version for each in versions if each.code == code), default=0) + 1
    added = RuleVersion(
        code=code,
        version=number,
        node_id=None,
        node_path=node_path,
        definition=definition,
        valid_from=now,
        valid_to=None,
        note="",
        created_by="",
        created_at=now,
    )
    return (*versions, added)
