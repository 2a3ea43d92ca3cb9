"""Cards of participants, what they are qualified for, and their guardians' consents."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.identity import service
from rewards.network import queries as network
from rewards.participants import queries
from rewards.participants.types import (
    Card,
    CardEnd,
    GuardianConsent,
    Participant,
    Qualification,
)
from rewards.web import addresses, sessions

from .resources import Resource, answer, answer_once, instance_of
from .schemas.standing import (
    CardRequest,
    CardResponse,
    CardsResponse,
    GuardianConsentRequest,
    GuardianConsentResponse,
    QualificationRequest,
    QualificationsResponse,
)
from .visibility import get_visible_participant

standing = Resource(
    "standing", description="Cards, qualifications and guardians' consents, kept by staff."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.GONE)


@standing.call(
    "GET",
    "/participants/<uuid:participant_id>/cards",
    answers={HTTPStatus.OK: CardsResponse},
    refusals=REFUSALS,
)
def list_cards(participant_id: UUID) -> Response:
    """List the cards that a participant ever had, the newest first.

    Codes are for those who may print a card: whoever has one is that participant to a desk.
    """
    person = _get(participant_id)
    home = network.get_node(person.home_node_id)
    has_codes = access.may(sessions.require_staff(), Verb.MANAGE_PARTICIPANT, home.path)
    cards = [_describe(card, has_code=has_codes) for card in queries.list_cards(person.id)]
    return answer(CardsResponse, {"items": cards})


@standing.call(
    "POST",
    "/participants/<uuid:participant_id>/cards",
    body=CardRequest,
    answers={HTTPStatus.OK: CardResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def issue_card(body: dict[str, Any], participant_id: UUID) -> Response:
    """Issue a card, or one in the place of another; there is one that is good at most."""
    about: dict[str, Any] = {
        "render": _render_card,
        "actor": sessions.require_staff(),
        "participant_id": _get(participant_id).id,
        "now": clock.now(),
    }
    if "replaces" not in body:
        return answer_once(service.issue_card, **about)
    reason = body.get("reason", CardEnd.LOST)
    return answer_once(service.reissue_card, card_id=body["replaces"], reason=reason, **about)


@standing.call(
    "POST",
    "/participants/<uuid:participant_id>/cards/<uuid:card_id>/revocation",
    answers={HTTPStatus.OK: CardResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def revoke_card(participant_id: UUID, card_id: UUID) -> Response:
    """Stop a lost card at once."""
    return answer_once(
        service.revoke_card,
        render=_render_card,
        actor=sessions.require_staff(),
        participant_id=_get(participant_id).id,
        card_id=card_id,
        reason=CardEnd.LOST,
        now=clock.now(),
    )


@standing.call(
    "GET",
    "/participants/<uuid:participant_id>/qualifications",
    answers={HTTPStatus.OK: QualificationsResponse},
    refusals=REFUSALS,
)
def list_qualifications(participant_id: UUID) -> Response:
    """List what staff saw proof of, run out or not."""
    person = _get(participant_id)
    return answer(QualificationsResponse, {"items": queries.list_qualifications(person.id)})


@standing.call(
    "POST",
    "/participants/<uuid:participant_id>/qualifications",
    body=QualificationRequest,
    answers={HTTPStatus.OK: QualificationsResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def record_qualification(body: dict[str, Any], participant_id: UUID) -> Response:
    """Enter a profession or training that staff saw proof of, or renew it."""
    return answer_once(
        service.record_qualification,
        render=_render_qualifications,
        actor=sessions.require_staff(),
        participant_id=_get(participant_id).id,
        now=clock.now(),
        **body,
    )


@standing.call(
    "DELETE",
    "/participants/<uuid:participant_id>/qualifications/<uuid:qualification_id>",
    answers={HTTPStatus.NO_CONTENT: Schema},
    refusals=WRITE_REFUSALS,
)
def end_qualification(participant_id: UUID, qualification_id: UUID) -> Response:
    """End a line of the register before it runs out."""
    service.end_qualification(
        actor=sessions.require_staff(),
        participant_id=_get(participant_id).id,
        qualification_id=qualification_id,
        now=clock.now(),
    )
    return Response(status=HTTPStatus.NO_CONTENT)


@standing.call(
    "POST",
    "/participants/<uuid:participant_id>/guardian-consent",
    body=GuardianConsentRequest,
    answers={HTTPStatus.OK: GuardianConsentResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def give_guardian_consent(body: dict[str, Any], participant_id: UUID) -> Response:
    """Record that a guardian, who stands before staff or was called, agrees."""
    return answer_once(
        service.give_guardian_consent,
        render=_render_consent,
        actor=sessions.require_staff(),
        participant_id=_get(participant_id).id,
        now=clock.now(),
        **body,
    )


@standing.call(
    "DELETE",
    "/participants/<uuid:participant_id>/guardian-consent",
    answers={HTTPStatus.NO_CONTENT: Schema},
    refusals=(*WRITE_REFUSALS, HTTPStatus.CONFLICT),
)
def withdraw_guardian_consent(participant_id: UUID) -> Response:
    """Record that a guardian no longer agrees."""
    service.withdraw_guardian_consent(
        actor=sessions.require_staff(),
        participant_id=_get(participant_id).id,
        now=clock.now(),
    )
    return Response(status=HTTPStatus.NO_CONTENT)


def _get(participant_id: UUID) -> Participant:
    return get_visible_participant(sessions.require_staff(), ParticipantId(participant_id))


def _describe(card: Card, *, has_code: bool) -> dict[str, Any]:
    is_shown = has_code and card.revoked_at is None
    code = addresses.code_link(checkins.get_card_code(card)) if is_shown else ""
    return {**asdict(card), "code": code}


# Answers are kept for a day to be given again, so they hold no code: that is read by itself.
def _render_card(card: Card) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, instance_of(CardResponse).dump(card)


def _render_qualifications(lines: tuple[Qualification, ...]) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, instance_of(QualificationsResponse).dump({"items": lines})


def _render_consent(consent: GuardianConsent) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, instance_of(GuardianConsentResponse).dump(consent)
