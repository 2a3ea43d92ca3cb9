"""What this process was told by its settings."""

from dataclasses import dataclass


@dataclass(slots=True)
class _Policy:
    allow_private: bool = False


_policy = _Policy()


def use_policy(*, allow_private: bool) -> None:
    """Set whether addresses of the inside may be called; once, by the composition root."""
    _policy.allow_private = allow_private


def allows_private() -> bool:
    """Tell whether addresses of the inside may be called."""
    return _policy.allow_private
