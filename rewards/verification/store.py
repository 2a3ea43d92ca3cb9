"""The file of anchors: one line of JSON for each, only ever added to.

Whoever can rewrite the whole database can rewrite the chain with it; what
that chain was is told by what is kept elsewhere.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from .errors import AnchorUnreadableError
from .types import Anchor

FILE_NAME = "anchors.jsonl"
FILE_MODE = 0o600


def list_anchors(folder: Path) -> tuple[Anchor, ...]:
    """Return the anchors kept in *folder*, the oldest first.

    :raises AnchorUnreadableError: if a line is not an anchor.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        _read(line, place=f"{path}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )


def append_anchor(folder: Path, anchor: Anchor) -> None:
    """Add *anchor* to those in *folder*, on the disk when this returns."""
    line = json.dumps({"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at.isoformat()})
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    with os.fdopen(os.open(folder / FILE_NAME, flags, FILE_MODE), "a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def _read(line: str, *, place: str) -> Anchor:
    try:
        values = json.loads(line)
        return Anchor(
            seq=int(values["seq"]),
            hash=str(values["hash"]),
            at=datetime.fromisoformat(values["at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AnchorUnreadableError(f"{place} is not an anchor.") from error
