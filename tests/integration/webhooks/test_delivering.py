"""Messages arrive at least once, signed, and whoever cannot be reached is left in peace."""

import ssl
import subprocess
import threading
import time
from datetime import timedelta

import pytest
import requests
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.core import clock, secrecy
from rewards.core.db import db
from rewards.web import hooks
from rewards.web.hooks import delivering, guard
from rewards.webhooks import queries, rules, service, store
from rewards.webhooks.models import DeliveryRow, MessageRow, SubscriptionRow
from rewards.webhooks.operations import replaying, sending, standing
from rewards.webhooks.types import DeliveryState, Fault, StopReason, SubscriptionState
from tests.engines.receiver import (
    ask_to_wait,
    drip,
    hang_up,
    is_signed,
    redirect_to,
    run_receiver,
)
from tests.factories.webhooks import SYSTEM, subscribe

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
# What is between the worker and a receiver is the same whatever the database.
one_database = pytest.mark.databases("sqlite")


def send_test(subscription):
    return service.send_test(actor=SYSTEM, subscription_id=subscription.id, now=clock.now())


def deliver():
    return hooks.deliver_due(now=clock.now())


def read(delivery):
    db.session.rollback()
    return queries.get_delivery(delivery.subscription_id, delivery.id)


def refresh(subscription):
    db.session.rollback()
    return queries.get_subscription(subscription.id)


@pytest.fixture
def to(subscribed):
    return subscribed.subscription


def test_a_message_arrives_signed_and_once(receiver, subscribed, to):
    delivery = send_test(to)

    assert deliver() == 1
    assert deliver() == 0

    (message,) = receiver.received
    assert message.id == str(delivery.message_id)
    assert message.timestamp == int(clock.now().timestamp())
    assert is_signed(message, subscribed.secret)
    assert message.told["type"] == "webhook.test"
    assert message.headers["Content-Type"] == "application/json"
    found = read(delivery)
    assert (found.state, found.status, found.attempts) == (DeliveryState.DELIVERED, 204, 1)
    assert refresh(to).delivered_at == clock.now()


@one_database
def test_a_forged_message_bears_no_good_signature(receiver, subscribed, to):
    send_test(to)
    deliver()

    (message,) = receiver.received

    assert not is_signed(message, rules.new_secret())


@one_database
def test_while_a_secret_is_replaced_old_and_new_are_good_for_a_day(receiver, subscribed, to, clock):
    made = service.rotate_secret(
        actor=SYSTEM, subscription_id=to.id, now=subscribed.subscription.created_at
    )
    old_until = made.subscription.old_secret_until
    for _ in range(2):
        send_test(to)
        deliver()
        clock.move_to(old_until)

    during, after = receiver.received
    assert is_signed(during, made.secret)
    assert is_signed(during, subscribed.secret)
    assert is_signed(after, made.secret)
    assert not is_signed(after, subscribed.secret)


def test_a_receiver_that_fails_gets_the_same_message_again_later(receiver, to, clock):
    receiver.answers = [500]
    delivery = send_test(to)
    deliver()

    failed = read(delivery)
    assert (failed.state, failed.fault, failed.status) == (
        DeliveryState.WAITING,
        Fault.REFUSED,
        500,
    )
    clock.move_to(failed.next_at - SECOND)
    assert deliver() == 0
    clock.move_to(failed.next_at)
    assert deliver() == 1

    first, second = receiver.received
    assert first.id == second.id
    assert first.body == second.body
    assert second.timestamp > first.timestamp
    assert refresh(to).failures == 0


@one_database
def test_what_never_arrives_has_failed_after_ten_attempts_in_three_days(receiver, to, clock):
    receiver.answer = 500
    delivery = send_test(to)
    began = read(delivery).next_at

    while read(delivery).state is DeliveryState.WAITING:
        found = read(delivery)
        clock.move_to(max(found.next_at, clock_of(to)))
        deliver()

    assert len(receiver.received) == 10
    assert len(set(receiver.ids())) == 1
    assert 2.4 * DAY < read(delivery).tried_at - began < 4 * DAY


def clock_of(subscription):
    """Return when a receiver is asked again."""
    row = db.session.get(SubscriptionRow, subscription.id)
    return row.retry_at or clock.now()


def test_whoever_fails_for_three_days_is_switched_off_and_keeps_what_waits(receiver, to, clock):
    receiver.answer = 500
    deliveries = [send_test(to) for _ in range(3)]
    since = clock_now()
    for _ in range(200):
        deliver()
        if refresh(to).state is SubscriptionState.DISABLED:
            break
        clock.shift(timedelta(hours=1))

    off = refresh(to)
    assert (off.state, off.stop_reason) == (SubscriptionState.DISABLED, StopReason.FAILING)
    assert off.stopped_at - since >= rules.GIVE_UP_AFTER
    assert queries.count_disabled(to.node_path) == 1
    came = len(receiver.received)
    clock.shift(DAY)
    assert deliver() == 0
    assert len(receiver.received) == came

    receiver.answer = 204
    service.change(actor=SYSTEM, subscription_id=to.id, is_active=True, now=clock_now())
    assert deliver() == 3
    assert {read(each).state for each in deliveries} == {DeliveryState.DELIVERED}


def clock_now():
    return clock.now()


@one_database
def test_another_address_gets_what_the_last_one_did_not_take(receiver, to, clock):
    receiver.answer = 500
    deliveries = [send_test(to) for _ in range(2)]
    while refresh(to).state is SubscriptionState.ACTIVE:
        deliver()
        clock.shift(timedelta(hours=1))
    assert DeliveryState.FAILED in {read(each).state for each in deliveries}

    with run_receiver() as elsewhere:
        changed = {"actor": SYSTEM, "subscription_id": to.id, "now": clock_now()}
        service.change(**changed, url=elsewhere.url)
        service.change(**changed, is_active=True)

        assert deliver() == 2
        assert sorted(elsewhere.ids()) == sorted(set(receiver.ids()))


@one_database
def test_a_receiver_that_wants_no_more_is_switched_off(receiver, to):
    receiver.answer = 410
    for _ in range(3):
        send_test(to)

    deliver()

    # The others are kept: it has said that it takes none.
    assert len(receiver.received) == 1
    off = refresh(to)
    assert (off.state, off.stop_reason) == (SubscriptionState.DISABLED, StopReason.GONE)
    (record,) = list_audit("webhook.disabled")
    assert (record.principal, record.details) == ("system", {"reason": "gone"})


def list_audit(prefix):
    query = sa.select(AuditRecordRow).order_by(AuditRecordRow.id)
    return [row for row in db.session.scalars(query) if row.action.startswith(prefix)]


@one_database
def test_whatever_staff_do_is_audited_without_address_and_secret(receiver, subscribed, to):
    about = {"actor": SYSTEM, "subscription_id": to.id}
    delivery = send_test(to)
    service.change(**about, name="新名字", now=clock.now())
    service.rotate_secret(**about, now=clock.now())
    service.replay(**about, delivery_id=delivery.id, now=clock.now())
    service.end(**about, now=clock.now())

    records = list_audit("webhook.")

    assert [each.action.partition(".")[2] for each in records] == [
        *("subscribed", "tested", "changed", "secret-rotated", "replayed", "ended"),
    ]
    assert {each.subject for each in records} == {f"webhook:{to.id.hex}"}
    told = str([each.details for each in records])
    assert "whsec_" not in told
    assert receiver.url not in told


@one_database
def test_a_receiver_that_fails_is_asked_about_one_message_only(receiver, to, clock):
    receiver.answer = hang_up
    for _ in range(5):
        send_test(to)
    deliver()
    assert len(receiver.received) == 1

    clock.shift(timedelta(minutes=10))
    deliver()
    assert len(receiver.received) == 2

    receiver.answer = 204
    clock.shift(timedelta(minutes=10))
    assert deliver() == 5


@one_database
def test_one_message_that_is_refused_holds_no_other_up(receiver, to):
    receiver.answers = [400]
    for _ in range(4):
        send_test(to)

    assert deliver() == 3

    assert refresh(to).failures == 0


@one_database
def test_a_receiver_that_asks_for_time_gets_it(receiver, to, clock):
    receiver.answers = [ask_to_wait(3600)]
    for _ in range(3):
        send_test(to)

    assert deliver() == 0
    clock.shift(timedelta(minutes=59))
    assert deliver() == 0
    assert len(receiver.received) == 1
    clock.shift(timedelta(minutes=2))
    assert deliver() == 3


@one_database
@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_is_overrun_gets_nothing_more_for_now(receiver, to, status):
    receiver.answers = [status]
    for _ in range(3):
        send_test(to)

    assert deliver() == 0

    assert len(receiver.received) == 1


@one_database
def test_a_redirect_is_not_followed(receiver, to):
    with run_receiver() as elsewhere:
        receiver.answers = [redirect_to(elsewhere.url)]
        delivery = send_test(to)
        deliver()

        assert elsewhere.received == []
    assert read(delivery).fault is Fault.REDIRECTED


@one_database
def test_a_receiver_that_never_ends_its_answer_is_cut_off(receiver, to, monkeypatch):
    monkeypatch.setattr(
        delivering, "Caller", lambda **options: guard.Caller(**options, seconds=0.4)
    )
    receiver.answers = [drip]
    delivery = send_test(to)

    deliver()

    found = read(delivery)
    assert found.fault is Fault.TIMEOUT
    assert found.state is DeliveryState.WAITING


@one_database
def test_nobody_there_is_written_down_as_that(receiver, station, now):
    with run_receiver() as gone:
        pass
    dead = subscribe(station, now, url=gone.url).subscription
    lost = subscribe(station, now, url="http://nobody.invalid/hook").subscription
    deliveries = [send_test(each) for each in (dead, lost)]

    deliver()

    assert [read(each).fault for each in deliveries] == [Fault.UNREACHABLE, Fault.NOT_FOUND]


@one_database
def test_a_slow_receiver_keeps_no_other_waiting_for_its_next_message(receiver, station, to, now):
    with run_receiver() as other:
        second = subscribe(station, now, url=other.url).subscription
        receiver.answer = hang_up
        for each in (to, second, to, second):
            send_test(each)

        assert deliver() == 2

        assert len(other.received) == 2


@one_database
def test_messages_to_one_receiver_share_a_connection(receiver, to):
    for _ in range(5):
        send_test(to)

    deliver()

    assert len({each.connection for each in receiver.received}) == 1


def test_what_a_worker_took_on_and_never_settled_goes_out_again(receiver, to, clock):
    delivery = send_test(to)
    # This one dies before it sends anything.
    (parcel,) = service.lease(now=clock_now())

    assert deliver() == 0
    clock.shift(timedelta(seconds=90))
    assert deliver() == 1

    assert receiver.ids() == [str(parcel.message_id)]
    assert read(delivery).attempts == 2


def test_what_was_sent_and_not_settled_goes_out_again_under_its_id(receiver, to, clock):
    send_test(to)
    (parcel,) = service.lease(now=clock_now())
    caller = guard.Caller(allow_private=True)
    outcome = delivering.send(caller, parcel, now=clock_now())
    caller.close()
    clock.shift(timedelta(seconds=90))

    (again,) = service.lease(now=clock_now())
    late = service.settle(tried=[(parcel, outcome)], untried=[], now=clock_now())

    # The one that was thought dead comes back; the second attempt is the one that counts.
    assert late == 0
    assert again.message_id == parcel.message_id
    assert again.attempt == 2


@pytest.fixture
def meet(monkeypatch):
    """Let two workers meet after each has looked for what to take on, and before it does."""
    barrier = threading.Barrier(2, timeout=20)
    choose = sending._choose

    def wait(*arguments, **details):
        chosen = choose(*arguments, **details)
        barrier.wait()
        return chosen

    monkeypatch.setattr(sending, "_choose", wait)


def take_on_at_once(race):
    taken = race(2, lambda _: service.lease(now=clock.now()))
    return [parcel.delivery_id for parcels in taken for parcel in parcels]


@pytest.mark.databases("postgresql")
def test_two_workers_take_on_each_message_once(receiver, to, meet, race):
    for _ in range(20):
        send_test(to)

    ids = take_on_at_once(race)

    assert len(ids) == len(set(ids)) == 20


@pytest.mark.databases("postgresql")
def test_without_the_locks_both_workers_take_on_the_same(receiver, to, meet, race, monkeypatch):
    for _ in range(20):
        send_test(to)
    monkeypatch.setattr(sa.Select, "with_for_update", lambda query, **_options: query)

    ids = take_on_at_once(race)

    assert len(ids) == 40
    assert len(set(ids)) == 20


def test_one_or_all_since_a_moment_are_sent_again_under_their_ids(receiver, to, clock):
    began = clock_now()
    first = send_test(to)
    clock.shift(timedelta(minutes=1))
    later = clock_now()
    second = send_test(to)
    deliver()

    replay = {"actor": SYSTEM, "subscription_id": to.id}
    assert service.replay(**replay, delivery_id=first.id, now=clock_now()) == 1
    deliver()
    assert service.replay(**replay, since=later, now=clock_now()) == 1
    deliver()
    assert service.replay(**replay, since=began, now=clock_now()) == 2
    deliver()

    one, two = str(first.message_id), str(second.message_id)
    assert receiver.ids() == [one, two, one, two, one, two]


@one_database
def test_messages_wait_while_a_subscription_is_paused(receiver, to):
    delivery = send_test(to)
    service.change(actor=SYSTEM, subscription_id=to.id, is_active=False, now=clock.now())
    assert deliver() == 0

    service.change(actor=SYSTEM, subscription_id=to.id, is_active=True, now=clock.now())

    assert deliver() == 1
    assert read(delivery).state is DeliveryState.DELIVERED


def test_nothing_goes_to_a_subscription_that_has_ended_and_its_secret_is_gone(receiver, to):
    send_test(to)
    service.end(actor=SYSTEM, subscription_id=to.id, now=clock.now())

    assert deliver() == 0

    row = db.session.get(SubscriptionRow, to.id)
    assert (row.secret, row.old_secret) == ("", "")


@one_database
def test_addresses_of_the_inside_are_not_called_even_if_a_name_led_there_later(
    receiver, to, monkeypatch
):
    delivery = send_test(to)
    store.use_policy(allow_private=False)
    db.session.execute(
        sa.update(SubscriptionRow).values(url=receiver.url.replace("http://", "https://"))
    )
    db.session.commit()

    deliver()

    assert receiver.received == []
    assert read(delivery).fault is Fault.PRIVATE


@one_database
def test_a_name_that_leads_outside_and_inside_is_not_called(receiver, monkeypatch):
    def lead_to_both(host, port, **_options):
        inside = ("127.0.0.1", receiver_port(receiver))
        return [(2, 1, 6, "", ("203.0.114.1", port)), (2, 1, 6, "", inside)]

    monkeypatch.setattr(guard.socket, "getaddrinfo", lead_to_both)
    caller = guard.Caller(allow_private=False)

    with pytest.raises(guard.PrivateAddressError):
        caller.post("https://both.example.org/", body=b"{}", headers={})

    assert receiver.received == []


@one_database
@pytest.mark.parametrize(("each", "tried"), [(0.0, 8), (0.04, 3)])
def test_a_name_with_many_addresses_is_given_up_in_time(monkeypatch, each, tried):
    opened = []

    class Deaf:
        def __init__(self, *_kind):
            opened.append(self)

        def settimeout(self, seconds):
            self.seconds = seconds

        def setsockopt(self, *_option):
            pass

        def connect(self, _address):
            time.sleep(min(each, self.seconds))
            raise TimeoutError

        def close(self):
            pass

    found = [(2, 1, 6, "", (f"203.0.114.{number}", 443)) for number in range(50)]
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *_name, **_options: found)
    monkeypatch.setattr(guard.socket, "socket", Deaf)
    caller = guard.Caller(allow_private=False, seconds=0.1)

    with pytest.raises(requests.RequestException):
        caller.post("https://many.example.org/", body=b"{}", headers={})

    assert len(opened) == tried


def receiver_port(receiver):
    return int(receiver.url.rpartition(":")[2].split("/")[0])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=elsewhere.example.org"),
            *("-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


@one_database
def test_a_receiver_whose_certificate_is_nobodys_gets_nothing(
    private_allowed, station, certificate, now
):
    with run_receiver(certificate) as receiver:
        to = subscribe(station, now, url=receiver.url).subscription
        delivery = send_test(to)

        deliver()

        assert receiver.received == []
    assert read(delivery).fault is Fault.CERTIFICATE


@one_database
def test_secrets_are_sealed_at_rest(subscribed, to):
    row = db.session.get(SubscriptionRow, to.id)

    assert subscribed.secret not in row.secret
    assert secrecy.vault().decrypt(row.secret) == subscribed.secret


def test_a_secret_that_no_key_opens_stops_the_subscription_and_no_other(receiver, station, to, now):
    other = subscribe(station, now, url=receiver.url).subscription
    deliveries = [send_test(each) for each in (to, other)]
    db.session.execute(
        sa.update(SubscriptionRow).where(SubscriptionRow.id == to.id).values(secret="none of ours")
    )
    db.session.commit()

    assert deliver() == 1

    assert refresh(to).stop_reason is StopReason.SEALED
    assert [read(each).attempts for each in deliveries] == [0, 1]


@pytest.mark.databases("postgresql")
def test_a_secret_that_no_key_opens_and_staff_who_replay_wait_for_nobody(
    receiver, station, to, race, monkeypatch
):
    send_test(to)
    db.session.execute(sa.update(SubscriptionRow).values(secret="none of ours"))
    db.session.commit()
    barrier = threading.Barrier(2, timeout=20)
    disable, wake = standing.disable, replaying.wake

    def meet_before(do):
        def wait(*arguments, **details):
            barrier.wait()
            return do(*arguments, **details)

        return wait

    def meet_after(do):
        def wait(*arguments, **details):
            do(*arguments, **details)
            barrier.wait()

        return wait

    monkeypatch.setattr(standing, "disable", meet_before(disable))
    monkeypatch.setattr(replaying, "wake", meet_after(wake))

    def contend(number):
        if number:
            return service.lease(now=clock.now())
        return service.replay(
            actor=SYSTEM, subscription_id=to.id, since=clock.now() - DAY, now=clock.now()
        )

    outcomes = race(2, contend)

    assert outcomes == [1, ()]


def test_messages_are_forgotten_after_thirty_days(receiver, to, clock):
    send_test(to)
    deliver()
    assert service.forget_messages(now=clock_now() + 29 * DAY) == 0

    assert service.forget_messages(now=clock_now() + 31 * DAY) == 1

    for row in (MessageRow, DeliveryRow):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(row)) == 0
