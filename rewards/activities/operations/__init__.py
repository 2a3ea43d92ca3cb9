"""What other use cases do with occasions."""

from .seats import set_capacity, take_seat

__all__ = ["set_capacity", "take_seat"]
