"""`flask up`: the whole service on one machine, from nothing, by one command."""

import os
from dataclasses import replace
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from rewards.core.db import db
from rewards.core.environment import SettingsError
from rewards.core.settings import Settings
from rewards.processes import defaults, service
from rewards.processes.preflight import PreflightError
from rewards.processes.service import Service
from rewards.processes.serving import Serving
from rewards.processes.supervisor import PartEnded, StartError, StopRequested

from . import demo, first_start

PROJECT_FOLDER = Path(__file__).resolve().parents[2]


@click.command("up")
@click.option("--host", help="The address to listen on; HOST, or else 127.0.0.1.")
@click.option("--port", help="The port to listen on, and the one above it; PORT, or else 8000.")
@click.option("--no-demo", is_flag=True, help="Start empty, without the demo district.")
@with_appcontext
def up(host: str | None, port: str | None, *, no_demo: bool) -> None:
    """Run the whole service until Ctrl-C: engines, migrations, worker, web."""
    environ = {**os.environ, **_given(HOST=host, PORT=port)}
    try:
        run_up(environ, no_demo=no_demo)
    except StopRequested:
        click.echo("Rewards has stopped.")
    except (SettingsError, PreflightError, StartError, PartEnded) as error:
        raise click.ClickException(str(error)) from None


def run_up(environ: dict[str, str], *, no_demo: bool) -> None:
    """Run the service with *environ* until it is asked to stop or a part ends."""
    settings: Settings = current_app.extensions["settings"]
    if not defaults.is_given(environ, "REDIS_URL"):
        # What the settings name then is a private server left by a crash.
        settings = replace(settings, redis_url=None)
    serving = Serving.from_env(environ)
    with Service(settings, serving, working_folder=PROJECT_FOLDER) as running:
        running.start_redis()
        is_demo = _prepare_database(environ, no_demo=no_demo)
        running.start_programs(environ, is_demo=is_demo)
        click.echo("\n".join(lines_to_show(serving, is_demo=is_demo)))
        running.watch()


def lines_to_show(serving: Serving, *, is_demo: bool) -> list[str]:
    """Return the lines that tell where the service is and how to sign in to the demo."""
    base = f"http://{service.address_to_show(serving)}"
    return [
        "",
        "Rewards is running. Ctrl-C stops it.",
        f"  phone page  {base}/",
        f"  console     {base}/console",
        f"  screen      {base}/screen",
        *(f"  {line}" for line in (demo.sign_ins() if is_demo else ())),
        "",
    ]


def _prepare_database(environ: dict[str, str], *, no_demo: bool) -> bool:
    flask_migrate.upgrade()
    try:
        if environ.get("DEMO_MODE") == "true":
            if not first_start.fill_with_demo():
                first_start.ask_for_administrator()
            return True
        if no_demo or environ.get("DEMO_MODE") == "false":
            first_start.ask_for_administrator()
            return False
        return first_start.fill_with_demo()
    finally:
        # The children connect for themselves.
        db.session.remove()
        db.engine.dispose()


def _given(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value}
