"""flask network: the tree of nodes."""

from pathlib import Path

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.network import queries, service
from rewards.network.errors import NodesNotImportedError
from rewards.network.types import Level

from . import spreadsheets
from .importing import run_import

COLUMNS = {
    "level": frozenset({"级别", "层级"}),
    "name": frozenset({"名称"}),
    "parent": frozenset({"上级"}),
    "address": frozenset({"地址"}),
    "phone": frozenset({"电话"}),
}
REQUIRED = frozenset({"level", "name", "parent"})

network = AppGroup("network", help="The tree of nodes.")


@network.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows instead of stopping at them.")
def import_command(file: Path, *, skip_bad: bool) -> None:
    """Add the nodes of a CSV or XLSX file: level, name, parent, address, phone.

    The parent is a path of names from its center: 中心/所.
    """
    rows = [
        service.NodeLine(line=line.number, **line.cells)
        for line in spreadsheets.read(file, columns=COLUMNS, required=REQUIRED)
    ]
    run_import(
        "Nodes",
        rows,
        NodesNotImportedError,
        lambda on_progress: service.import_nodes(
            actor=SystemActor(),
            rows=rows,
            skip_bad=skip_bad,
            now=clock.now(),
            on_progress=on_progress,
        ),
    )


@network.command("show")
def show_command() -> None:
    """Print the tree and how many nodes of each level it has."""
    nodes = queries.list_branch("")
    below = {node.id: [child for child in nodes if child.parent_id == node.id] for node in nodes}
    waiting = [(center, 0) for center in reversed(nodes) if center.parent_id is None]
    while waiting:
        node, depth = waiting.pop()
        closed = " (closed)" if node.closed_at else ""
        click.echo(f"{'  ' * depth}{node.name}  [{node.level.value} {node.label}]{closed}")
        waiting += [(child, depth + 1) for child in reversed(below[node.id])]
    counts = {level: sum(node.level is level for node in nodes) for level in Level}
    told = ", ".join(f"{level.value} {count}" for level, count in counts.items())
    click.echo(f"{len(nodes)} nodes: {told}.")
