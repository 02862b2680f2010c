"""What was answered with 202 arrives, whatever happens to the daemon or the receiver in between."""

import threading
import time

from harness.daemon import Daemon
from harness.load import (
    EVENT, WINDOW, Load, jtis, new_stream, repetitions, wait_for_all, wait_until_settled)
from harness.receiver import Answer, Delivery, Receiver, slow
from harness.transmitter import AdminAPI, ReceiverAPI, email
from harness.waiting import wait_until


def check_repetitions(receiver: Receiver, allowed: int) -> None:
    """At most `allowed` SETs came twice, and each time with the same claims."""
    assert repetitions(receiver) <= allowed


def check_balance(daemon: Daemon, stream_id: str) -> None:
    """Every accepted event is accounted for, and none is left."""
    totals = wait_until_settled(AdminAPI(daemon.admin, daemon.admin_token), stream_id)
    assert totals["accepted"] == totals["delivered"]


def test_kill_9_with_a_hundred_events_undelivered_loses_none(new_daemon):
    gate = threading.Event()

    def answer(delivery: Delivery) -> Answer:
        """Takes a few at once, then keeps the transmitter waiting until the gate opens."""
        if len(receiver.answered) > 20:
            gate.wait(60)
        return Answer()

    daemon = new_daemon().start()
    with Receiver(answer) as receiver:
        stream_id = new_stream(daemon, receiver)
        load = Load(daemon)
        wait_until(lambda: len(load.accepted) >= 150 and len(receiver.deliveries) > 20, "a queue")
        daemon.kill()
        accepted = load.end()
        undelivered = accepted - jtis(list(receiver.answered))
        assert len(undelivered) >= 100
        gate.set()

        daemon.restart()
        wait_for_all(receiver, accepted)
        check_repetitions(receiver, allowed=WINDOW)
        check_balance(daemon, stream_id)


def test_kill_9_again_and_again_loses_none(new_daemon):
    daemon = new_daemon().start()
    accepted: set[str] = set()
    with Receiver(lambda _: slow(0.005)) as receiver:
        stream_id = new_stream(daemon, receiver)
        for _ in range(3):
            load = Load(daemon)
            wait_until(lambda: len(load.accepted) >= 60, "some accepted events")
            daemon.kill()
            accepted |= load.end()
            daemon.restart()
        wait_for_all(receiver, accepted)
        check_repetitions(receiver, allowed=3 * WINDOW)
        check_balance(daemon, stream_id)


def test_sigterm_under_load_exits_0_in_time_and_loses_and_repeats_nothing(new_daemon):
    daemon = new_daemon().start()
    with Receiver(lambda _: slow(0.2)) as receiver:
        stream_id = new_stream(daemon, receiver)
        load = Load(daemon)
        wait_until(lambda: len(load.accepted) >= 150, "some accepted events")

        assert daemon.terminate() == 0
        accepted = load.end()
        assert accepted - jtis(list(receiver.answered)), "there was nothing left to lose"

        daemon.restart()
        wait_for_all(receiver, accepted)
        check_repetitions(receiver, allowed=0)
        check_balance(daemon, stream_id)


def test_sigterm_finishes_the_attempt_under_way(new_daemon):
    gate, arrived = threading.Event(), threading.Event()

    def answer(delivery: Delivery) -> Answer:
        if delivery.event_type == EVENT:
            arrived.set()
            gate.wait(10)
        return Answer()

    daemon = new_daemon().start()
    with Receiver(answer) as receiver:
        new_stream(daemon, receiver)
        AdminAPI(daemon.admin, daemon.admin_token).emit(EVENT, email("jane@example.com"))
        assert arrived.wait(10)
        opener = threading.Timer(0.5, gate.set)
        opener.start()
        assert daemon.terminate() == 0
        opener.join()

        daemon.restart()
        admin = AdminAPI(daemon.admin, daemon.admin_token)
        after = admin.emit(EVENT, email("jane@example.com"))["deliveries"][0]["jti"]
        deliveries = receiver.wait_for(EVENT, 2)

    assert [delivery.jti for delivery in deliveries].count(after) == 1
    assert len({delivery.jti for delivery in deliveries}) == 2, "the finished attempt was repeated"


def test_a_receiver_that_answers_503_gets_the_same_set_again(transmitter):
    arrivals: list[float] = []

    def answer(delivery: Delivery) -> Answer:
        if delivery.event_type != EVENT:
            return Answer()
        arrivals.append(time.monotonic())
        return Answer(503, (("Retry-After", "1"),)) if len(arrivals) <= 2 else Answer()

    api = transmitter.receiver_api()
    with Receiver(answer) as receiver:
        stream_id = api.create_push(receiver.url)["stream_id"]
        receipt = transmitter.admin.emit(EVENT, email("jane@example.com"))
        deliveries = receiver.wait_for(EVENT, 3, 20)
        totals = wait_until_settled(transmitter.admin, stream_id)

    assert {delivery.jti for delivery in deliveries} == {receipt["deliveries"][0]["jti"]}
    assert len({delivery.body for delivery in deliveries}) == 1, "an attempt under the same RSA key differs"
    assert all(later - earlier >= 1 for earlier, later in zip(arrivals, arrivals[1:])), "before Retry-After"
    assert totals["accepted"] == totals["delivered"] == 2


def test_a_receiver_that_is_down_gets_its_events_when_it_comes_back(new_daemon):
    daemon = new_daemon().start()
    admin = AdminAPI(daemon.admin, daemon.admin_token)
    with Receiver() as receiver:
        stream_id = new_stream(daemon, receiver)
    jti = admin.emit(EVENT, email("jane@example.com"))["deliveries"][0]["jti"]
    token = admin.create_token(admin.call("GET", f"/v1/streams/{stream_id}").json()["client_id"])["token"]
    with Receiver() as successor:
        api = ReceiverAPI(daemon.public, token, daemon.issuer)
        delivery = {"method": "urn:ietf:rfc:8935", "endpoint_url": successor.url}
        assert api.update({"stream_id": stream_id, "delivery": delivery}).status_code == 200
        assert successor.wait_for(EVENT)[0].jti == jti


def test_rfc_8935_2_4_a_set_that_the_receiver_refuses_is_not_sent_again(transmitter):
    def answer(delivery: Delivery) -> Answer:
        if delivery.event_type != EVENT:
            return Answer()
        body = b'{"err":"invalid_request","description":"no"}'
        return Answer(400, (("Content-Type", "application/json"),), body)

    api = transmitter.receiver_api()
    with Receiver(answer) as receiver:
        stream_id = api.create_push(receiver.url)["stream_id"]
        transmitter.admin.emit(EVENT, email("jane@example.com"))
        wait_until(lambda: transmitter.admin.totals(stream_id)["dead"] == 1, "a dead letter")
        transmitter.admin.emit("session-revoked", email("jane@example.com"))
        receiver.wait_for(EVENT.replace("session-presented", "session-revoked"))

    assert len(receiver.of_type(EVENT)) == 1
