"""Which processes this folder started, so that a start after a crash finds them again.

A number alone is no name: it may belong to a stranger by now. Beside it stands
when the process began.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

STOP_SECONDS = 8
LOOK_SECONDS = 0.05


def write(path: Path, pid: int) -> None:
    """Record in *path* that *pid* was started."""
    path.write_text(f"{pid} {began(pid)}\n", encoding="utf-8")


def find(path: Path) -> int | None:
    """Return the process that *path* records, if that very one still runs."""
    try:
        number, _, mark = path.read_text(encoding="utf-8").strip().partition(" ")
        pid = int(number)
    except (OSError, ValueError):
        return None
    return pid if mark and began(pid) == mark else None


def stop_recorded(folder: Path) -> list[str]:
    """Stop every process recorded in *folder*, and return their names.

    Each leads a process group, which is stopped with it.
    """
    found = {path: find(path) for path in sorted(folder.glob("*.pid"))}
    running = {path.stem: pid for path, pid in found.items() if pid is not None}
    stop_groups(list(running.values()))
    for path in found:
        path.unlink(missing_ok=True)
    return list(running)


def stop_groups(leaders: list[int], *, seconds: float = STOP_SECONDS) -> None:
    """Ask the process groups of *leaders* to end; after *seconds*, end them."""
    for leader in leaders:
        send(leader, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while any(_is_there(leader) for leader in leaders) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    for leader in leaders:
        send(leader, signal.SIGKILL)


def send(leader: int, number: int) -> None:
    """Send a signal to the process group of *leader*, if there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def began(pid: int) -> str:
    """Return a mark of when *pid* began, or an empty text if it does not run."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The name of the program, in parentheses, may hold anything.
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in {"Z", "X"} else fields[19]
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return "-".join(answer.stdout.split())


def _is_there(leader: int) -> bool:
    # A leader that ended but was not waited for yet is no process any more.
    with suppress(ChildProcessError):
        os.waitpid(leader, os.WNOHANG)
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return bool(began(leader))
    return True
