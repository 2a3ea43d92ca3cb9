"""What is printed or opened elsewhere: statements, slips, posters and cards, and spreadsheets."""

from .cards import PrintedCard, draw_cards
from .posters import PaperSize, PrintedPoster, draw_poster
from .receipts import PrintedReceipt, draw_receipt
from .slips import draw_slip
from .spreadsheets import list_rows
from .statements import draw_statement

__all__ = [
    "PaperSize",
    "PrintedCard",
    "PrintedPoster",
    "PrintedReceipt",
    "draw_cards",
    "draw_poster",
    "draw_receipt",
    "draw_slip",
    "draw_statement",
    "list_rows",
]
