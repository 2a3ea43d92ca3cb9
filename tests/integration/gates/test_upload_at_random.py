"""Two tablets, a line that loses answers, uploads repeated and cut: what comes of it is exact."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.checkins.models import CheckInRow
from rewards.core.db import db
from rewards.gates import service
from rewards.gates.models import OfflineScanRow
from rewards.gates.types import ScanState
from rewards.ledger import queries as ledger
from tests.factories.gates import build_scan, send
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

PEOPLE = 12
SCANS = 20
SECOND = timedelta(seconds=1)


class Tablet:
    """What the script of a gate does: it sends the oldest first and forgets what was answered."""

    def __init__(self, device):
        self.device = device
        self.kept = []
        self.sent = []
        self.answers = {}

    def scan(self, number, at):
        sequence = len(self.kept) + len(self.sent) + 1
        self.kept.append(build_scan(number, sequence=sequence, at=at))

    def upload(self, staff, chance, now):
        part = self.kept[: chance.randint(1, 6)]
        # A twin of an earlier request may come late, and among the others.
        late = chance.sample(self.sent, min(len(self.sent), chance.randint(0, 3)))
        for outcome in send(staff, self.device, *part, *late, now=now):
            told = (outcome.state, outcome.reason, outcome.scan.id)
            assert self.answers.setdefault(outcome.sequence, told) == told
        if chance.random() < 0.6:
            self.sent += part
            self.kept = self.kept[len(part) :]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("seed", [1, 2])
def test_every_scan_comes_in_once_whatever_the_line_does(app, now, seed):
    chance = random.Random(seed)
    station = build_station()
    staff = build_staff_actor(station)
    occasion = build_occasion(station, now=now)
    people = [build_participant(station, now=now, name=f"王{n}") for n in range(PEOPLE)]
    tablets = [
        Tablet(service.open_device(actor=staff, occasion_id=occasion.id, now=now)) for _ in range(2)
    ]
    numbers = [each.number for each in people] + ["87654321"]
    for at in range(SCANS):
        for tablet in tablets:
            tablet.scan(chance.choice(numbers) if at else numbers[at], at)
    for number in numbers:
        tablets[0].scan(number, SCANS)

    later = now + SCANS * SECOND
    while any(tablet.kept for tablet in tablets):
        later += SECOND
        chance.choice([each for each in tablets if each.kept]).upload(staff, chance, later)

    answers = [told for tablet in tablets for told in tablet.answers.values()]
    done = [told for told in answers if told[0] is ScanState.DONE]
    assert len(done) == PEOPLE
    assert {told[1] for told in answers} == {"", "participant-not-found"}
    assert count(OfflineScanRow) == len(answers) == 2 * SCANS + PEOPLE + 1
    assert count(CheckInRow) == PEOPLE
    assert {ledger.get_balance(each.id).balance for each in people} == {5}


def count(row):
    return db.session.scalar(sa.select(sa.func.count()).select_from(row))
