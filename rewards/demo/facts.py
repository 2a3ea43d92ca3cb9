"""What the demo is made of, read from the data files beside this module."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.network.types import Level
from rewards.participants.types import BoardDisplay
from rewards.stock.types import Zone, ZoneKind

DATA = Path(__file__).parent / "data"
STATION = "changxing"
# The range of the invented numbers.
PHONE_PREFIX = "1380000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node; `key` and `parent` are names inside the data files."""

    key: str
    level: Level
    parent: str
    name: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented participant. `zeal` of 100 comes to everything near home.

    Those who keep the same `company` come together and leave together, so
    they have equal points on every board.
    """

    name: str
    age: int
    home: str
    phone: str
    display: BoardDisplay
    nickname: str
    zeal: int
    company: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFacts:
    """A team at home at a node; of 100 who live there or below, `share` belong to it."""

    name: str
    category: str
    home: str
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    name: str
    role: Role
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceFacts:
    node: str
    name: str
    address: str
    hours: str
    week: tuple[str, ...]
    phone: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the programme; the data file says what its words mean."""

    titles: tuple[str, ...]
    kind: OccasionKind
    rule: str | None
    node: str
    place: str
    team: str
    days: tuple[str, ...]
    months: tuple[int, ...]
    start: time
    minutes: int
    closes_before_end: int | None
    capacity: int | None
    live: bool
    share: int
    signs_up: bool
    zone: str = ""


@cache
def list_places() -> tuple[Place, ...]:
    """Return the nodes of both networks, parents first."""
    return tuple(
        Place(**(row | {"level": Level(row["level"])})) for row in _read_table("network.csv")
    )


@cache
def list_people() -> tuple[Person, ...]:
    """Return the invented participants."""
    return tuple(_person(row) for row in _read_table("people.csv"))


@cache
def list_staff() -> tuple[StaffMember, ...]:
    """Return the invented staff."""
    return tuple(
        StaffMember(name=row["name"], role=Role(row["role"]), nodes=tuple(row["nodes"].split()))
        for row in _read_table("staff.csv")
    )


@cache
def list_teams() -> tuple[TeamFacts, ...]:
    """Return the invented teams."""
    return tuple(
        TeamFacts(**(row | {"share": int(row["share"])})) for row in _read_table("teams.csv")
    )


@cache
def get_space() -> SpaceFacts:
    """Return the offline space."""
    values = _read_toml("space.toml")
    zones = tuple(
        Zone(kind=ZoneKind(zone["kind"]), name=zone["name"]) for zone in values.pop("zones")
    )
    return SpaceFacts(zones=zones, week=tuple(values.pop("week")), **values)


@cache
def list_entries() -> tuple[Entry, ...]:
    """Return the programme."""
    return tuple(_entry(values) for values in _read_toml("programme.toml")["entries"])


def _person(row: Mapping[str, str]) -> Person:
    return Person(
        name=row["name"],
        age=int(row["age"]),
        home=row["home"],
        phone=PHONE_PREFIX + row["phone"] if row["phone"] else "",
        display=BoardDisplay(row["display"]),
        nickname=row["nickname"],
        zeal=int(row["zeal"]),
        company=row["company"],
    )


def _entry(values: Mapping[str, Any]) -> Entry:
    return Entry(
        titles=tuple(values["titles"]),
        kind=OccasionKind(values["kind"]),
        rule=values.get("rule"),
        node=values["node"],
        place=values["place"],
        team=values.get("team", ""),
        days=tuple(values["days"]),
        months=tuple(values.get("months", range(1, 13))),
        start=time.fromisoformat(values["start"]),
        minutes=values["minutes"],
        closes_before_end=values.get("closes_before_end"),
        capacity=values.get("capacity"),
        live=values.get("live", False),
        share=values["share"],
        signs_up=values.get("signs_up", False),
        zone=values.get("zone", ""),
    )


def _read_table(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
