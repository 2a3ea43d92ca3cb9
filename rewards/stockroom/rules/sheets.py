"""A delivery sheet, row by row."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence

from rewards.stock.rules import QUANTITY_MAX
from rewards.stock.types import Reward

from ..types import BadRow, GoodRow, Sheet, SheetRow

ROWS_MAX = 500
# What a spreadsheet takes for the beginning of a formula; a sign before a number is judged as one.
_FORMULA = frozenset("=@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH COMMERCIAL AT}")
_SIGNS = frozenset("+-\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{MINUS SIGN}")


def read_sheet(rows: Sequence[SheetRow], rewards: Sequence[Reward]) -> Sheet:
    """Judge every row of a sheet against what the space offers."""
    by_name = {_normal(reward.name): reward for reward in rewards}
    filled = [row for row in rows if not _is_left_empty(row)]
    good: dict[str, GoodRow] = {}
    bad: list[BadRow] = []
    for row in filled:
        name = _normal(row.name)
        reward = by_name.get(name)
        quantity, code = _judge(row, name, is_known=reward is not None)
        if not code and name in good:
            code = "row-item-twice"
        if code or reward is None:
            bad.append(
                BadRow(
                    line=row.line,
                    name=row.name,
                    quantity=row.quantity,
                    code=code,
                    first_line=good[name].line if name in good else 0,
                )
            )
            continue
        good[name] = GoodRow(
            line=row.line,
            reward_id=reward.id,
            name=reward.name,
            unit=reward.unit,
            quantity=quantity,
            on_hand=reward.on_hand,
        )
    return Sheet(
        good=tuple(good.values()),
        bad=tuple(bad),
        empty=len(rows) - len(filled),
        digest=_digest(good.values()),
    )


def _is_left_empty(row: SheetRow) -> bool:
    # As in the template, of an item that did not come.
    return bool(row.name.strip()) and not row.quantity.strip() and not row.is_formula


def _judge(row: SheetRow, name: str, *, is_known: bool) -> tuple[int, str]:
    if row.is_formula or _is_formula(row.name) or _is_formula(row.quantity):
        return 0, "row-formula"
    if not name:
        return 0, "row-item-missing"
    if not is_known:
        return 0, "row-item-unknown"
    return _read_quantity(row.quantity)


def _read_quantity(text: str) -> tuple[int, str]:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    plain = plain.replace("\N{MINUS SIGN}", "-")
    whole = plain.removesuffix(".0")
    digits = whole.lstrip("+-")
    if len(whole) - len(digits) > 1 or not (digits.isascii() and digits.isdigit()):
        return 0, "row-quantity-unread"
    if whole.startswith("-"):
        return 0, "row-quantity-negative"
    number = int(digits[-12:]) if len(digits) <= 12 else QUANTITY_MAX + 1
    if number == 0:
        return 0, "row-quantity-zero"
    return (number, "") if number <= QUANTITY_MAX else (0, "row-quantity-large")


def _is_formula(text: str) -> bool:
    if not text:
        return False
    if text[0] in _FORMULA:
        return True
    # -5 is a number below zero, -A1 is not.
    rest = unicodedata.normalize("NFKC", text[1:]).replace(",", "").replace(".", "").strip()
    return text[0] in _SIGNS and not (rest.isascii() and rest.isdigit())


def _normal(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _digest(rows: Iterable[GoodRow]) -> str:
    told = sorted(f"{row.reward_id.hex}:{row.quantity}" for row in rows)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
