"""Applications that many tests use one after another: to make one costs more than most tests do.

What an application and its process keep of a test is forgotten before the next one, by the
function that `create_app` calls too. Settings, configuration and data are those of the test;
an application to which a test has added something is used for no other.
"""

import dataclasses
from contextlib import suppress
from pathlib import Path

from rewards.app import begin, create_app
from rewards.core.db import db

HOOKS = (
    "after_request_funcs",
    "before_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_default_functions",
    "url_value_preprocessors",
)


class Applications:
    """The applications of one process, by their settings."""

    def __init__(self):
        self._made = {}

    def lend(self, settings, prepare=None):
        """Return an application with *settings*, as new but for what *prepare* added to it."""
        # Where its files lie is read from its settings, when it needs them.
        key = (dataclasses.replace(settings, instance_path=Path()), prepare)
        lent = self._made.get(key)
        if lent is None or lent.has_changed():
            if lent is not None:
                lent.disconnect()
            app = create_app(settings)
            if prepare is not None:
                prepare(app)
            lent = self._made[key] = _Lent(app)
        else:
            lent.renew(settings)
        return lent.app

    def disconnect(self):
        """Close what was left open for the next test."""
        for lent in self._made.values():
            lent.disconnect()


class _Lent:
    def __init__(self, app):
        self.app = app
        self._config = dict(app.config)
        self._extensions = dict(app.extensions)
        self._attributes = dict(vars(app))
        self._parts = self._list_parts()

    def renew(self, settings):
        app = self.app
        vars(app).clear()
        vars(app).update(self._attributes)
        app.config.clear()
        app.config.update(self._config)
        app.extensions.clear()
        app.extensions.update(self._extensions)
        begin(app, settings)

    def disconnect(self):
        with self.app.app_context():
            db.engine.dispose()

    def has_changed(self):
        return self._parts != self._list_parts()

    def _list_parts(self):
        app = self.app
        parts = {name: _copy(getattr(app, name)) for name in HOOKS}
        parts["teardown"] = list(app.teardown_appcontext_funcs)
        parts["rules"] = list(app.url_map.iter_rules())
        parts["views"] = dict(app.view_functions)
        # Who asks for a handler of a blueprint that has none leaves an empty place for one.
        failures = {name: _copy(kinds) for name, kinds in app.error_handler_spec.items()}
        parts["failures"] = {name: kinds for name, kinds in failures.items() if kinds}
        parts["commands"] = dict(app.cli.commands)
        parts["globals"] = dict(app.jinja_env.globals)
        parts["filters"] = dict(app.jinja_env.filters)
        with app.app_context():
            parts["listeners"] = _list_listeners(db.engine)
        return parts


def _copy(hooks):
    return {name: type(value)(value) for name, value in hooks.items() if value}


def _list_listeners(engine):
    dispatch = engine.dispatch
    return {name: list(getattr(dispatch, name)) for name in dispatch._event_names}


def remove_sqlite(file):
    """Remove a database with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{file}{suffix}").unlink()
