"""The one font of the papers, and what it can draw.

It takes memory and a moment to read, so a process reads it when it draws its
first paper, and once. Reading glyphs out of it is not safe in two threads at
once: whoever draws holds `drawing`.
"""

import re
import threading
import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFont

NAME = "NotoSansSC"
FILE = Path(__file__).parent / "font" / "NotoSansSC-Regular.ttf"
# Drawn in place of what the font lacks: a gap in a name would not be noticed.
SUBSTITUTE = "〓"

drawing = threading.Lock()

_NO_BREAK_SPACE = 0xA0
_BEYOND_16_BITS = re.compile(r"<([0-9A-F]{5,6})>$", re.MULTILINE)
_VARIANTS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_TO_UNICODE = "toUnicodeCMap:"


class EveryPlaneFont(TTFont):  # type: ignore[misc]
    """A TrueType font whose characters beyond U+FFFF can be copied out of the PDF as well."""

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802
        """Add the font's objects to a PDF; its table of characters is one of UTF-16."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith(_TO_UNICODE):
                stream.content = _BEYOND_16_BITS.sub(_surrogates, stream.content)


@cache
def load() -> TTFont:
    """Return the font, known to reportlab by its `NAME`."""
    font = EveryPlaneFont(NAME, str(FILE), shapable=False)
    pdfmetrics.registerFont(font)
    return font


def is_drawn(character: str) -> bool:
    """Tell whether the font has a glyph for *character*."""
    code = ord(character)
    return code == _NO_BREAK_SPACE or code in load().face.charToGlyph


def list_missing(text: str) -> tuple[str, ...]:
    """Return the characters of *text* that the font cannot draw."""
    return tuple(character for character in text if not is_drawn(character))


def drawable(text: str) -> str:
    """Return *text* in one line, with a mark for every character that the font cannot draw.

    Selectors of variants and other signs without a shape are left out.
    """
    shaped = (character for character in _one_line(text) if not _is_shapeless(character))
    return "".join(character if is_drawn(character) else SUBSTITUTE for character in shaped)


def width(text: str, size: float) -> float:
    """Return how wide *text* is, in points."""
    return float(pdfmetrics.stringWidth(text, load().fontName, size))


def _one_line(text: str) -> str:
    # By itself `split` would take the spaces that must not break.
    return " ".join(re.split(r"[ \t\r\n\v\f\u2028\u2029]+", unicodedata.normalize("NFC", text)))


def _is_shapeless(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character in _VARIANTS


def _surrogates(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"
