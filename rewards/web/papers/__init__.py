"""What is printed or opened elsewhere: statements, slips, posters and cards, and spreadsheets."""

from .cards import PrintedCard, draw_cards
from .posters import PaperSize, PrintedPoster, draw_poster
from .slips import draw_slip
from .spreadsheets import list_rows
from .statements import draw_statement

__all__ = [
    "PaperSize",
    "PrintedCard",
    "PrintedPoster",
    "draw_cards",
    "draw_poster",
    "draw_slip",
    "draw_statement",
    "list_rows",
]
