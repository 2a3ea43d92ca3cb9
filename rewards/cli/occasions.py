"""flask occasions: bring a month's plan in from a list."""

from pathlib import Path

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.activities import service
from rewards.activities.errors import OccasionsNotImportedError
from rewards.core import clock

from . import spreadsheets
from .importing import run_import
from .refusals import in_plain_words

COLUMNS = {
    "title": frozenset({"名称", "活动", "活动名称"}),
    "kind": frozenset({"类别", "哪一类", "类型"}),
    "node": frozenset({"站点", "所属站点"}),
    "day": frozenset({"日期", "第一天"}),
    "start": frozenset({"开始", "开始时间"}),
    "end": frozenset({"结束", "结束时间"}),
    "place": frozenset({"地点"}),
    "team": frozenset({"队伍"}),
    "capacity": frozenset({"名额"}),
    "repeat": frozenset({"重复", "哪些天办"}),
    "until": frozenset({"办到哪天", "截止"}),
}
REQUIRED = frozenset({"title", "kind", "node", "day", "start", "end"})

occasions = AppGroup("occasions", help="What is planned.")


@occasions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows instead of stopping at them.")
@in_plain_words
def import_command(file: Path, *, skip_bad: bool) -> None:
    """Plan the occasions of a CSV or XLSX file.

    Its columns are title, kind, node, day, start, end, and if there is need
    place, team, capacity, repeat, until. The kind is one of the console's, such
    as 活动, 集中学习 or 志愿服务, or activity, study_session or service_shift. The
    node is a path of names from its center, 中心/所/站, or a name that is unique.
    A row with repeat, such as 每周二, 每月第1个周六, 每月最后一个周五 or an RRULE, is
    a series from its day on. What is there already stays as it is.
    """
    rows = [
        service.OccasionLine(line=line.number, **line.cells)
        for line in spreadsheets.read(file, columns=COLUMNS, required=REQUIRED)
    ]
    run_import(
        "Occasions",
        rows,
        OccasionsNotImportedError,
        lambda on_progress: service.import_occasions(
            actor=SystemActor(),
            rows=rows,
            skip_bad=skip_bad,
            now=clock.now(),
            on_progress=on_progress,
        ),
    )
