"""Use cases of planning: single occasions."""

from .occasions import cancel_occasion, create_occasion, flag_failure, update_occasion

__all__ = ["cancel_occasion", "create_occasion", "flag_failure", "update_occasion"]
