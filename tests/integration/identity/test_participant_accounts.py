import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import ParticipantActor
from rewards.identity import queries, service
from rewards.identity.errors import ConsentRequiredError, ParticipantsNotImportedError
from rewards.identity.service import ParticipantLine
from rewards.participants import queries as participants
from rewards.participants.errors import PhoneTakenError
from rewards.participants.types import BoardDisplay, ConsentChannel
from tests.factories.people import SYSTEM, make_branch, make_participant, make_staff

PHONE = "13812341234"


@pytest.fixture
def branch(app, now):
    return make_branch(now)


@pytest.fixture
def admin(branch, now):
    return make_staff("zhengtao", now, ("station_admin", branch[2]))


def register(actor, node, now, **changes):
    values = {"name": "王建英", "phone": PHONE, "agreed": True}
    return service.register_participant(
        actor=actor, node_id=node.id, now=now, **{**values, **changes}
    )


def test_staff_register_at_their_own_nodes_alone(branch, admin, now):
    participant = register(admin, branch[2], now)

    assert participant.home_node_id == branch[2].id
    assert {consent.channel for consent in participants.list_consents(participant.id)} == {
        ConsentChannel.STAFF
    }
    with pytest.raises(NotAllowedError):
        register(admin, branch[1], now, phone=None)
    with pytest.raises(NotAllowedError):
        register(ParticipantActor(participant_id=participant.id), branch[2], now, phone=None)


def test_nobody_is_registered_without_agreement(branch, admin, now):
    with pytest.raises(ConsentRequiredError):
        register(admin, branch[2], now, agreed=False)


def test_a_phone_that_is_taken_is_a_clear_conflict(branch, admin, now):
    register(admin, branch[2], now)

    with pytest.raises(PhoneTakenError):
        register(admin, branch[2], now, name="李远航")


def test_participants_change_their_own_name_and_display_alone(branch, now):
    mine = make_participant(branch[2], now)
    other = make_participant(branch[2], now, name="李远航")
    me = ParticipantActor(participant_id=mine.id)

    service.update_participant(actor=me, participant_id=mine.id, name="王建华", now=now)
    service.set_board_display(
        actor=me, participant_id=mine.id, display=BoardDisplay.MASKED, now=now
    )

    assert participants.get_participant(mine.id).board_display is BoardDisplay.MASKED
    assert participants.get_identity(mine.id).name == "王建华"
    for forbidden in ({"phone": PHONE}, {"birth_year": 1990}, {"home_node_id": branch[0].id}):
        with pytest.raises(NotAllowedError):
            service.update_participant(actor=me, participant_id=mine.id, now=now, **forbidden)
    with pytest.raises(NotAllowedError):
        service.update_participant(actor=me, participant_id=other.id, name="坏", now=now)
    with pytest.raises(NotAllowedError):
        service.close_participant(actor=me, participant_id=other.id, now=now)


def test_staff_move_nobody_to_a_node_that_is_not_theirs(branch, admin, now):
    participant = register(admin, branch[2], now)

    with pytest.raises(NotAllowedError):
        service.update_participant(
            actor=admin, participant_id=participant.id, home_node_id=branch[1].id, now=now
        )


def test_a_new_phone_signs_out_whoever_holds_the_old_one(branch, admin, now):
    participant = register(admin, branch[2], now)
    token = service.issue_token(actor=SYSTEM, participant_id=participant.id, label="app", now=now)

    service.update_participant(
        actor=admin, participant_id=participant.id, phone="13912345678", now=now
    )

    assert queries.find_actor(token, now) is None


def line(number, name, phone="", node="测试区社区站", birth_year="", member=""):
    return ParticipantLine(
        line=number, name=name, phone=phone, node=node, birth_year=birth_year, number=member
    )


GOOD = [
    line(2, "王建英", PHONE, birth_year="1960"),
    line(3, "李远航", "139 1234 5678", "测试区中心/测试区街道所/测试区社区站", member="12345678"),
    line(4, "欧阳雪英"),
]
BAD = [
    line(5, "王\u202e英"),
    line(6, "赵敏", "12"),
    line(7, "赵敏", node="没有的站"),
    line(8, "赵敏", birth_year="小"),
    line(9, "赵敏", birth_year="99999"),
    line(10, "赵敏", member="12"),
    line(11, "赵敏", f"+86{PHONE}"),
    line(12, "赵敏", member="12345678"),
    line(13, ""),
]


def test_participants_are_imported(branch, now):
    done = []

    report = service.import_participants(actor=SYSTEM, rows=GOOD, now=now, on_progress=done.append)

    assert report.added == 3
    assert done == [1, 2, 3]
    assert participants.find_by_phone(f"+86{PHONE}").masked_name == "王*英"
    assert participants.find_by_number("12345678").masked_name == "李*航"


def test_each_bad_row_is_named_and_nobody_is_imported(branch, now):
    with pytest.raises(ParticipantsNotImportedError) as refused:
        service.import_participants(actor=SYSTEM, rows=GOOD + BAD, now=now)

    assert [(number, code) for number, code, _ in refused.value.members["faults"]] == [
        (5, "invalid-name"),
        (6, "invalid-phone"),
        (7, "node-not-found"),
        (8, "invalid-birth-year"),
        (9, "invalid-birth-year"),
        (10, "invalid-number"),
        (11, "phone-taken"),
        (12, "number-taken"),
        (13, "invalid-name"),
    ]
    assert participants.page_participants(node_path="").items == ()


def test_bad_rows_are_left_out_on_request(branch, now):
    report = service.import_participants(actor=SYSTEM, rows=GOOD + BAD, skip_bad=True, now=now)

    assert (report.added, len(report.faults)) == (3, 9)
    assert len(participants.page_participants(node_path="").items) == 3
