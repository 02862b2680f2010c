"""What is settled is kept for its time: delivered SETs for one, dead letters for another."""

from harness.receiver import Answer, Receiver
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


def status(transmitter: Transmitter, jti: str) -> int:
    return transmitter.admin.call("GET", f"/v1/deliveries/{jti}").status_code


def restart(daemon, **settings) -> Transmitter:
    assert daemon.terminate() == 0
    daemon.settings |= settings
    return Transmitter(daemon.restart())


def test_delivered_sets_and_dead_letters_are_kept_for_times_of_their_own(new_daemon):
    daemon = new_daemon(**{"streams.verify_on_create": "false"}).start()
    own = Transmitter(daemon)
    answers = [Answer(413), Answer(202)]
    with Receiver(lambda _: answers.pop(0)) as receiver:
        stream = own.receiver_api().create_push(receiver.url, events_requested=[SESSION_REVOKED])["stream_id"]
        jtis = {}
        for state in ("dead", "delivered"):
            receipt = own.admin.emit("session-revoked", email(f"{state}@example.com"))
            jtis[state] = receipt["deliveries"][0]["jti"]
            wait_until(lambda: own.admin.totals(stream)[state] == 1, state)

    own = restart(daemon, **{"delivery.history": "0s"})
    wait_until(lambda: status(own, jtis["delivered"]) == 404, "the delivered SET to be forgotten")
    assert status(own, jtis["dead"]) == 200

    own = restart(daemon, **{"delivery.dead_history": "0s"})
    wait_until(lambda: status(own, jtis["dead"]) == 404, "the dead letter to be forgotten")
    totals = own.admin.totals(stream)
    assert totals["accepted"] == 2 and totals["delivered"] == totals["dead"] == 1
