"""Pages for staff, on a tablet or a desk."""

from flask import Flask

from . import (
    appeals,
    awarding,
    books,
    checks,
    correcting,
    corrections,
    desk,
    entered,
    expiring,
    filling,
    hours,
    occasion,
    occasions,
    point_rules,
    refused,
    resident_history,
    residents,
    rule_change,
    screens,
    sign_in,
    slips,
    staff_link,
    statements,
    stock,
    team,
    team_categories,
    teams,
    today,
)


def register(app: Flask) -> None:
    """Add the console to *app*."""
    for module in (
        today,
        occasions,
        occasion,
        hours,
        filling,
        desk,
        stock,
        refused,
        residents,
        teams,
        team,
        team_categories,
        staff_link,
        books,
        checks,
        entered,
        expiring,
        appeals,
        resident_history,
        corrections,
        correcting,
        awarding,
        statements,
        slips,
        point_rules,
        rule_change,
        screens,
        sign_in,
    ):
        app.register_blueprint(module.blueprint)
