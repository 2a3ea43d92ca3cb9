"""Goods that come with a sheet: looked at first, then taken in."""

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.stock import queries as stock
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import Space
from rewards.stockroom import rules, service
from rewards.stockroom.types import SheetRow
from rewards.web import sentences, sheets, spreadsheets, statuses
from rewards.web.spreadsheets import TableForm

from . import frame, safety, spaces
from .frame import Post

blueprint = Blueprint("console_deliveries", __name__)


@blueprint.get("/console/stock/deliveries/new")
def ask() -> ResponseReturnValue:
    """Ask for the sheet that came with the goods."""
    post, space = _enter()
    return _page(post, space)


@blueprint.get("/console/stock/deliveries/template.xlsx", defaults={"form": TableForm.XLSX})
@blueprint.get("/console/stock/deliveries/template.csv", defaults={"form": TableForm.CSV})
def template(form: TableForm) -> ResponseReturnValue:
    """Download a sheet with the items of the space, to fill in how many came."""
    _post, space = _enter()
    rows = [(_("物品"), _("单位"), _("数量"))]
    rows += [
        (each.name, each.unit, "")
        for each in stock.list_rewards(space.id, listed_only=False)
        if each.has_shelf
    ]
    return spreadsheets.answer_table(rows, name="delivery", form=form)


@blueprint.post("/console/stock/deliveries/check")
def check() -> ResponseReturnValue:
    """Show what the sheet comes to, row by row; nothing changes."""
    post, space = _enter()
    file = request.files.get("sheet")
    try:
        rows = sheets.read(b"" if file is None else file.read())
    except RewardsError as error:
        return _page(post, space, error=error), statuses.status_of(error)
    return _check_page(post, space, rows, note=request.form.get("note", ""))


@blueprint.post("/console/stock/deliveries")
def take_in() -> ResponseReturnValue:
    """Take in what was shown; the form sent twice counts once."""
    post, space = _enter()
    safety.require_key()
    rows = _read_rows(request.form.get("rows", ""))
    note = request.form.get("note", "")
    try:
        answer = safety.run_once(
            service.take_in,
            post=post,
            route="console delivery",
            render=lambda delivery: {"pieces": delivery.pieces},
            space_id=space.id,
            rows=rows,
            digest=request.form.get("digest", ""),
            skips_bad=request.form.get("skip") == "yes",
            is_another=request.form.get("another") == "yes",
            note=note,
        )
    except RewardsError as error:
        page = _check_page(post, space, rows, note=note, error=error)
        return page, statuses.status_of(error)
    return redirect(f"/console/stock?done=came&pieces={answer.body['pieces']}", code=303)


def _enter() -> tuple[Post, Space]:
    post = frame.enter(Verb.MANAGE_STOCK)
    space, _choices = spaces.choose(post, Verb.MANAGE_STOCK)
    if space is None:
        raise SpaceNotFoundError
    return post, space


def _page(post: Post, space: Space, *, error: RewardsError | None = None) -> str:
    return frame.show(
        "delivery_new.html",
        post=post,
        current="stock",
        space=space,
        rows_max=rules.ROWS_MAX,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _check_page(
    post: Post,
    space: Space,
    rows: tuple[SheetRow, ...],
    *,
    note: str,
    error: RewardsError | None = None,
) -> str:
    sheet = service.try_sheet(actor=post.actor, space_id=space.id, rows=rows, now=post.now)
    return frame.show(
        "delivery_check.html",
        post=post,
        current="stock",
        space=space,
        sheet=sheet,
        bad=[
            (row, sentences.explain_row(row.code, first_line=row.first_line)) for row in sheet.bad
        ],
        rows=json.dumps([asdict(row) for row in rows], ensure_ascii=False),
        note=note,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )


def _read_rows(text: str) -> tuple[SheetRow, ...]:
    """Return the rows that our own page sent along, judged anew before anything is done."""
    try:
        told = json.loads(text)
        return tuple(_read_row(row) for row in told[: rules.ROWS_MAX])
    except (KeyError, RecursionError, TypeError, ValueError):
        raise BadRequest from None


def _read_row(row: Any) -> SheetRow:
    if not (type(row["line"]) is int and type(row["is_formula"]) is bool):
        raise ValueError
    name, quantity = str(row["name"]), str(row["quantity"])
    # Half a sign, which JSON can tell and no database keeps.
    (name + quantity).encode()
    return SheetRow(
        line=row["line"],
        name=name[: sheets.CELL_LENGTH_MAX],
        quantity=quantity[: sheets.CELL_LENGTH_MAX],
        is_formula=row["is_formula"],
    )
