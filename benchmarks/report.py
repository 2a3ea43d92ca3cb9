"""What was measured, as a table and beside the bars."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import cases
from .measuring import Measured, compare

MEMORY_MEGABYTES_MAX = 350
BURST_SECONDS_MAX = 8.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure that must be reached. `is_ceiling`: at most, otherwise at least."""

    what: str
    limit: float
    value: float | None
    is_ceiling: bool = False
    unit: str = ""

    @property
    def is_reached(self) -> bool | None:
        """Tell whether it is reached, None if it was not measured."""
        if self.value is None:
            return None
        return self.value <= self.limit if self.is_ceiling else self.value >= self.limit


@dataclass(slots=True)
class Findings:
    """Everything one run found. `engine` is the database of the cases that do not name one."""

    engine: str
    settings: dict[str, Any]
    measured: dict[str, Measured] = field(default_factory=dict)
    burst_seconds: float | None = None
    burst_errors: int = 0
    projected_per_second: float | None = None
    megabytes: dict[str, float] = field(default_factory=dict)

    def add(self, measured: list[Measured]) -> None:
        """Add what rounds came to."""
        self.measured |= {each.case.name: each for each in measured}


def list_bars(found: Findings) -> list[Bar]:
    """Return every bar with what this run reached."""
    to_hello, between = _ratios(found.measured)
    taken = found.measured.get(cases.CHECK_IN)
    projected = found.projected_per_second
    return [
        Bar("check-in ÷ hello", 0.15, to_hello(cases.CHECK_IN)),
        Bar("one occasion ÷ 32 occasions", 0.9, between(cases.CHECK_IN, cases.SPREAD_CHECK_IN)),
        Bar("with capacity ÷ without", 0.5, between(cases.CAPACITY_CHECK_IN, cases.CHECK_IN)),
        Bar("leaderboard top 100 ÷ hello", 0.5, to_hello(cases.BOARD)),
        Bar("around=me ÷ hello", 0.3, to_hello(cases.AROUND)),
        Bar("redemption ÷ check-in", 0.7, between(cases.RESERVE, cases.CHECK_IN)),
        Bar("SQLite check-in ÷ PostgreSQL", 0.8, between(cases.SQLITE_CHECK_IN, cases.CHECK_IN)),
        Bar(
            "projection ÷ check-in",
            3.0,
            projected / taken.per_second if projected and taken and taken.per_second else None,
        ),
        Bar(
            f"last answer of {cases.BURST} check-ins at once",
            BURST_SECONDS_MAX,
            found.burst_seconds,
            is_ceiling=True,
            unit=" s",
        ),
        *(
            Bar(
                f"memory idle, on {engine}",
                MEMORY_MEGABYTES_MAX,
                value,
                is_ceiling=True,
                unit=" MB",
            )
            for engine, value in found.megabytes.items()
        ),
    ]


def format_report(found: Findings) -> str:
    """Return the tables as Markdown."""
    lines = [_heading(found), "", *_case_lines(found), ""]
    if found.projected_per_second is not None:
        lines += [f"Projection: {found.projected_per_second:,.0f} entries sealed and applied/s", ""]
    lines += ["| Bar | must be | this run | |", "|---|---:|---:|---|"]
    lines += [_bar_line(bar) for bar in list_bars(found) if bar.value is not None]
    errors = [
        f"{each.case.label}: {each.first_error}"
        for each in found.measured.values()
        if each.first_error
    ]
    return "\n".join([*lines, *(["", "First errors:", *errors] if errors else [])])


def to_json(found: Findings) -> dict[str, Any]:
    """Return everything as JSON-plain values."""
    return {
        "machine": describe_machine(),
        "engine": found.engine,
        "settings": found.settings,
        "cases": {
            name: {
                "per_second": each.per_second,
                "p50_ms": each.milliseconds(0.5),
                "p99_ms": each.milliseconds(0.99),
                "errors": each.errors,
                "of_hello": each.of_hello,
                "rounds": [load.per_second for load in each.loads],
            }
            for name, each in found.measured.items()
        },
        "projected_per_second": found.projected_per_second,
        "burst": {"seconds": found.burst_seconds, "errors": found.burst_errors},
        "megabytes": found.megabytes,
        "bars": [
            {"what": bar.what, "limit": bar.limit, "value": bar.value, "reached": bar.is_reached}
            for bar in list_bars(found)
        ],
    }


def describe_machine() -> dict[str, Any]:
    """Return what the run ran on, and when."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _heading(found: Findings) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in describe_machine().items())
    chosen = ", ".join(f"{name} {value}" for name, value in found.settings.items())
    return f"{found.engine}; {chosen}; {machine}"


def _case_lines(found: Findings) -> list[str]:
    lines = [
        "| Case | requests/s | p50 ms | p99 ms | errors | ÷ hello |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for each in found.measured.values():
        times = f"{each.milliseconds(0.5):.1f} | {each.milliseconds(0.99):.1f}"
        lines.append(
            f"| {each.case.label} | {each.per_second:,.0f} | {times}"
            f" | {each.errors} | {each.of_hello:.3f} |"
        )
    if found.burst_seconds is not None:
        label = cases.LABELS[cases.BURST_CHECK_IN]
        last = f"last after {found.burst_seconds:.1f} s"
        lines.append(f"| {label} | {last} | | | {found.burst_errors} | |")
    return lines


def _bar_line(bar: Bar) -> str:
    assert bar.value is not None
    sign = "≤" if bar.is_ceiling else "≥"
    digits = 1 if bar.unit else 2
    word = "reached" if bar.is_reached else "not reached"
    limit, value = f"{sign} {bar.limit:g}{bar.unit}", f"{bar.value:.{digits}f}{bar.unit}"
    return f"| {bar.what} | {limit} | {value} | {word} |"


def _ratios(
    measured: Mapping[str, Measured],
) -> tuple[Callable[[str], float | None], Callable[[str, str], float | None]]:
    def to_hello(name: str) -> float | None:
        return measured[name].of_hello if name in measured else None

    def between(one: str, other: str) -> float | None:
        if one not in measured or other not in measured:
            return None
        return compare(measured[one], measured[other])

    return to_hello, between
