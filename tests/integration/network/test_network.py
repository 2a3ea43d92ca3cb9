import pytest

from rewards.access.errors import NotAllowedError
from rewards.core.errors import InvalidCursorError
from rewards.network import queries, service
from rewards.network.errors import (
    MisplacedNodeError,
    NodeClosedError,
    NodeHasOpenChildrenError,
    NodeNameTakenError,
    NodeNotFoundError,
    NodesNotImportedError,
)
from rewards.network.service import NodeLine
from rewards.network.types import Level
from tests.factories.people import SYSTEM, make_branch, make_center, make_node, make_staff


def line(number, level, name, parent, address="", phone=""):
    return NodeLine(
        line=number, level=level, name=name, parent=parent, address=address, phone=phone
    )


def district():
    """One center, eleven institutes and 140 stations, children before their parents."""
    center = "杏花岭区新时代文明实践中心"
    institutes = [line(2 + n, "institute", f"示范街道所{n:02}", center) for n in range(11)]
    stations = [
        line(13 + n, "站", f"示范社区站{n:03}", f"{center}/示范街道所{n % 11:02}")
        for n in range(140)
    ]
    return [*stations, *institutes, line(1, "中心", center, "")]


def test_a_branch_is_found_by_its_path(app, now):
    center, institute, station = make_branch(now)
    make_branch(now, name="别的区")

    assert queries.list_branch(center.path) == (center, institute, station)
    assert queries.list_branch(institute.path) == (institute, station)
    assert queries.list_ancestors(station.path) == (center, institute, station)
    assert queries.list_children(center.id) == (institute,)
    assert queries.find_node_by_label(station.label) == station
    assert {node.name for node in queries.list_centers()} == {"测试区中心", "别的区中心"}


def test_a_node_is_named_by_its_path_of_names_or_a_unique_name(app, now):
    center, institute, station = make_branch(now)
    other = make_branch(now, name="别的区")
    twin = make_node(Level.STATION, station.name, other[1], now)

    assert queries.get_node_by_names(institute.name) == institute
    found = queries.get_node_by_names(f"{center.name} / {institute.name}/{station.name}")
    assert found == station != twin
    for unclear in (station.name, "没有", f"{center.name}/没有/{station.name}", ""):
        with pytest.raises(NodeNotFoundError):
            queries.get_node_by_names(unclear)


def test_a_station_right_under_a_center_is_refused(app, now):
    center = make_center(now)

    with pytest.raises(MisplacedNodeError):
        make_node(Level.STATION, "社区站", center, now)


def test_one_parent_has_no_two_children_of_a_name(app, now):
    center, institute, _ = make_branch(now)

    with pytest.raises(NodeNameTakenError):
        make_node(Level.INSTITUTE, institute.name, center, now)
    with pytest.raises(NodeNameTakenError):
        make_node(Level.CENTER, center.name, None, now)


def test_only_the_center_changes_the_network(app, now):
    center, institute, _ = make_branch(now)
    admin = make_staff("wutong", now, ("center_admin", center))
    local = make_staff("zheng", now, ("institute_admin", institute))

    made = service.create_node(
        actor=admin, level=Level.STATION, name="新站", parent_id=institute.id, now=now
    )

    assert made.path.startswith(institute.path)
    with pytest.raises(NotAllowedError):
        service.create_node(
            actor=local, level=Level.STATION, name="又一站", parent_id=institute.id, now=now
        )
    with pytest.raises(NotAllowedError):
        service.create_node(
            actor=admin, level=Level.CENTER, name="又一中心", parent_id=None, now=now
        )


def test_a_renamed_node_keeps_its_path(app, now):
    center, institute, station = make_branch(now)

    renamed = service.rename_node(actor=SYSTEM, node_id=institute.id, name="新街道所", now=now)

    assert renamed.path == institute.path
    assert queries.get_node_by_names(f"{center.name}/新街道所/{station.name}") == station


def test_a_name_that_is_taken_is_not_given_again(app, now):
    center, institute, _ = make_branch(now)
    other = make_node(Level.INSTITUTE, "别的街道所", center, now)

    with pytest.raises(NodeNameTakenError):
        service.rename_node(actor=SYSTEM, node_id=other.id, name=institute.name, now=now)


def test_a_node_is_closed_from_below_and_takes_nothing_new(app, now):
    _, institute, station = make_branch(now)

    with pytest.raises(NodeHasOpenChildrenError):
        service.close_node(actor=SYSTEM, node_id=institute.id, now=now)
    service.close_node(actor=SYSTEM, node_id=station.id, now=now)

    with pytest.raises(NodeClosedError):
        make_node(Level.POINT, "实践点", queries.get_node(station.id), now)
    with pytest.raises(NodeClosedError):
        queries.get_open_node(station.id)


def test_nodes_come_in_pages(app, now):
    nodes = {node.id for node in make_branch(now)}

    first = queries.page_nodes(limit=2)
    second = queries.page_nodes(limit=2, cursor=first.next)

    assert second.next is None
    assert {node.id for node in first.items + second.items} == nodes
    assert len(queries.page_nodes(level=Level.STATION).items) == 1
    with pytest.raises(InvalidCursorError):
        queries.page_nodes(cursor="WzFd")


def test_a_district_is_imported_to_exactly_152_nodes_whatever_their_order(app, now):
    done = []

    report = service.import_nodes(actor=SYSTEM, rows=district(), now=now, on_progress=done.append)

    nodes = queries.list_branch("")
    counts = [sum(node.level is level for node in nodes) for level in Level]
    assert counts == [1, 11, 140, 0]
    assert (report.added, report.unchanged, report.faults) == (152, 0, ())
    assert done == list(range(1, 153))


def test_an_import_again_adds_nothing(app, now):
    service.import_nodes(actor=SYSTEM, rows=district(), now=now)

    report = service.import_nodes(actor=SYSTEM, rows=district(), now=now)

    assert (report.added, report.unchanged) == (0, 152)
    assert len(queries.list_branch("")) == 152


BAD = [
    line(200, "村", "某村", "杏花岭区新时代文明实践中心"),
    line(201, "station", "无所之站", "杏花岭区新时代文明实践中心"),
    line(202, "station", "", "示范街道所01"),
    line(203, "station", "站", "没有的所"),
    line(204, "center", "有/斜线", ""),
]


def test_each_bad_row_is_named_and_nothing_is_imported(app, now):
    with pytest.raises(NodesNotImportedError) as refused:
        service.import_nodes(actor=SYSTEM, rows=[*BAD, *district()], now=now)

    faults = [(number, code) for number, code, _ in refused.value.members["faults"]]
    assert faults == [
        (200, "invalid-level"),
        (201, "misplaced-node"),
        (202, "invalid-node"),
        (203, "node-not-found"),
        (204, "invalid-node"),
    ]
    assert queries.list_branch("") == ()


def test_bad_rows_are_left_out_on_request(app, now):
    report = service.import_nodes(actor=SYSTEM, rows=[*BAD, *district()], skip_bad=True, now=now)

    assert report.added == 152
    assert len(report.faults) == 5
