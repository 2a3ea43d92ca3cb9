"""Whether staff held a role where they acted, when they acted (I17)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.access.types import StaffId
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.identity import queries as identity
from rewards.identity.types import RoleGrant
from rewards.ledger import queries as ledger
from rewards.network import queries as network

from .. import rules
from ..types import Deed

# An act that is written down does not change any more; those of a day were all seen before.
LOOKS_BACK = timedelta(days=1)


def list_unauthorised(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return acts of staff who held no role at that node or above it at that time (I17)."""
    grants: dict[StaffId, list[RoleGrant]] = defaultdict(list)
    for grant in identity.list_all_grants(connection):
        grants[grant.staff_id].append(grant)
    since = None if scope.is_whole else scope.now - LOOKS_BACK
    deeds = chain(_list_audited(connection, since), _list_posted(connection, scope))
    found = (
        Violation(
            invariant="I17",
            subject=deed.subject,
            expected="a role that its staff member held there at that time",
            found=f"none of staff:{deed.staff_id}",
        )
        for deed in deeds
        if not rules.held_role(grants.get(deed.staff_id, ()), deed)
    )
    return tuple(islice(found, FOUND_MAX))


def _list_audited(connection: sa.Connection, since: datetime | None) -> Iterator[Deed]:
    paths = network.map_paths(connection)
    for record in audit_trail.stream_staff_acts(connection, since=since):
        yield Deed(
            subject=f"audit:{record.id}",
            staff_id=record.staff_id,
            node_path="" if record.node_id is None else paths[record.node_id],
            at=record.at,
        )


def _list_posted(connection: sa.Connection, scope: Scope) -> Iterator[Deed]:
    for entry_id, principal, node_path, at in ledger.stream_entered(connection, scope):
        yield Deed(
            subject=f"entry:{entry_id}",
            staff_id=StaffId(UUID(hex=principal.partition(":")[2])),
            node_path=node_path,
            at=at,
        )
