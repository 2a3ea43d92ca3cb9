"""What the service uses where the operator has named no database: an engine and secrets of its own.

Every program of the service goes through here, so that all of them see the same.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet

from rewards.core.environment import SettingsError
from rewards.processes import redis_server

FOLDER_MODE = 0o700
FILE_MODE = 0o600
DATABASE_FILE = "rewards.db"
SECRET_BYTES = 48


def with_defaults(environ: Mapping[str, str]) -> dict[str, str]:
    """Return *environ* with what the embedded engines need.

    Without DATABASE_URL there is a SQLite file in the instance folder, and the
    secrets are made once and kept beside it. With one, nothing is made up:
    several hosts would disagree. A private Redis server that runs from this
    folder is found again.

    :raises SettingsError: if the instance folder cannot be used.
    """
    filled = {name: value for name, value in environ.items() if value}
    folder = Path(filled.get("INSTANCE_PATH", "instance")).absolute()
    # Children run in another folder; what is relative here would be elsewhere there.
    filled["INSTANCE_PATH"] = str(folder)
    if not is_given(filled, "DATABASE_URL"):
        try:
            _fill(filled, folder)
        except OSError as error:
            raise SettingsError(
                f"The folder {folder} cannot be used: {error.strerror};"
                " name another one with INSTANCE_PATH."
            ) from None
    if not is_given(filled, "REDIS_URL"):
        running = redis_server.find_running_url(folder)
        filled.update({"REDIS_URL": running} if running else {})
    return filled


def _fill(environ: dict[str, str], folder: Path) -> None:
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    database = folder / DATABASE_FILE
    if not is_given(environ, "SECRET_KEY"):
        environ["SECRET_KEY"] = _keep(folder / "secret_key", _make_secret)
    if not is_given(environ, "DATA_KEY"):
        path = folder / "data_key"
        if database.exists() and not path.exists():
            raise SettingsError(
                f"{path} is gone, and the personal data in {database} cannot be read without it;"
                " put it back from a backup, or set DATA_KEY."
            )
        environ["DATA_KEY"] = _keep(path, _make_data_key)
    environ["DATABASE_URL"] = f"sqlite:///{database}"


def is_given(environ: Mapping[str, str], name: str) -> bool:
    """Tell whether the variable *name* is set, itself or by a file."""
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def _keep(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        _write_once(path, make())
    return path.read_text(encoding="utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    # Linked into place whole: of two programs that start at once, both read
    # the secret of the first, and a crash leaves no half of one.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _make_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _make_data_key() -> str:
    return Fernet.generate_key().decode()
