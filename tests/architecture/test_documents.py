"""What the README and the files for operators say is what the program reads and holds."""

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
UNITS = sorted(DEPLOY.glob("*.service"))
COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/flask up",
    "python3 -m venv .venv && .venv/bin/pip install -r tests/requirements.txt && .venv/bin/pytest",
)
PICTURE_BYTES_MAX = 250_000


def variables(path):
    """Return the variables that a file of settings sets, with what it sets them to."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", path.read_text(), re.MULTILINE))


def table_of_readme():
    rows = re.findall(r"^\| `([A-Z_]+)` \|(.*?)\|", (ROOT / "README.md").read_text(), re.MULTILINE)
    return {name: default.strip("` ") for name, default in rows}


def unit(path):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return parser


def anchors(path):
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_lists_every_variable_with_its_default():
    assert table_of_readme() == variables(ROOT / ".env.example")


def test_the_settings_of_a_production_host_are_known_ones():
    assert variables(DEPLOY / "rewards.env").keys() <= variables(ROOT / ".env.example").keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_has_the_two_commands(command):
    assert f"```\n{command}\n```" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading(path):
    text = path.read_text()
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)

    lost = []
    for link in links:
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)

    assert lost == []


def test_the_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}

    assert sizes
    assert {name: size for name, size in sizes.items() if size >= PICTURE_BYTES_MAX} == {}


def test_the_units_differ_in_what_they_run_alone():
    for path in UNITS:
        service = unit(path)["Service"]
        assert service["WorkingDirectory"] == "/opt/rewards"
        assert service["EnvironmentFile"] == "/etc/rewards.env"
        assert service["User"] == "rewards"

    assert [path.stem for path in UNITS] == ["rewards-streams", "rewards-web", "rewards-worker"]


def test_the_proxy_knows_where_the_units_listen():
    upstreams = dict(
        re.findall(
            r"upstream (\w+) \{[^}]*?server 127\.0\.0\.1:(\d+)",
            (DEPLOY / "nginx.conf").read_text(),
        )
    )
    streams = unit(DEPLOY / "rewards-streams.service")["Service"]["ExecStart"]

    assert upstreams["rewards_web"] == variables(ROOT / ".env.example")["PORT"]
    assert f"PORT={upstreams['rewards_streams']} " in streams
    assert "non_idempotent;" not in (DEPLOY / "nginx.conf").read_text()


def test_the_log_of_the_proxy_holds_no_query_and_no_code():
    text = (DEPLOY / "nginx.conf").read_text()
    (layout,) = re.findall(r"log_format rewards ([^;]*);", text)

    assert set(re.findall(r"\$\w+", layout)) == {
        "$remote_addr", "$time_local", "$request_method", "$rewards_place", "$status",
        "$body_bytes_sent", "$request_time",
    }  # fmt: skip
    assert len(re.findall("access_log .* rewards;", text)) == text.count("\nserver {")
    assert len(re.findall("error_log .* crit;", text)) == text.count("\nserver {")
