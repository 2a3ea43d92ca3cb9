"""What other use cases do with occasions."""

from .codes import change_code_key
from .seats import set_capacity, take_seat

__all__ = ["change_code_key", "set_capacity", "take_seat"]
