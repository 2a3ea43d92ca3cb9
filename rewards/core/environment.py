"""Reading variables of the environment, with every fault told at once in plain words."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import EnvValidationError, FileAwareEnv, ValidationError

FILE_SUFFIX = "_FILE"
NOT_SET = "Environment variable not set."
PLAIN_WORDS = {NOT_SET: "is not set", "Not a valid integer.": "must be a whole number"}
SECRETS_NOT_SET = (
    "{names} not set. Every host that shares a database needs the same secrets, so they are not"
    " made up: set them, or name files that hold them with NAME_FILE."
)

Check = Callable[[Any], None]


class SettingsError(Exception):
    """Some settings are missing or wrong; the message names every one of them."""


class Environment(FileAwareEnv):
    """Variables of one mapping; an empty one counts as not set, and NAME_FILE names a file.

    Checks say what a value must be, as the rest of a sentence that begins with its name.
    """

    def __init__(self, environ: Mapping[str, str], *, secrets: Sequence[str] = ()) -> None:
        super().__init__(eager=False)
        self._mapping = environ
        self._secrets = secrets

    @property
    def names(self) -> frozenset[str]:
        """The variables that were asked for."""
        return frozenset(self._fields)

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number from *low* to *high*."""
        value: int | None = self.int(name, default, validate=between(low, high))
        return default if value is None else value

    def truth(self, name: str, *, default: str) -> bool:
        """Return whether a variable is the word true; the only other one is false."""
        return self.str(name, default, validate=one_of("true", "false")) == "true"

    def close(self) -> None:
        """Require that every variable asked for was right.

        :raises SettingsError: naming every variable that is missing or wrong.
        """
        try:
            self.seal()
        except EnvValidationError as error:
            raise SettingsError("\n".join(self._sentences(error.error_messages))) from None

    def _get_value(self, env_key: str, default: Any) -> Any:
        path = self._mapping.get(env_key + FILE_SUFFIX)
        if not path:
            return self._mapping.get(env_key) or default
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            self._errors[env_key].append(f"cannot be read from the file {path}: {reason}")
            return default
        return value or default

    def _sentences(self, faults: Any) -> list[str]:
        first = {name: messages[0] for name, messages in faults.items()}
        unset = [name for name in self._secrets if first.get(name) == NOT_SET]
        sentences = [
            f"{name} {PLAIN_WORDS.get(fault, fault)}."
            for name, fault in first.items()
            if name not in unset
        ]
        if unset:
            names = f"{unset[0]} is" if len(unset) == 1 else f"{' and '.join(unset)} are"
            sentences.append(SECRETS_NOT_SET.format(names=names))
        return sentences


def one_of(*words: str) -> Check:
    """Return a check that a value is one of *words*."""

    def check(value: str) -> None:
        if value not in words:
            raise ValidationError(f"must be {' or '.join(words)}, not {value!r}")

    return check


def between(low: int, high: int) -> Check:
    """Return a check that a number is from *low* to *high*."""

    def check(value: int) -> None:
        if not low <= value <= high:
            raise ValidationError(f"must be from {low} to {high}, not {value}")

    return check


def url_with(*schemes: str) -> Check:
    """Return a check that a value is a whole URL, of one of *schemes*, with a host."""

    def check(value: str) -> None:
        parts = split_url(value)
        if parts.scheme not in schemes or not parts.hostname:
            wanted = " or ".join(f"{scheme}://HOST" for scheme in schemes)
            raise ValidationError(f"must be an address like {wanted}")

    return check


def split_url(value: str) -> Any:
    """Return the parts of a URL, its port checked.

    :raises ValidationError: if it is not one; the value, which may hold a
        password, is not repeated.
    """
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 -- reading it is what checks it
    except ValueError as error:
        raise ValidationError(
            "is not a URL; a strange sign in a password must be written as %XX"
        ) from error
    return parts
