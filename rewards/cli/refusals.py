"""A refusal on the terminal: one plain sentence and exit code 1."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from rewards.core.errors import RewardsError

P = ParamSpec("P")
R = TypeVar("R")


def in_plain_words(command: Callable[P, R]) -> Callable[P, R]:
    """Let *command* end with the sentence of a refusal instead of a traceback."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except RewardsError as error:
            raise click.ClickException(str(error)) from error

    return wrapper
