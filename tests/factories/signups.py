"""Occasions that people sign up for, and people who do."""

from datetime import timedelta

import sqlalchemy as sa

from rewards.activities.models import OccasionSeatsRow
from rewards.core.db import db
from rewards.signups import queries, service

from .world import act_as, build_occasion, build_participant

DAYS_AHEAD = 3


def build_film(node, *, now, capacity=2, starts_in=DAYS_AHEAD * 24 * 60, **details):
    """Return an occasion with places to sign up for, three days ahead."""
    return build_occasion(
        node,
        now=now,
        title=details.pop("title", "红色观影《长津湖》"),
        rule_code=details.pop("rule_code", "FILM_JOIN"),
        capacity=capacity,
        starts_in=starts_in,
        takes_sign_ups=True,
        **details,
    )


def build_people(node, number, *, now):
    return [build_participant(node, name=f"居民{n}", now=now) for n in range(number)]


def join(occasion, *people, now):
    """Sign *people* up one after another; return their sign-ups."""
    return [
        service.sign_up(actor=act_as(person), occasion_id=occasion.id, now=now) for person in people
    ]


def states_of(occasion):
    """Return the states of all sign-ups for an occasion, in order."""
    return [each.state.value for each in queries.list_sign_ups(occasion.id)]


def state_of(occasion, person):
    found = queries.find_sign_up(occasion_id=occasion.id, participant_id=person.id)
    return None if found is None else found.state.value


def taken(occasion):
    return db.session.scalar(
        sa.select(OccasionSeatsRow.taken).where(OccasionSeatsRow.occasion_id == occasion.id)
    )


def before_start(occasion, **span):
    return occasion.starts_at - timedelta(**span)


def after_start(occasion, **span):
    return occasion.starts_at + timedelta(**span)
