"""flask teams: bring teams and their members in from lists."""

from pathlib import Path

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.teams import service
from rewards.teams.errors import MembersNotImportedError, TeamsNotImportedError

from . import spreadsheets
from .importing import run_import

TEAM_COLUMNS = {
    "name": frozenset({"名称", "队伍", "队伍名称"}),
    "category": frozenset({"类别"}),
    "node": frozenset({"站点", "所属站点"}),
}
MEMBER_COLUMNS = {
    "team": frozenset({"队伍", "队伍名称"}),
    "node": frozenset({"站点", "所属站点"}),
    "number": frozenset({"编号"}),
    "phone": frozenset({"手机号", "手机", "电话"}),
    "joined_on": frozenset({"加入日期"}),
}

teams = AppGroup("teams", help="Teams and who belongs to them.")


@teams.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows instead of stopping at them.")
def import_command(file: Path, *, skip_bad: bool) -> None:
    """Make the teams of a CSV or XLSX file: name, category, node.

    The category is one of the 8+N, by its name or code. The node is a path of
    names from its center, 中心/所/站, or a name that is unique. A team that is
    there already stays as it is.
    """
    rows = [
        service.TeamLine(line=line.number, **line.cells)
        for line in spreadsheets.read(file, columns=TEAM_COLUMNS, required=frozenset(TEAM_COLUMNS))
    ]
    run_import(
        "Teams",
        rows,
        TeamsNotImportedError,
        lambda on_progress: service.import_teams(
            actor=SystemActor(),
            rows=rows,
            skip_bad=skip_bad,
            now=clock.now(),
            on_progress=on_progress,
        ),
    )


@teams.command("import-members")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows instead of stopping at them.")
def import_members_command(file: Path, *, skip_bad: bool) -> None:
    """Put people into teams by a CSV or XLSX file: team, node, number, phone, joined_on.

    The node is where the team is at home. A person is named by their number,
    or where that is empty by their phone. Without a day they join today.
    """
    rows = [
        service.MemberLine(line=line.number, **line.cells)
        for line in spreadsheets.read(
            file, columns=MEMBER_COLUMNS, required=frozenset({"team", "node"})
        )
    ]
    run_import(
        "Members",
        rows,
        MembersNotImportedError,
        lambda on_progress: service.import_members(
            actor=SystemActor(),
            rows=rows,
            skip_bad=skip_bad,
            now=clock.now(),
            on_progress=on_progress,
        ),
    )
