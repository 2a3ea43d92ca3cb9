"""The sign-ins of the demo: made at random on loading, kept where only the operator reads."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "demo-sign-ins.json"
FILE_MODE = 0o600
PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSignIn:
    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantSignIn:
    """Participants sign in with a phone and a code, which the page shows in demo mode."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    staff: tuple[StaffSignIn, ...]
    participants: tuple[ParticipantSignIn, ...]


def new_password() -> str:
    """Return a random password."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def write(folder: Path, sign_ins: SignIns) -> None:
    """Keep *sign_ins* in *folder*, readable by its owner alone, in place of earlier ones."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{FILE_NAME}.{os.getpid()}"
    # Made with its mode, so that it is at no moment readable by others.
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(sign_ins), file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / FILE_NAME)


def find(folder: Path) -> SignIns | None:
    """Return the sign-ins kept in *folder*, if there are any."""
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    values = json.loads(text)
    return SignIns(
        staff=tuple(StaffSignIn(**each) for each in values["staff"]),
        participants=tuple(ParticipantSignIn(**each) for each in values["participants"]),
    )
