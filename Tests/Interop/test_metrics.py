"""/metrics, read by Prometheus' own parser."""

import threading
import time

import pytest

from harness.imports import Imports, user
from harness.metrics import STATES, Scrape
from harness.receiver import Answer, Receiver
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


def check_balance(scrape: Scrape) -> None:
    """P3: accepted = delivered + pending + dead + expired + dropped, for every stream."""
    assert scrape.unbalanced() == []
    for sample in scrape.samples("ssf_accepted_total"):
        states = scrape.states(sample.labels["stream"])
        assert sample.value == sum(states.values()), states


@pytest.fixture
def own(new_daemon) -> Transmitter:
    """A transmitter whose figures no other test moves."""
    return Transmitter(new_daemon(**{"streams.verify_on_create": "false"}).start())


def make_stream(transmitter: Transmitter, url: str) -> str:
    return transmitter.receiver_api().create_push(url, events_requested=[SESSION_REVOKED])["stream_id"]


def test_the_text_is_in_prometheus_format_and_every_promised_figure_is_there(own):
    with Receiver() as receiver:
        make_stream(own, receiver.url)
        own.admin.emit("session-revoked", email("jane@example.com"))
        receiver.wait_for(SESSION_REVOKED)
        wait_until(lambda: Scrape(own.admin).value("ssf_attempts_total", code="http_202") == 1, "the attempt")
        scrape = Scrape(own.admin)
    assert scrape.media_type == "text/plain; version=0.0.4; charset=utf-8"
    for name in (
        "ssf_accepted", "ssf_deliveries", "ssf_settled", "ssf_unaccounted_deliveries", "ssf_held_deliveries",
        "ssf_oldest_pending_seconds", "ssf_stream_info", "ssf_in_flight", "ssf_read_ahead", "ssf_breaker_state",
        "ssf_quiet_seconds", "ssf_alarms", "ssf_deleted_stream_deliveries", "ssf_attempts",
        "ssf_delivery_latency_seconds", "ssf_signing_seconds", "ssf_commit_seconds", "ssf_commit_transactions",
        "ssf_commit_queue", "ssf_disk_full", "ssf_http_connections", "ssf_http_requests", "ssf_http_failures",
        "ssf_build_info", "process_cpu_seconds", "process_resident_memory_bytes",
        "process_open_fds", "process_start_time_seconds",
        "ssf_import_sessions", "ssf_imports", "ssf_import_records", "ssf_identity_changes", "ssf_rule_events",
        "ssf_rule_faults",
    ):
        family = scrape.families[name]
        assert family.samples and family.documentation, name
        assert family.type != "unknown", name
    for histogram in ("ssf_delivery_latency_seconds", "ssf_signing_seconds", "ssf_commit_seconds"):
        counts = [s.value for s in scrape.families[histogram].samples if s.name.endswith("_bucket")]
        assert counts == sorted(counts) and counts[-1] == scrape.value(histogram + "_count") >= 1
        assert scrape.value(histogram + "_sum") > 0
    assert abs(scrape.value("process_start_time_seconds") - time.time()) < 60


def test_subjects_are_in_no_label(own):
    with Receiver() as receiver:
        make_stream(own, receiver.url)
        own.admin.emit("session-revoked", email("canary@example.com"))
        receiver.wait_for(SESSION_REVOKED)
    assert "canary" not in own.admin.call("GET", "/metrics").text


def test_p3_the_balance_holds_whenever_it_is_read_and_after_a_restart(own):
    statuses = [202, 202, 413, 503, 202]
    with Receiver(lambda _: Answer(statuses[len(receiver.deliveries) % 5], (("Retry-After", "1"),))) as receiver:
        stream = make_stream(own, receiver.url)
        polled = own.receiver_api().create_poll(events_requested=[SESSION_REVOKED])["stream_id"]
        paused, doomed = make_stream(own, receiver.url), make_stream(own, receiver.url)
        own.admin.change_stream(paused, status="paused")
        scrapes: list[Scrape] = []
        stop = threading.Event()

        def look() -> None:
            while not stop.is_set():
                scrapes.append(Scrape(own.admin))

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            for number in range(60):
                own.admin.emit("session-revoked", email(f"user{number % 7}@example.com"))
                if number == 30:
                    own.admin.call("DELETE", f"/v1/streams/{doomed}")
            wait_until(lambda: Scrape(own.admin).states(stream)["delivered"] >= 10, "some to be delivered", 30)
        finally:
            stop.set()
            watcher.join()
        for scrape in scrapes:
            check_balance(scrape)
        assert len(scrapes) > 10
        own.daemon.kill()
    again = Transmitter(own.daemon.restart())
    scrape = Scrape(again.admin)
    check_balance(scrape)
    assert scrape.value("ssf_accepted_total", stream=stream) == 60
    assert scrape.states(polled)["pending"] == 60
    assert scrape.value("ssf_held_deliveries", stream=paused) == scrape.states(paused)["pending"] >= 60


def test_what_waits_is_told_with_its_age_and_what_is_held(own):
    stream = make_stream(own, "http://127.0.0.1:9/")
    own.admin.change_stream(stream, status="paused")
    before = Scrape(own.admin).states(stream)["pending"]
    own.admin.emit("session-revoked", email("jane@example.com"))
    scrape = wait_until(
        lambda: found if (found := Scrape(own.admin)).value("ssf_oldest_pending_seconds", stream=stream) >= 1 else None,
        "the oldest to be a second old")
    assert scrape.states(stream)["pending"] == before + 1
    assert scrape.value("ssf_held_deliveries", stream=stream) == before + 1
    assert scrape.value("ssf_stream_info", stream=stream, status="paused", delivery="push") == 1


def test_p15_a_receiver_in_trouble_is_told_in_metrics_in_the_streams_and_in_the_log(own):
    answers = {"status": 401}
    with Receiver(lambda _: Answer(answers["status"])) as receiver, Receiver() as healthy:
        stream, other = make_stream(own, receiver.url), make_stream(own, healthy.url)
        own.admin.emit("session-revoked", email("jane@example.com"))
        wait_until(lambda: Scrape(own.admin).value("ssf_attempts_total", code="http_401"), "the attempt")
        scrape = wait_until(
            lambda: found if (found := Scrape(own.admin)).value("ssf_breaker_state", stream=stream) == 2 else None,
            "the breaker to open")
        assert scrape.value("ssf_receiver_trouble", stream=stream, code="http_401") == 1
        assert scrape.value("ssf_receiver_trouble", stream=other) is None
        assert scrape.value("ssf_breaker_state", stream=other) == 0
        assert scrape.value("ssf_alarms_total", alarm="receiver_denies") == 1
        assert scrape.value("ssf_alarms_total", alarm="receiver_gone") == 0

        shown = own.admin.call("GET", f"/v1/streams/{stream}").json()
        assert shown["receiver"]["trouble"] == "http_401" and shown["oldest_pending_seconds"] >= 0
        listed = {each["stream_id"]: each for each in own.admin.call("GET", "/v1/streams").json()["streams"]}
        assert listed[stream]["receiver"]["breaker"] in ("open", "half-open")
        at_rest = {"breaker": "closed", "in_flight": 0}
        wait_until(
            lambda: own.admin.call("GET", f"/v1/streams/{other}").json()["receiver"] == at_rest,
            "the push to the other to be over")
        table = own.daemon.verb("stream", "list").stdout
        assert "http_401" in next(line for line in table.splitlines() if line.startswith(stream))
        assert '"alarm":"receiver_denies"' in own.daemon.log.read_text()

        answers["status"] = 202
        wait_until(lambda: Scrape(own.admin).value("ssf_breaker_state", stream=stream) == 0, "the breaker to close", 30)
        assert Scrape(own.admin).value("ssf_receiver_trouble", stream=stream) is None


def test_p3_what_deleted_streams_had_accepted_stays_accounted_for(own):
    stream = make_stream(own, "http://127.0.0.1:9/")
    own.admin.change_stream(stream, status="paused")
    own.admin.emit("session-revoked", email("jane@example.com"))
    accepted = Scrape(own.admin).value("ssf_accepted_total", stream=stream)
    assert own.admin.call("DELETE", f"/v1/streams/{stream}").status_code == 204
    scrape = wait_until(
        lambda: found if (found := Scrape(own.admin)).value("ssf_deleted_stream_deliveries", state="pending") == 0
        else None,
        "what waited to be dropped")
    assert scrape.value("ssf_accepted_total", stream=stream) is None
    states = {state: scrape.value("ssf_deleted_stream_deliveries", state=state) for state in STATES}
    assert scrape.value("ssf_deleted_stream_deliveries", state="accepted") == sum(states.values()) == accepted
    assert states["dropped"] >= 1


def test_counters_never_sink_while_dead_letters_are_replayed(own):
    answers = {"status": 413}
    with Receiver(lambda _: Answer(answers["status"])) as receiver:
        stream = make_stream(own, receiver.url)
        own.admin.emit("session-revoked", email("jane@example.com"))
        wait_until(lambda: Scrape(own.admin).states(stream)["dead"] == 1, "it to be dead")
        answers["status"] = 202
        assert own.admin.call("POST", "/v1/deliveries/replay", json={"stream_id": stream}).json()["replayed"] == 1
        wait_until(lambda: Scrape(own.admin).states(stream)["delivered"] == 1, "it to be delivered")
        scrape = Scrape(own.admin)
    assert scrape.states(stream)["dead"] == 0
    assert scrape.value("ssf_settled_total", stream=stream, outcome="dead") == 1
    check_balance(scrape)


def test_metrics_are_for_those_who_may_read(own, new_daemon):
    reader = own.with_token(own.token("ssf.read")).session.headers["Authorization"]
    emitter = own.with_token(own.token("ssf.emit")).session.headers["Authorization"]
    call = own.admin.call
    assert call("GET", "/metrics", headers={"Authorization": reader}).status_code == 200
    assert call("GET", "/metrics", headers={"Authorization": emitter}).status_code == 403
    assert call("GET", "/metrics", headers={"Authorization": ""}).status_code == 401


def test_imports_and_rules_are_told(own):
    own.admin.call("POST", "/v1/identity-sources", json={"id": "hr"})
    imports = Imports(own.daemon)
    imports.run([user(n) for n in range(60)])
    imports.run([user(0), user(1, status="left"), {"external_id": "e00002", "deleted": True}])
    imports.run([user(n, status="left") for n in range(3, 60)])
    scrape = Scrape(own.admin)
    assert scrape.value("ssf_imports_total", outcome="completed") == 2
    assert {stage: scrape.value("ssf_import_sessions", stage=stage) for stage in ("triggered", "held", "applying")} == {
        "triggered": 0, "held": 1, "applying": 0}
    assert scrape.value("ssf_import_records_total") == 60 + 3 + 57
    assert [scrape.value("ssf_identity_changes_total", kind=kind) for kind in ("created", "updated", "deleted")] == [60, 1, 1]
    assert scrape.value("ssf_rule_events_total", rule="leaver") == 2
    assert scrape.value("ssf_rule_events_total", rule="rejoiner") == 0
    assert scrape.value("ssf_rule_faults_total", rule="deleted") == 0
