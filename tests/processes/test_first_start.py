"""An empty database is given the demo district, or else its first administrator."""

from io import StringIO

import pytest

from rewards.access.types import Role, SystemActor
from rewards.cli import demo, first_start
from rewards.cli.setup import has_administrator
from rewards.core import clock
from rewards.core.unit import joined, use_case
from rewards.demo import service as demo_service
from rewards.identity import queries as identity
from rewards.network import queries as network
from rewards.network import service as network_service
from rewards.network.types import Level

PASSWORD = "lantern-river-kettle-91"


@pytest.fixture
def demo_district(monkeypatch):
    """A district as small as can be; the sizes it was asked for."""
    asked = []

    @use_case
    def load(*, size):
        asked.append(size)
        joined(network_service.create_node)(
            actor=SystemActor(), level=Level.CENTER, name="示范", parent_id=None, now=clock.now()
        )
        demo_service.mark_loaded(size=size, now=clock.now())

    monkeypatch.setattr(demo, "load_demo", load)
    return asked


def test_the_demo_district_is_loaded_once(app, demo_district):
    first = first_start.fill_with_demo()
    second = first_start.fill_with_demo()

    assert (first, second) == (True, True)
    assert demo_district == ["demo"]


def test_a_database_that_began_without_the_demo_never_becomes_one(app, demo_district):
    network_service.create_node(
        actor=SystemActor(), level=Level.CENTER, name="真实", parent_id=None, now=clock.now()
    )

    assert not first_start.fill_with_demo()
    assert demo_district == []


def test_setup_makes_the_center_and_an_administrator_who_may_do_everything_there(app):
    arguments = ["setup", "--center", "万柏林中心", "--name", "anna", "--password-stdin"]

    answer = app.test_cli_runner().invoke(args=arguments, input=f"{PASSWORD}\n")

    assert answer.exit_code == 0, answer.output
    (center,) = network.list_centers()
    (grant,) = identity.list_grants(identity.find_staff("anna").id)
    assert (center.name, center.level) == ("万柏林中心", Level.CENTER)
    assert (grant.role, grant.node_id) == (Role.CENTER_ADMIN, center.id)
    assert has_administrator()


def test_a_weak_password_is_refused_in_words_and_leaves_nothing(app):
    arguments = ["setup", "--center", "中心", "--name", "anna", "--password-stdin"]

    answer = app.test_cli_runner().invoke(args=arguments, input="short\n")

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert first_start.is_empty()


def test_setup_is_refused_where_there_is_an_administrator(app):
    runner = app.test_cli_runner()
    arguments = ["setup", "--center", "中心", "--name", "anna", "--password-stdin"]
    runner.invoke(args=arguments, input=f"{PASSWORD}\n")

    answer = runner.invoke(args=arguments, input=f"{PASSWORD}\n")

    assert answer.exit_code == 1
    assert "There is an administrator" in answer.output


def test_without_a_terminal_the_one_command_is_named(app, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())

    first_start.ask_for_administrator()

    assert "flask setup --center NAME --name NAME" in capsys.readouterr().out
