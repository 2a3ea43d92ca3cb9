"""Many at the same moment. What happens without the guards is in test_races_unguarded.py."""

from collections import Counter

from rewards.redemptions import service as redemptions
from rewards.stockroom import queries, service
from rewards.stockroom.errors import StocktakeOpenError, TransferClosedError
from rewards.stockroom.types import Change, SheetRow, Stocktake, Transfer
from tests.factories.redemptions import Shop, add_participant, reserve
from tests.factories.stockroom import ask, find_faults, level, open_shelf, open_two

RACERS = 8


def add_open_redemption(shelf, now, *, quantity=1):
    station = type("Node", (), {"id": shelf.space.node_id, "path": shelf.space.node_path})
    shop = Shop(station=station, space=shelf.space, reward=shelf.towel, clerk=shelf.clerk)
    person = add_participant(station, now, points=500)
    return reserve(shop, person, now, quantity=quantity)


def approve_at_once(race, shelf, now):
    change = ask(shelf, now, quantity=-1)
    deciders = (shelf.admin, shelf.institute)
    return race(
        RACERS,
        lambda number: service.decide(
            actor=deciders[number % 2], change_id=change.id, approve=True, now=now
        ),
    )


def test_a_change_that_many_approve_is_applied_once(app, race, now):
    shelf = open_shelf(now)

    outcomes = approve_at_once(race, shelf, now)

    assert Counter(map(type, outcomes)) == {Change: RACERS}
    assert level(shelf.towel) == (9, 0)
    assert find_faults(now) == ()


def test_a_transfer_is_received_or_taken_back_once(app, race, now):
    here, there = open_two(now)
    transfer = service.send(
        actor=here.admin,
        from_space_id=here.space.id,
        to_space_id=there.space.id,
        pieces={here.towel.id: 4},
        now=now,
    )

    def end(number):
        if number % 2:
            return service.take_back(actor=here.admin, transfer_id=transfer.id, now=now)
        return service.receive(
            actor=there.clerk, transfer_id=transfer.id, counted={here.towel.id: 4}, now=now
        )

    outcomes = race(RACERS, end)

    assert Counter(map(type, outcomes)) == {Transfer: 1, TransferClosedError: RACERS - 1}
    assert level(here.towel)[0] + level(there.towel)[0] == 13
    assert find_faults(now) == ()


def test_one_stocktake_is_begun(app, race, now):
    shelf = open_shelf(now)

    outcomes = race(
        RACERS,
        lambda _number: service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now),
    )

    assert Counter(map(type, outcomes)) == {Stocktake: 1, StocktakeOpenError: RACERS - 1}


def test_a_stocktake_begins_or_a_change_is_asked_for_and_never_both(app, race, now):
    shelf = open_shelf(now)

    def begin(number):
        if number % 2:
            return ask(shelf, now)
        return service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now)

    outcomes = Counter(map(type, race(RACERS, begin)))

    assert (outcomes[Change] > 0) is not (outcomes[Stocktake] > 0)


def test_the_level_of_a_count_is_that_between_two_hand_overs(app, race, now):
    shelf = open_shelf(now)
    open_ones = [add_open_redemption(shelf, now) for _ in range(4)]
    taken = service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now)

    def work(number):
        if number < len(open_ones):
            redemption = open_ones[number]
            return redemptions.fulfil(
                actor=shelf.clerk, redemption_id=redemption.id, code=redemption.code, now=now
            )
        return service.count(
            actor=shelf.clerk,
            stocktake_id=taken.id,
            reward_id=shelf.towel.id,
            counted=10,
            now=now,
        )

    race(RACERS, work)

    # Each count stands in the history of the shelf where its level says.
    (item,) = queries.get_stocktake(taken.id).items
    assert len(item.counts) == RACERS - len(open_ones)
    levels = [count.on_hand for count in item.counts]
    assert levels == sorted(levels, reverse=True)
    assert set(levels) <= set(range(6, 11))
    assert level(shelf.towel) == (6, 0)


def test_the_same_sheet_sent_at_once_is_taken_in_once(app, race, now):
    shelf = open_shelf(now)
    rows = [SheetRow(line=2, name="毛巾", quantity="5")]
    sheet = service.try_sheet(actor=shelf.admin, space_id=shelf.space.id, rows=rows, now=now)

    race(
        RACERS,
        lambda _number: service.take_in(
            actor=shelf.admin, space_id=shelf.space.id, rows=rows, digest=sheet.digest, now=now
        ),
    )

    assert level(shelf.towel) == (15, 0)
    assert find_faults(now) == ()
