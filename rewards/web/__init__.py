"""HTTP things that the API and the pages share."""

from flask import Flask

from . import answers, formats, preferences, qr, security, slips, wechat, zones


def register(app: Flask) -> None:
    """Add to *app* what its interfaces share."""
    security.register(app)
    preferences.register(app)
    formats.register(app)
    app.add_template_global(qr.qr_svg)
    app.add_template_global(zones.zone_field)
    app.add_template_global(answers.answer_script)


def forget(app: Flask) -> None:
    """Have *app* know nothing of who came before."""
    slips.forget(app)
    wechat.connect(app)
