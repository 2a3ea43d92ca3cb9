"""Memory of processes, each shared page divided among those that share it (PSS, Linux)."""

import os
from pathlib import Path

PROC = Path("/proc")
PSS = "Pss:"
PRIVATE = "Private_Dirty:"


def sum_megabytes(leaders: list[int]) -> float | None:
    """Return the megabytes that *leaders* and all they started hold, None where nobody tells."""
    if not (PROC / "self/smaps_rollup").exists():
        return None
    return sum(_kilobytes(pid) for pid in list_with_descendants(leaders)) / 1024


def sum_processor_seconds(leaders: list[int]) -> float:
    """Return the seconds of a processor that *leaders* and all they started have used."""
    return sum(_ticks(pid) for pid in list_with_descendants(leaders)) / os.sysconf("SC_CLK_TCK")


def sum_connections_megabytes(program: str = "postgres") -> float:
    """Return the megabytes that processes of a program hold for themselves, here below this one."""
    found = [pid for pid in list_with_descendants([os.getpid()]) if _name_of(pid) == program]
    return sum(_kilobytes(pid, PRIVATE) for pid in found) / 1024


def _name_of(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def list_with_descendants(leaders: list[int]) -> set[int]:
    """Return *leaders* and all processes they started."""
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*"):
        parent = _parent(path)
        if parent is not None:
            children.setdefault(parent, []).append(int(path.name))
    found: set[int] = set()
    waiting = list(leaders)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def _parent(path: Path) -> int | None:
    fields = _read_stat(path)
    return int(fields[1]) if fields else None


def _ticks(pid: int) -> int:
    fields = _read_stat(PROC / str(pid))
    # Of the process itself, in its own code and in the kernel.
    return int(fields[11]) + int(fields[12]) if fields else 0


def _read_stat(path: Path) -> list[str]:
    try:
        # The name of the program, in parentheses, may hold anything.
        return (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _kilobytes(pid: int, kind: str = PSS) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind))
