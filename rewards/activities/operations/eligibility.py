"""Whether somebody may take part in an occasion."""

from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.unit import operation
from rewards.participants import queries as participants

from .. import rules
from ..types import Occasion


@operation
def check_eligible(occasion: Occasion, participant_id: ParticipantId, now: datetime) -> None:
    """Check that a participant may take part in *occasion*, by what is known of them at *now*.

    What they have to be or hold, they have to on the day of the occasion.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises GuardianConsentRequiredError: if a guardian has to agree first.
    :raises AgeUnknownError: if the occasion has a limit, and the year of birth is unknown.
    :raises AgeLimitError: if they are too young or too old.
    :raises QualificationRequiredError: if they lack the qualification.
    :raises TrainingRequiredError: if they lack the training.
    """
    moment = max(now, occasion.starts_at)
    day = clock.local_date(min(moment, occasion.ends_at), clock.zone())
    rules.check_eligible(occasion, participants.get_standing(participant_id, day))
