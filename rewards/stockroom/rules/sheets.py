"""A delivery sheet, row by row."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from rewards.stock.rules import QUANTITY_MAX
from rewards.stock.types import Reward, RewardId

from ..types import BadRow, GoodRow, Sheet, SheetRow

ROWS_MAX = 500
# What a spreadsheet takes for the beginning of a formula; a sign before a number is judged as one.
_FORMULA = frozenset("=@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH COMMERCIAL AT}")
_SIGNS = frozenset("+-\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{MINUS SIGN}")

# A comma parts thousands; elsewhere it may have been meant as a decimal point.
_WHOLE = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?")


def read_sheet(rows: Sequence[SheetRow], rewards: Sequence[Reward]) -> Sheet:
    """Judge every row of a sheet against what stands on the shelf of the space."""
    shelf = [reward for reward in rewards if reward.has_shelf]
    filled = [row for row in rows if not _is_left_empty(row)]
    good: dict[RewardId, GoodRow] = {}
    bad: list[BadRow] = []
    for row in filled:
        meant = _find(row.name, shelf)
        quantity, code = _judge(row, meant)
        before = good.get(meant[0].id) if len(meant) == 1 else None
        if not code and before:
            code = "row-item-twice"
        if code:
            bad.append(
                BadRow(
                    line=row.line,
                    name=row.name,
                    quantity=row.quantity,
                    code=code,
                    first_line=before.line if before else 0,
                )
            )
            continue
        (reward,) = meant
        good[reward.id] = GoodRow(
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


def _find(name: str, shelf: Sequence[Reward]) -> list[Reward]:
    """Return the items that a row may mean: the one of that very name, or those spelled alike."""
    exact = [reward for reward in shelf if reward.name == name.strip()]
    return exact or [reward for reward in shelf if _normal(reward.name) == _normal(name)]


def _is_left_empty(row: SheetRow) -> bool:
    # As in the template, of an item that did not come.
    return bool(row.name.strip()) and not row.quantity.strip() and not row.is_formula


def _judge(row: SheetRow, meant: Sequence[Reward]) -> tuple[int, str]:
    if row.is_formula or _is_formula(row.name) or _is_formula(row.quantity):
        return 0, "row-formula"
    if not row.name.strip():
        return 0, "row-item-missing"
    if not meant:
        return 0, "row-item-unknown"
    if len(meant) > 1:
        return 0, "row-item-ambiguous"
    return _read_quantity(row.quantity)


def _read_quantity(text: str) -> tuple[int, str]:
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    whole = _WHOLE.fullmatch(plain)
    if whole is None:
        return 0, "row-quantity-unread"
    if whole[1] == "-":
        return 0, "row-quantity-negative"
    digits = whole[2].replace(",", "")
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
