"""A feature's tables are its own, and the import contracts hold."""

from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

# Only the composition root may know every table: it makes them known.
COMPOSITION_ROOT = "rewards.wiring"


def feature_of(module):
    return module.split(".")[1]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("rewards", cache_dir=None)


def test_only_a_feature_reads_its_own_tables(graph):
    owners = [module for module in graph.modules if module.endswith(".models")]

    trespassers = [
        (importer, owner)
        for owner in owners
        for importer in graph.find_modules_that_directly_import(owner)
        if feature_of(importer) != feature_of(owner) and importer != COMPOSITION_ROOT
    ]

    assert owners
    assert trespassers == []


def test_the_composition_root_knows_every_table(graph):
    owners = {module for module in graph.modules if module.endswith(".models")}

    assert owners <= graph.find_modules_directly_imported_by(COMPOSITION_ROOT)


def test_every_import_contract_is_kept(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])

    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS
