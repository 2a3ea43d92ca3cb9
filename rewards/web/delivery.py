"""Hands sign-in codes to people: the place of a text-message adapter."""

import structlog

from rewards.identity.events import CodeSent

log = structlog.get_logger(__name__)


def log_code(event: CodeSent) -> None:
    """Print a code for whoever runs the service; of the phone only the last four digits."""
    log.info("code.sent", phone_ending=event.phone_ending, code=event.code)
