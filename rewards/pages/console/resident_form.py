"""The form that registers a resident: what was typed, and what is wrong with it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from rewards.core.errors import RewardsError
from rewards.participants import rules
from rewards.participants.errors import InvalidBirthYearError
from rewards.participants.types import BoardDisplay
from rewards.web import sentences

YEAR_LENGTH = 4
TEXT_LENGTH_MAX = 40
# Where a refusal of the service is told in the form.
FIELD_OF = {
    "phone-taken": "phone",
    "invalid-phone": "phone",
    "invalid-name": "name",
    "invalid-birth-year": "birth_year",
    "nickname-required": "nickname",
    "nickname-tells": "nickname",
    "nickname-imitates": "nickname",
    "nickname-removed": "nickname",
    "consent-required": "agreed",
    "node-closed": "node",
}


@dataclass(slots=True)
class Draft:
    """What the form holds. `values` are those of the use case, once `errors` is empty."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def read(form: Mapping[str, str], *, year: int) -> Draft:
    """Return the draft of a registration in *year*."""
    draft = Draft(typed=form)
    draft.values["name"] = form.get("name", "")
    if not draft.values["name"].strip():
        draft.errors["name"] = _("请填姓名")
    draft.values["phone"] = form.get("phone", "").strip() or None
    if draft.values["phone"]:
        _check_phone(draft)
    _read_birth_year(draft, year)
    try:
        draft.values["node_id"] = UUID(form.get("node", ""))
    except ValueError:
        draft.errors["node"] = _("请选居民在哪个站")
    draft.values["agreed"] = form.get("agreed") == "yes"
    if not draft.values["agreed"]:
        draft.errors["agreed"] = _("居民同意后才能登记")
    draft.values["board_display"] = find_display(form) or BoardDisplay.HIDDEN
    is_by_nickname = draft.values["board_display"] is BoardDisplay.NICKNAME
    draft.values["nickname"] = form.get("nickname", "") if is_by_nickname else ""
    return draft


def find_display(form: Mapping[str, str]) -> BoardDisplay | None:
    """Return how somebody agreed to be shown, if that was said."""
    try:
        return BoardDisplay(form.get("display", ""))
    except ValueError:
        return None


def read_year(text: str) -> int:
    """Return the year that was typed, in full-width digits, too, as some Chinese keyboards write.

    :raises InvalidBirthYearError: if these are not four digits.
    """
    plain = unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).strip()
    if not (len(plain) == YEAR_LENGTH and plain.isascii() and plain.isdigit()):
        raise InvalidBirthYearError
    return int(plain)


def blame(draft: Draft, error: RewardsError) -> None:
    """Put what the service refused at the field that it is about."""
    name = FIELD_OF.get(error.code, "form")
    sentence = sentences.explain(error, to_staff=True)
    draft.errors[name] = _("%(what)s。%(next)s", what=sentence.detail, next=sentence.next_step)


def _check_phone(draft: Draft) -> None:
    try:
        rules.normalize_phone(draft.values["phone"])
    except RewardsError as error:
        blame(draft, error)


def _read_birth_year(draft: Draft, year: int) -> None:
    text = draft.typed.get("birth_year", "").strip()
    if not text:
        draft.values["birth_year"] = None
        return
    try:
        draft.values["birth_year"] = read_year(text)
        rules.check_birth_year(draft.values["birth_year"], year=year)
    except InvalidBirthYearError:
        draft.errors["birth_year"] = _("填4位出生年份，例如 1956")
