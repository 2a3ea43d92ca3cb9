"""Pages for a participant's phone. They need no script."""

from flask import Flask

from . import (
    appeals,
    board,
    calendar,
    card,
    flow,
    history,
    home,
    notices,
    offline,
    pickups,
    rewards,
    scan,
    showing,
    sign_in,
    sign_ups,
    slips,
    space,
    statements,
    telling,
    wechat,
    wishes,
    words,
)


def register(app: Flask) -> None:
    """Add the phone pages to *app*."""
    for module in (
        appeals,
        board,
        card,
        calendar,
        flow,
        history,
        home,
        notices,
        offline,
        pickups,
        rewards,
        scan,
        showing,
        sign_in,
        sign_ups,
        slips,
        space,
        statements,
        telling,
        wechat,
        wishes,
        words,
    ):
        app.register_blueprint(module.blueprint)
    app.add_template_global(offline.worker_address)
    app.add_template_global(telling.size_form, "size_form")
