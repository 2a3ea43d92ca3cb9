"""Rounds of the cases beside the bare route, and what they come to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from .cases import Case
from .load import Load

WARM_UP_SECONDS = 1.0
MILLISECONDS = 1000


@dataclass(slots=True)
class Measured:
    """A case and its rounds, and every round of the bare route in the same run."""

    case: Case
    loads: list[Load] = field(default_factory=list)
    hellos: list[Load] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Return the median of good answers of a second."""
        return median(load.per_second for load in self.loads)

    @property
    def of_hello(self) -> float:
        """Return the ratio to the bare route, the medians of all rounds of both.

        Not round by round: threaded workers serve the bare route at one of two
        speeds, and a few pairs show which of them a case happened to meet.
        """
        return _ratio(self.per_second, median(hello.per_second for hello in self.hellos))

    @property
    def errors(self) -> int:
        """Return how many answers were not good."""
        return sum(load.errors for load in self.loads)

    @property
    def first_error(self) -> str:
        """Return the first answer that was not good."""
        return next((load.first_error for load in self.loads if load.first_error), "")

    def milliseconds(self, share: float) -> float:
        """Return the median of the rounds' times within which *share* of the answers came."""
        times = [_quantile(load.latencies, share) for load in self.loads]
        return median(times) * MILLISECONDS


def measure(
    hello: Case,
    cases: list[Case],
    *,
    rounds: int,
    seconds: float,
    connections: int,
    on_run: Callable[[Case], None],
) -> list[Measured]:
    """Run every case *rounds* times for *seconds*, the bare route before each."""
    for case in (hello, *cases):
        on_run(case)
        case.run(min(WARM_UP_SECONDS, seconds), connections)
    hellos: list[Load] = []
    measured = [Measured(case, hellos=hellos) for case in cases]
    for _ in range(rounds):
        for each in measured:
            on_run(each.case)
            hellos.append(hello.run(seconds, connections))
            each.loads.append(each.case.run(seconds, connections))
    return [Measured(hello, loads=hellos, hellos=hellos), *measured] if measured else []


def compare(one: Measured, other: Measured) -> float:
    """Return the median of the rounds' ratios of two cases."""
    pairs = zip(one.loads, other.loads, strict=True)
    return median(_ratio(mine.per_second, theirs.per_second) for mine, theirs in pairs)


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
