import pytest

from rewards.network import rules
from rewards.network.errors import InvalidNodeError, MisplacedNodeError
from rewards.network.types import Level

ALLOWED = {
    (Level.CENTER, None),
    (Level.INSTITUTE, Level.CENTER),
    (Level.STATION, Level.INSTITUTE),
    (Level.POINT, Level.CENTER),
    (Level.POINT, Level.INSTITUTE),
    (Level.POINT, Level.STATION),
}


@pytest.mark.parametrize("parent", [None, *Level])
@pytest.mark.parametrize("level", Level)
def test_each_level_stands_under_its_parents_only(level, parent):
    if (level, parent) in ALLOWED:
        rules.check_place(level, parent)
    else:
        with pytest.raises(MisplacedNodeError):
            rules.check_place(level, parent)


@pytest.mark.parametrize("name", ["", "  ", "中心/所", "站\u202e", "站\x00", "站\n点", "长" * 81])
def test_a_bad_name_is_refused(name):
    with pytest.raises(InvalidNodeError):
        rules.normalize_name(name)


def test_a_name_of_eighty_characters_is_fine():
    assert rules.normalize_name(" " + "长" * 80) == "长" * 80


def test_a_path_names_every_node_from_the_center_down():
    assert rules.split_path("aa/bb/cc/") == ("aa/", "aa/bb/", "aa/bb/cc/")
    assert rules.split_path("") == ()
