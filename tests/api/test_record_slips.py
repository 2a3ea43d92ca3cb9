"""Record slips: issuing, checking by anybody, printing, voiding."""

import pytest

from rewards.ledger.types import Reason
from rewards.participants import queries as participants
from rewards.web import slips
from tests.factories.statements import add_minutes, close

PERIOD = {"from": "2026-11-01", "to": "2026-11-21"}


@pytest.fixture
def wang(world, now):
    add_minutes(world.wang, world.station, 120, day=now.date(), now=now)
    add_minutes(world.wang, world.station, 30, day=now.date(), now=now, reason=Reason.BACKFILL)
    return world.wang


@pytest.fixture
def issue(api, wang):
    """Return a function that issues a slip and returns its answer."""

    def issue(token, body=PERIOD, **options):
        return api.post(f"/participants/{wang.id}/record-slips", token, body, **options)

    return issue


def test_staff_issue_a_slip_and_anybody_can_check_it(api, client, world, issue):
    slip = issue(world.admin)

    assert slip.status_code == 201
    assert (slip.json["minutes"], slip.json["backfilled"], slip.json["services"]) == (120, 30, 2)
    check = client.get(slip.headers["Location"]).json
    assert check["number"] == slip.json["number"]
    assert (check["status"], check["minutes"], check["has_changed"]) == ("issued", 120, False)


def test_a_check_says_what_is_on_the_list_and_nothing_of_the_person(api, world, wang, issue):
    number = issue(world.admin).json["number"]

    answer = api.get(f"/record-slips/{number}")

    assert answer.json.keys() == {
        "number",
        "from",
        "to",
        "minutes",
        "backfilled",
        "services",
        "issuer",
        "is_certificate",
        "issued_at",
        "status",
        "voided_at",
        "has_changed",
    }
    person = participants.get_participant(wang.id)
    for secret in (person.number, person.masked_name, str(wang.id), "王建英"):
        assert secret not in answer.text


def test_people_issue_their_own_and_nobody_elses(api, world, wang, issue, refused):
    assert issue(world.person).json["is_certificate"] is False
    refused(issue(world.person_far), 404, "participant-not-found")
    refused(issue(world.clerk), 403, "not-allowed")


def test_the_same_key_is_one_slip_and_another_key_another(world, issue):
    first = issue(world.admin, headers={"Idempotency-Key": "a"})
    again = issue(world.admin, headers={"Idempotency-Key": "a"})
    other = issue(world.admin, headers={"Idempotency-Key": "b"})

    assert again.json == first.json
    assert again.headers["Idempotency-Hit"] == "true"
    assert other.json["number"] != first.json["number"]


def test_a_slip_is_printed_for_its_owner_and_for_staff(api, world, issue, refused):
    path = f"/record-slips/{issue(world.admin).json['number']}.pdf"

    for token in (world.person, world.clerk):
        answer = api.get(path, token)
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    refused(api.get(path), 401, "not-signed-in")
    refused(api.get(path, world.person_far), 404, "record-slip-not-found")
    refused(api.get(path, world.far_admin), 404, "record-slip-not-found")


def test_a_void_slip_says_so_and_is_not_voided_twice(api, world, issue, refused):
    number = issue(world.admin).json["number"]
    path = f"/record-slips/{number}/void"

    refused(api.post(path, world.clerk, {"reason": "mistake"}), 403, "not-allowed")
    refused(api.post(path, world.person, {"reason": "mistake"}), 403, "staff-only")
    refused(api.post(path, world.admin, {"reason": "whim"}), 422, "invalid-request")
    voided = api.post(path, world.admin, {"reason": "mistake"})

    assert (voided.status_code, voided.json["void_reason"]) == (200, "mistake")
    assert api.get(f"/record-slips/{number}").json["status"] == "void"
    refused(api.post(path, world.admin, {"reason": "mistake"}), 409, "record-slip-void")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"from": "2026-11-01", "to": "2026-11-22"}, 422, "period-not-over"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, 422, "period-order"),
        ({"from": "2026-01-01", "to": "2026-10-31"}, 409, "no-service-minutes"),
        ({"from": "2026-01-01"}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_recorded_is_refused(world, issue, refused, body, status, code):
    refused(issue(world.admin, body), status, code)


def test_of_a_closed_account_none_is_issued_and_old_ones_can_be_checked(
    api, world, wang, issue, now, refused
):
    number = issue(world.admin).json["number"]
    close(wang, now)

    refused(issue(world.admin), 410, "participant-closed")
    refused(api.get(f"/record-slips/{number}.pdf", world.admin), 410, "participant-closed")
    assert api.get(f"/record-slips/{number}").json["minutes"] == 120


def test_who_tries_numbers_out_has_to_wait_even_for_a_right_one(api, clock, world, issue, refused):
    number = issue(world.admin).json["number"]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    for _ in range(slips.MISSES_MAX):
        refused(api.get(f"/record-slips/{wrong}"), 404, "record-slip-not-found")

    problem = refused(api.get(f"/record-slips/{number}"), 429, "too-many-slip-checks")
    elsewhere = api.get(f"/record-slips/{number}", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    clock.shift(slips.MISSES_SPAN)

    assert problem["retry_after_seconds"] == slips.MISSES_SPAN.total_seconds()
    assert elsewhere.status_code == 200
    assert api.get(f"/record-slips/{number}").status_code == 200


def test_checking_right_numbers_is_never_held_back(api, world, issue):
    number = issue(world.admin).json["number"]

    answers = {api.get(f"/record-slips/{number}").status_code for _ in range(2 * slips.MISSES_MAX)}

    assert answers == {200}
