import secrets
from dataclasses import replace

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.secrecy import Vault, vault
from rewards.core.unit import use_case
from rewards.participants import operations, queries
from rewards.participants.errors import (
    NumberTakenError,
    ParticipantClosedError,
    ParticipantNotFoundError,
    PhoneTakenError,
    SearchTooShortError,
)
from rewards.participants.models import ParticipantRow
from rewards.participants.types import BoardDisplay, ConsentChannel, ConsentKind
from tests.factories.people import make_branch, make_participant

PHONE = "13812341234"


def test_name_and_phone_are_stored_encrypted_only(app, now):
    *_, station = make_branch(now)
    participant = make_participant(station, now, phone=PHONE)

    row = db.session.execute(sa.select(*ParticipantRow.__table__.columns)).one()

    stored = " ".join(str(value) for value in row)
    assert "王建英" not in stored
    assert PHONE not in stored
    assert vault().decrypt(row.name_sealed) == "王建英"
    assert queries.get_identity(participant.id).phone == "+8613812341234"


def test_names_masked_after_an_older_rule_are_masked_anew(app, now):
    *_, station = make_branch(now)
    wrong = make_participant(station, now, name="王英")
    other = make_participant(station, now, name="李建强")
    stored = sa.update(ParticipantRow).where(ParticipantRow.id == wrong.id)
    db.session.execute(stored.values(masked_name="王*英"))
    db.session.commit()

    told = app.test_cli_runner().invoke(args=["participants", "remask"])

    assert told.output == "Names masked anew: 1.\n"
    assert queries.get_participant(wrong.id).masked_name == "王*"
    assert queries.get_participant(other.id).masked_name == "李*强"


def test_a_read_model_shows_no_full_name_and_no_phone(app, now):
    *_, station = make_branch(now)
    participant = make_participant(station, now, phone=PHONE)

    assert participant.masked_name == "王*英"
    assert participant.masked_phone == "138****1234"
    assert "王建英" not in repr(participant)
    assert PHONE not in repr(participant)


def test_a_phone_has_one_participant_in_any_spelling(app, now):
    *_, station = make_branch(now)
    make_participant(station, now, phone=PHONE)

    with pytest.raises(PhoneTakenError):
        make_participant(station, now, phone="+86 138 1234 1234")


def test_a_number_has_one_participant(app, now):
    *_, station = make_branch(now)
    make_participant(station, now, number="12345678")

    with pytest.raises(NumberTakenError):
        make_participant(station, now, number="12345678")


def test_people_without_a_phone_are_registered_side_by_side(app, now):
    *_, station = make_branch(now)

    numbers = {make_participant(station, now).number for _ in range(3)}

    assert len(numbers) == 3
    assert all(len(number) == 8 for number in numbers)


def test_one_phone_at_the_same_moment_is_registered_once(app, now, race):
    *_, station = make_branch(now)

    outcomes = race(8, lambda _: make_participant(station, now, phone=PHONE))

    assert sum(isinstance(each, PhoneTakenError) for each in outcomes) == 7
    assert len(queries.page_participants(node_path="").items) == 1


def test_without_equal_look_up_values_the_same_race_registers_a_phone_eight_times(
    app, now, race, monkeypatch
):
    *_, station = make_branch(now)
    monkeypatch.setattr(Vault, "lookup", lambda _vault, _text: secrets.token_hex(32))

    outcomes = race(8, lambda _: make_participant(station, now, phone=PHONE))

    assert len({participant.id for participant in outcomes}) == 8


def test_consents_are_appended_never_changed(app, now):
    *_, station = make_branch(now)
    participant = make_participant(station, now)
    set_display = use_case(operations.set_board_display)

    for display in (BoardDisplay.MASKED, BoardDisplay.HIDDEN):
        set_display(
            participant_id=participant.id,
            display=display,
            channel=ConsentChannel.SELF,
            recorded_by=None,
            now=now,
        )

    choices = [
        consent.choice
        for consent in queries.list_consents(participant.id)
        if consent.kind is ConsentKind.PUBLIC_BOARD
    ]
    assert sorted(choices) == ["hidden", "hidden", "masked"]
    assert queries.get_participant(participant.id).board_display is BoardDisplay.HIDDEN


def test_a_new_participant_is_hidden_from_boards(app, now):
    *_, station = make_branch(now)

    assert make_participant(station, now).board_display is BoardDisplay.HIDDEN


def test_a_minor_is_never_called_by_name(app, now):
    *_, station = make_branch(now)
    participant = make_participant(station, now, name="陈一一", birth_year=2020)

    assert participant.is_minor
    assert participant.masked_name == f"小志愿者{participant.number[-2:]}"


def test_an_update_changes_what_is_given_and_leaves_the_rest(app, now):
    *_, station = make_branch(now)
    participant = make_participant(station, now, phone=PHONE)
    update = use_case(operations.update)

    renamed = update(participant_id=participant.id, name="欧阳雪英", now=now)
    assert renamed == replace(participant, masked_name="欧**英")

    update(participant_id=participant.id, phone="", now=now)
    assert queries.find_by_phone("+8613812341234") is None


def test_a_phone_of_somebody_else_is_not_taken_over(app, now):
    *_, station = make_branch(now)
    make_participant(station, now, phone=PHONE)
    other = make_participant(station, now, name="李远航")

    with pytest.raises(PhoneTakenError):
        use_case(operations.update)(participant_id=other.id, phone=PHONE, now=now)


def close(participant, now):
    use_case(operations.close)(
        participant_id=participant.id, channel=ConsentChannel.SELF, recorded_by=None, now=now
    )


def test_a_closed_account_forgets_whose_it_was(app, now):
    *_, station = make_branch(now)
    participant = make_participant(station, now, phone=PHONE, birth_year=1960)

    close(participant, now)

    identity = queries.get_identity(participant.id)
    assert (identity.name, identity.phone, identity.birth_year) == ("", "", None)
    assert queries.get_participant(participant.id).closed_at == now
    with pytest.raises(ParticipantClosedError):
        use_case(operations.update)(participant_id=participant.id, name="李远航", now=now)
    assert make_participant(station, now, phone=PHONE).id != participant.id


def test_somebody_is_found_by_number_phone_its_ending_or_name(app, now):
    center, _, station = make_branch(now)
    other_center, *_ = make_branch(now, name="别的区")
    sought = make_participant(station, now, phone=PHONE)
    make_participant(station, now, name="王建国", phone="13912345678")

    for text in (sought.number, PHONE, "138 1234 1234", "1234", "王建英", " 王建英 "):
        assert queries.search(node_path=center.path, text=text) == (sought,)
    assert len(queries.search(node_path=center.path, text="王建")) == 2
    for text in ("王建英英", "英建", "", "9999"):
        assert queries.search(node_path=center.path, text=text) == ()
    for text in ("王", "%", "wj", "w.j"):
        with pytest.raises(SearchTooShortError):
            queries.search(node_path=center.path, text=text)
    assert queries.search(node_path=other_center.path, text=PHONE) == ()
    for text in ("\0", "1\0", "王\0"):
        assert queries.search(node_path=center.path, text=text) == ()


def test_participants_of_a_branch_come_in_pages(app, now):
    center, _, station = make_branch(now)
    other, *_ = make_branch(now, name="别的区")
    people = {make_participant(station, now).id for _ in range(3)}
    make_participant(other, now)

    first = queries.page_participants(node_path=center.path, limit=2)
    second = queries.page_participants(node_path=center.path, limit=2, cursor=first.next)

    assert second.next is None
    assert {each.id for each in first.items + second.items} == people
    assert set(queries.list_participants(people)) == people


def test_an_unknown_participant_is_not_found(app, now):
    center, *_ = make_branch(now)

    with pytest.raises(ParticipantNotFoundError):
        queries.get_participant(center.id)
    with pytest.raises(ParticipantNotFoundError):
        queries.get_identity(center.id)
