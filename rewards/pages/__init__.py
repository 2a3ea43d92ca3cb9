"""HTML for phone, console and screen."""

from collections.abc import Callable

from flask import Flask
from jinja2 import StrictUndefined

from rewards.pages import assets, console, phone, pictures, screen
from rewards.pages.failures import answer_failure
from rewards.pages.figures import figure
from rewards.pages.phone import expiring
from rewards.web import preferences, sentences

__all__ = ["answer_failure", "register"]

FILTERS: tuple[Callable[..., object], ...] = (
    sentences.appeal_state,
    sentences.entry_mark,
    sentences.entry_origin,
    sentences.entry_title,
    sentences.entry_why,
    sentences.kind_name,
    sentences.level_name,
    sentences.line_fates,
    sentences.line_origin,
    sentences.line_rule,
    sentences.line_title,
    sentences.line_why,
    sentences.period_days,
    sentences.period_name,
    sentences.tell_terms,
    sentences.reason_name,
    sentences.reward_ages,
    sentences.reward_kind,
    sentences.reward_limit,
    sentences.rule_name,
    sentences.void_reason_name,
    expiring.is_soon,
)


def register(app: Flask) -> None:
    """Add the pages to *app*."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["switch_url"] = preferences.switch_url
    for words in FILTERS:
        app.add_template_filter(words, words.__name__)
    app.add_template_filter(figure, "figure")
    assets.register(app)
    app.register_blueprint(pictures.blueprint)
    console.register(app)
    phone.register(app)
    screen.register(app)
