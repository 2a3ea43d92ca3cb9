"""What is printed or opened elsewhere: statements and record slips as PDF, and spreadsheets."""

from .slips import draw_slip
from .spreadsheets import list_rows
from .statements import draw_statement

__all__ = ["draw_slip", "draw_statement", "list_rows"]
