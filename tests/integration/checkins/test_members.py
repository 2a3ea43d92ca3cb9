"""Staff check people in by what they carry: a printed card, a code on the phone, a number."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from rewards.access.types import SystemActor
from rewards.checkins import operations, queries, rules, service
from rewards.checkins.errors import (
    CheckInNotOpenError,
    CodeExpiredError,
    InvalidCodeError,
    MemberCodeUsedError,
)
from rewards.checkins.types import CheckInChannel, CodeKind
from rewards.identity import service as identity
from rewards.participants.errors import CardRevokedError, ParticipantNotFoundError
from rewards.participants.types import CardEnd
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

SYSTEM = SystemActor()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def staff(station):
    return build_staff_actor(station)


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def card(person, now):
    return identity.issue_card(actor=SYSTEM, participant_id=person.id, now=now)


def come(occasion, staff, text, *, now):
    return service.check_in_by_staff(actor=staff, occasion_id=occasion.id, card=text, now=now)


def read_channel(occasion):
    [line] = queries.list_attendance(occasion.id)
    return line.channel


def test_a_card_checks_its_owner_in_once(occasion, staff, person, card, now):
    link = f"HTTPS://REWARDS.EXAMPLE/C/{queries.get_card_code(card)}"

    receipt = come(occasion, staff, link, now=now)
    again = come(occasion, staff, link.lower(), now=now + MINUTE)

    assert (receipt.participant_id, receipt.is_new) == (person.id, True)
    assert (again.check_in_id, again.is_new) == (receipt.check_in_id, False)
    assert read_channel(occasion) is CheckInChannel.CARD


def test_a_revoked_card_is_refused_in_the_same_second(occasion, staff, person, card, now):
    code = queries.get_card_code(card)
    identity.revoke_card(
        actor=SYSTEM, participant_id=person.id, card_id=card.id, reason=CardEnd.LOST, now=now
    )

    with pytest.raises(CardRevokedError):
        come(occasion, staff, code, now=now)
    with pytest.raises(CardRevokedError):
        queries.find_member(code, now=now)
    [refused] = queries.list_refused(occasion_ids=[occasion.id], since=now - MINUTE)
    assert refused.reason == "card-revoked"


@pytest.mark.parametrize("kind", [CodeKind.CARD, CodeKind.MEMBER, CodeKind.POSTER])
def test_a_code_made_with_another_key_is_none_of_ours(occasion, staff, card, now, kind):
    forged = rules.build_printed_code(kind, label=card.label, key=b"\0" * 32)

    with pytest.raises(InvalidCodeError):
        come(occasion, staff, forged, now=now)


@pytest.mark.parametrize("spell", [str, "{0[0]}{0[1]}{0[2]}{0[3]} {0[4]}{0[5]}{0[6]}{0[7]}".format])
def test_a_number_that_is_read_aloud_is_the_word_of_staff(occasion, staff, person, now, spell):
    come(occasion, staff, spell(person.number), now=now)

    assert read_channel(occasion) is CheckInChannel.STAFF


def test_a_keyboard_that_writes_wide_digits_finds_the_number_too(person, now):
    wide = person.number.translate({ord("0") + each: 0xFF10 + each for each in range(10)})

    assert queries.find_member(wide, now=now) == person


def test_the_code_on_the_phone_says_that_it_was_that(occasion, staff, person, now):
    come(occasion, staff, queries.get_member_code(person, now=now), now=now)

    assert read_channel(occasion) is CheckInChannel.MEMBER_CODE


def test_a_card_of_another_center_means_nobody_here(occasion, staff, now):
    stranger = build_participant(build_station(), name="刘洋", now=now)
    card = identity.issue_card(actor=SYSTEM, participant_id=stranger.id, now=now)

    with pytest.raises(ParticipantNotFoundError):
        come(occasion, staff, queries.get_card_code(card), now=now)


def test_a_code_is_good_for_its_half_minute_and_the_next(person, now):
    start = now.replace(second=0, microsecond=0)
    code = queries.get_member_code(person, now=start)

    assert queries.find_member(code, now=start + timedelta(seconds=59)) == person
    with pytest.raises(CodeExpiredError):
        queries.find_member(code, now=start + timedelta(seconds=60))
    with pytest.raises(InvalidCodeError):
        queries.find_member(code, now=start - timedelta(seconds=1))


def test_the_same_desk_hears_already_and_another_occasion_that_it_was_used(
    occasion, station, staff, person, now
):
    code = queries.get_member_code(person, now=now)
    other = build_occasion(station, now=now)
    first = come(occasion, staff, code, now=now)

    again = come(occasion, staff, code, now=now + timedelta(seconds=5))
    with pytest.raises(MemberCodeUsedError) as refused:
        come(other, staff, code, now=now + timedelta(seconds=9))

    assert (again.check_in_id, again.is_new) == (first.check_in_id, False)
    assert refused.value.members == {"used_at": now.isoformat()}
    newer = queries.get_member_code(person, now=now + timedelta(seconds=30))
    assert come(other, staff, newer, now=now + timedelta(seconds=30)).is_new


def test_a_code_that_was_refused_is_not_used_up(occasion, station, staff, person, now):
    later = build_occasion(station, now=now, starts_in=600)
    code = queries.get_member_code(person, now=now)
    with pytest.raises(CheckInNotOpenError):
        come(later, staff, code, now=now)

    assert come(occasion, staff, code, now=now).is_new


def test_a_card_and_a_number_are_never_used_up(station, staff, person, card, now):
    for text in (queries.get_card_code(card), person.number):
        for _ in range(2):
            assert come(build_occasion(station, now=now), staff, text, now=now).is_new


def _come_at_once(app, station, staff, person, now, desks=6):
    occasions = [build_occasion(station, now=now) for _ in range(desks)]
    code, barrier, ends = queries.get_member_code(person, now=now), Barrier(desks), []

    def run(occasion):
        with app.app_context():
            barrier.wait()
            try:
                ends.append(come(occasion, staff, code, now=now).is_new)
            except MemberCodeUsedError:
                ends.append(False)

    workers = [Thread(target=run, args=(each,)) for each in occasions]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return ends


def test_a_picture_sent_to_six_doors_opens_one(app, station, staff, person, now):
    ends = _come_at_once(app, station, staff, person, now)

    assert (len(ends), sum(ends)) == (6, 1)


def test_without_the_guard_it_would_open_them_all(app, station, staff, person, now, monkeypatch):
    """The control: what the guard is for."""
    monkeypatch.setattr(operations, "use_code", lambda *_args, **_details: None)

    ends = _come_at_once(app, station, staff, person, now)

    assert sum(ends) == 6


def test_which_codes_were_used_is_forgotten_after_two_days(occasion, staff, person, now):
    come(occasion, staff, queries.get_member_code(person, now=now), now=now)

    assert service.forget_uses(now=now + timedelta(days=2)) == 0
    assert service.forget_uses(now=now + timedelta(days=2, seconds=1)) == 1
