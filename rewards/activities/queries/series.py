"""Reads of series and of templates."""

from datetime import date, datetime

import sqlalchemy as sa

from rewards.core.db import db
from rewards.network.types import NodeId

from .. import rules
from ..errors import SeriesNotFoundError, TemplateNotFoundError
from ..models import OccasionRow, OccasionSeriesRow, OccasionTemplateRow
from ..types import Occasion, Pattern, Series, SeriesId, Template, TemplateId
from .occasions import to_occasion

_series = OccasionSeriesRow.__table__
_templates = OccasionTemplateRow.__table__


def get_series(series_id: SeriesId) -> Series:
    """Return the series.

    :raises SeriesNotFoundError: if there is none.
    """
    row = db.session.execute(sa.select(_series).where(_series.c.id == series_id)).one_or_none()
    if row is None:
        raise SeriesNotFoundError
    return _to_series(row)


def list_series(*, node_path: str, day: date) -> tuple[Series, ...]:
    """Return the series of a branch that have not ended by *day*, the oldest first."""
    rows = db.session.execute(
        sa.select(_series)
        .where(
            _series.c.node_path.startswith(node_path, autoescape=True),
            sa.or_(_series.c.ends_on.is_(None), _series.c.ends_on >= day),
        )
        .order_by(_series.c.node_path, _series.c.start, _series.c.id)
    ).all()
    return tuple(_to_series(row) for row in rows)


def list_behind(*, day: date, limit: int) -> tuple[SeriesId, ...]:
    """Return series that are not planned up to *day* yet, those furthest behind first."""
    rows = db.session.scalars(
        sa.select(_series.c.id)
        .where(
            _series.c.planned_through < day,
            sa.or_(_series.c.ends_on.is_(None), _series.c.ends_on > _series.c.planned_through),
        )
        .order_by(_series.c.planned_through, _series.c.id)
        .limit(limit)
    ).all()
    return tuple(SeriesId(each) for each in rows)


def list_of_series(
    series_id: SeriesId, *, starts_from: datetime | None = None, slot_from: date | None = None
) -> tuple[Occasion, ...]:
    """Return the occasions of a series, in the order of their slots."""
    query = sa.select(OccasionRow.__table__).where(OccasionRow.series_id == series_id)
    if starts_from is not None:
        query = query.where(OccasionRow.starts_at >= starts_from)
    if slot_from is not None:
        query = query.where(OccasionRow.series_slot >= slot_from)
    rows = db.session.execute(query.order_by(OccasionRow.series_slot)).all()
    return tuple(to_occasion(row) for row in rows)


def get_template(template_id: TemplateId) -> Template:
    """Return the template.

    :raises TemplateNotFoundError: if there is none.
    """
    row = db.session.execute(
        sa.select(_templates).where(_templates.c.id == template_id)
    ).one_or_none()
    if row is None:
        raise TemplateNotFoundError
    return _to_template(row)


def list_templates(*, node_path: str) -> tuple[Template, ...]:
    """Return the templates kept at a node, or above it for all below, by their names."""
    rows = db.session.execute(
        sa.select(_templates)
        .where(sa.literal(node_path).startswith(_templates.c.node_path))
        .order_by(_templates.c.name, _templates.c.id)
    ).all()
    return tuple(_to_template(row) for row in rows)


def _to_series(row: sa.Row[tuple[object, ...]]) -> Series:
    return Series(
        id=SeriesId(row.id),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        details=rules.read_details(row.details),
        pattern=Pattern(
            recurrence=rules.read_rule(row.rule),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            start=row.start,
            minutes=row.minutes,
        ),
        skips=frozenset(date.fromisoformat(day) for day in row.skips),
        planned_through=row.planned_through,
        created_by=row.created_by,
        created_at=row.created_at,
        successor_id=row.successor_id and SeriesId(row.successor_id),
    )


def _to_template(row: sa.Row[tuple[object, ...]]) -> Template:
    return Template(
        id=TemplateId(row.id),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        name=row.name,
        details=rules.read_details(row.details),
        start=row.start,
        minutes=row.minutes,
    )
