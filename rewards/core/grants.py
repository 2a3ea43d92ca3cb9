"""What the role of the application may do on PostgreSQL: to each table what its use cases need.

The role that owns the tables migrates them and nothing else. The application
signs in as another one, which can neither change what was written once nor
switch off the triggers that refuse it.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Privileges = tuple[str, ...]

INSERT_ONLY: Privileges = ("SELECT", "INSERT")
CHANGING: Privileges = (*INSERT_ONLY, "UPDATE")
PASSING: Privileges = (*CHANGING, "DELETE")
VERSION_TABLE = "alembic_version"

# Every table has its line: one that is forgotten could not be used at all.
PRIVILEGES: Mapping[str, Privileges] = {
    "appeals": CHANGING,
    "audit_records": INSERT_ONLY,
    "back_fills": CHANGING,
    "board_closings": INSERT_ONLY,
    "board_epochs": CHANGING,
    "board_marks": CHANGING,
    "board_snapshots": INSERT_ONLY,
    "cards": CHANGING,
    "calendar_feeds": CHANGING,
    "check_ins": CHANGING,
    "closing_policies": CHANGING,
    "consents": INSERT_ONLY,
    "corrections": CHANGING,
    "expiry_reminders": CHANGING,
    "failed_attempts": INSERT_ONLY,
    "desk_visits": PASSING,
    "gate_devices": PASSING,
    "idempotency_keys": PASSING,
    "guardian_consents": PASSING,
    "ledger_accounts": CHANGING,
    "ledger_entries": INSERT_ONLY,
    "ledger_freeze": CHANGING,
    "ledger_holds": CHANGING,
    "ledger_lot_uses": INSERT_ONLY,
    "ledger_lots": (*INSERT_ONLY, "UPDATE (remaining)"),
    "ledger_outbox": ("SELECT", "INSERT", "DELETE"),
    "ledger_postings": INSERT_ONLY,
    "ledger_seal_head": CHANGING,
    "ledger_seals": INSERT_ONLY,
    "minute_reviews": CHANGING,
    "name_keys": PASSING,
    "nickname_removals": ("SELECT", "INSERT", "DELETE"),
    "nodes": CHANGING,
    "occasion_seats": PASSING,
    "occasion_series": CHANGING,
    "occasion_templates": PASSING,
    "occasions": CHANGING,
    "offline_scans": PASSING,
    "one_time_codes": CHANGING,
    "opening_hours": PASSING,
    "participant_notices": CHANGING,
    "participants": CHANGING,
    "point_rules": INSERT_ONLY,
    "posters": CHANGING,
    "qualifications": PASSING,
    "record_slips": CHANGING,
    "pickup_slots": CHANGING,
    # What was said of the goods goes with the account of their owner.
    "redemption_returns": (*INSERT_ONLY, "UPDATE (note)"),
    "redemption_budgets": PASSING,
    "redemption_proxies": PASSING,
    "redemptions": CHANGING,
    "refused_scans": ("SELECT", "INSERT", "DELETE"),
    "reward_pictures": PASSING,
    "reward_prices": INSERT_ONLY,
    "rewards": CHANGING,
    "role_grants": CHANGING,
    "screen_pairings": PASSING,
    "screens": CHANGING,
    "sign_ins": CHANGING,
    "signal_marks": CHANGING,
    "signals": PASSING,
    "sign_up_pauses": CHANGING,
    "sign_ups": CHANGING,
    "space_zones": CHANGING,
    "space_days": PASSING,
    "spaces": CHANGING,
    "staff": CHANGING,
    "staff_pins": PASSING,
    "star_levels": ("SELECT",),
    "stock_change_requests": CHANGING,
    "stock_deliveries": INSERT_ONLY,
    "stock_levels": CHANGING,
    "stock_movements": INSERT_ONLY,
    "stock_transfer_lines": CHANGING,
    "stock_transfers": CHANGING,
    "stocktake_counts": INSERT_ONLY,
    "stocktakes": CHANGING,
    "team_categories": CHANGING,
    "team_memberships": CHANGING,
    "teams": CHANGING,
    "used_member_codes": ("SELECT", "INSERT", "DELETE"),
    "verified_marks": CHANGING,
    "withheld_credits": CHANGING,
    "webhook_deliveries": PASSING,
    "webhook_messages": PASSING,
    "webhook_seal_marks": CHANGING,
    "webhook_subscriptions": CHANGING,
    "wechat_links": ("SELECT", "INSERT", "DELETE"),
    "wishes": CHANGING,
}


def list_statements(role: str, tables: Iterable[str]) -> tuple[str, ...]:
    """Return the SQL that gives *role* what it needs of *tables*, and takes all else from it.

    :raises KeyError: if it is not decided what is needed of one of them.
    """
    quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
    name = quote(role)
    everything = ("TABLES", "SEQUENCES")
    return (
        *(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {name}" for kind in everything),
        f"REVOKE CREATE ON SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT ON {VERSION_TABLE} TO {name}",
        *(
            f"GRANT {', '.join(PRIVILEGES[table])} ON {quote(table)} TO {name}"
            for table in sorted(tables)
        ),
        # To number new rows; setval would need UPDATE.
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    )


def grant(connection: sa.Connection, role: str) -> None:
    """Give *role* what it needs of the tables there are, over a connection of their owner."""
    there = set(sa.inspect(connection).get_table_names())
    for statement in list_statements(role, there & PRIVILEGES.keys()):
        connection.exec_driver_sql(statement)
