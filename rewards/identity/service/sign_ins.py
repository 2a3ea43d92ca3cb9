"""Signing in and out."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantActor, SignInId, StaffActor, StaffId, Verb
from rewards.core.errors import RewardsError
from rewards.core.unit import record, use_case
from rewards.network import queries as network
from rewards.network.types import NodeId
from rewards.participants import operations as participants
from rewards.participants import queries as participant_queries
from rewards.participants.errors import PhoneTakenError
from rewards.participants.rules import normalize_phone, takes_texts
from rewards.participants.types import ConsentChannel, Participant

from .. import operations, queries, rules
from ..errors import (
    ConsentRequiredError,
    HomeNodeRequiredError,
    InvalidStaffNameError,
    NameRequiredError,
    NotAMobileError,
    PhoneMissingError,
    SignInNotFoundError,
    WrongCredentialsError,
)
from ..events import CodeSent
from ..types import Credentials, SentCode, SignedIn, SignInChannel


def recognize(
    *, token: str, now: datetime, by_hand: bool = True, while_idle: bool = False
) -> ParticipantActor | StaffActor | None:
    """Return whom a token belongs to, and now and then write down that it was used.

    What a page asks by itself, not *by_hand*, is no use: nobody need be there.
    What tells nothing about anybody may go on *while_idle*.
    """
    recognized = queries.recognize(token, now, while_idle=while_idle)
    if recognized is None:
        return None
    if recognized.is_use_due and by_hand:
        _note_use(sign_in_id=recognized.sign_in_id, now=now)
    return recognized.actor


@use_case
def send_code(*, phone: str, now: datetime) -> SentCode:
    """Send a sign-in code to a phone, registered or not.

    :raises InvalidPhoneError: if it is not a phone number.
    :raises NotAMobileError: if it is a landline, or looks like one without its country.
    :raises TooManyCodesError: if the phone got too many codes lately.
    :raises CodesUsedUpError: if the service has sent what it sends in an hour.
    """
    number = normalize_phone(phone)
    if not takes_texts(number):
        raise NotAMobileError
    sent = operations.issue_code(phone=number, issued_by=None, now=now)
    record(
        CodeSent(
            phone=sent.phone,
            phone_ending=sent.phone_ending,
            code=sent.code,
            expires_at=sent.expires_at,
        )
    )
    return sent


@use_case
def issue_sign_in_code(*, actor: Actor, participant_id: UUID, now: datetime) -> SentCode:
    """Make a code that staff tell a participant who stands before them.

    :raises NotAllowedError: if the actor may not manage participants there.
    :raises PhoneMissingError: if the participant has no phone to sign in with.
    """
    participant = participant_queries.get_participant(participant_id)
    node = network.get_node(participant.home_node_id)
    authorize(actor, Verb.MANAGE_PARTICIPANT, node.path)
    phone = participant_queries.get_identity(participant_id).phone
    if not phone:
        raise PhoneMissingError
    # The service itself gives codes too, but has no id of its own.
    issued_by = actor.staff_id if isinstance(actor, StaffActor) else StaffId(UUID(int=0))
    sent = operations.issue_code(phone=phone, issued_by=issued_by, now=now)
    access.audit(
        actor=actor,
        action="participant.code-issued",
        node_id=node.id,
        subject=f"participant:{participant.id.hex}",
        details={},
        now=now,
    )
    return sent


def sign_in_participant(
    *,
    phone: str,
    code: str,
    name: str | None = None,
    home_node_id: NodeId | None = None,
    agreed: bool = False,
    birth_year: int | None = None,
    now: datetime,
) -> SignedIn:
    """Sign a participant in by a code; an unknown phone is registered on the way.

    The code stays good when only the name, the node or the agreement is
    missing, so that the same code can be sent again with them.

    :raises InvalidPhoneError: if it is not a phone number.
    :raises WrongCodeError: if the code is wrong; the try is counted.
    :raises CodeExpiredError: if no code of this phone counts any more.
    :raises NameRequiredError: if the phone is unknown and no name is given.
    :raises HomeNodeRequiredError: if the phone is unknown and no node is given.
    :raises ConsentRequiredError: if the phone is unknown and nothing is agreed to.
    """
    outcome = _sign_in_participant(
        phone=normalize_phone(phone),
        code=code,
        name=(name or "").strip(),
        home_node_id=home_node_id,
        agreed=agreed,
        birth_year=birth_year,
        now=now,
    )
    if isinstance(outcome, RewardsError):
        raise outcome
    return outcome


def sign_in_staff(*, name: str, password: str, totp: str | None = None, now: datetime) -> SignedIn:
    """Sign a staff member in by password, and by one-time code if the account has that.

    :raises WrongCredentialsError: if anything is wrong; the try is counted.
    :raises TotpRequiredError: if only the one-time code is missing.
    :raises SignInDelayedError: if the account must wait after its failures.
    """
    credentials = _find_credentials(name)
    if credentials is None:
        rules.is_password(password, rules.absent_password_hash())
        raise WrongCredentialsError
    rules.check_delay(credentials.failures, credentials.failed_at, now=now)
    outcome = _sign_in_staff(
        credentials=credentials,
        is_password_right=rules.is_password(password, credentials.password_hash),
        totp=totp or "",
        now=now,
    )
    if isinstance(outcome, RewardsError):
        raise outcome
    return outcome


@use_case
def sign_out(*, sign_in_id: SignInId, now: datetime) -> None:
    """End the sign-in that the request came with."""
    operations.end_sign_in(sign_in_id=sign_in_id, now=now)


@use_case
def end_sign_in(*, actor: ParticipantActor | StaffActor, sign_in_id: UUID, now: datetime) -> None:
    """End one of the actor's own sign-ins, on whatever device it is.

    :raises SignInNotFoundError: if the actor has no such sign-in.
    """
    if isinstance(actor, ParticipantActor):
        own = queries.list_participant_sign_ins(actor.participant_id, now=now)
    else:
        own = queries.list_staff_sign_ins(actor.staff_id, now=now)
    if all(sign_in.id != sign_in_id for sign_in in own):
        raise SignInNotFoundError
    operations.end_sign_in(sign_in_id=sign_in_id, now=now)


@use_case
def _note_use(*, sign_in_id: SignInId, now: datetime) -> None:
    operations.note_use(sign_in_id=sign_in_id, now=now)


@use_case
def _sign_in_participant(
    *,
    phone: str,
    code: str,
    name: str,
    home_node_id: NodeId | None,
    agreed: bool,
    birth_year: int | None,
    now: datetime,
) -> SignedIn | RewardsError:
    refusal = operations.use_code(phone=phone, code=code, now=now)
    if refusal is not None:
        return refusal
    participant = participant_queries.find_by_phone(phone)
    is_new = participant is None
    if participant is None:
        node_id = _check_registration(name=name, home_node_id=home_node_id, agreed=agreed)
        participant = _register(phone, name, node_id, birth_year, now)
    return operations.open_participant_sign_in(
        participant_id=participant.id, channel=SignInChannel.BROWSER, is_new=is_new, now=now
    )


def _check_registration(*, name: str, home_node_id: NodeId | None, agreed: bool) -> NodeId:
    if not name:
        raise NameRequiredError
    if not agreed:
        raise ConsentRequiredError
    if home_node_id is None:
        raise HomeNodeRequiredError
    return network.get_open_node(home_node_id).id


def _register(
    phone: str, name: str, node_id: NodeId, birth_year: int | None, now: datetime
) -> Participant:
    try:
        return participants.register(
            name=name,
            phone=phone,
            home_node_id=node_id,
            birth_year=birth_year,
            channel=ConsentChannel.SELF,
            recorded_by=None,
            now=now,
        )
    except PhoneTakenError:
        # Staff registered this phone at the same moment; nothing was written here.
        participant = participant_queries.find_by_phone(phone)
        if participant is None:
            raise
        return participant


def _find_credentials(name: str) -> Credentials | None:
    try:
        return queries.find_credentials(rules.normalize_staff_name(name))
    except InvalidStaffNameError:
        return None


@use_case
def _sign_in_staff(
    *, credentials: Credentials, is_password_right: bool, totp: str, now: datetime
) -> SignedIn | RewardsError:
    refusal = operations.judge_sign_in(
        credentials=credentials, is_password_right=is_password_right, totp=totp, now=now
    )
    if refusal is not None:
        return refusal
    return operations.open_staff_sign_in(
        staff_id=credentials.staff_id, channel=SignInChannel.BROWSER, now=now
    )
