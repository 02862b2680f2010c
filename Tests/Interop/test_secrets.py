"""Secrets and subjects stay out of the log, and secrets out of the database, over a whole run at debug level."""

import base64

from harness.daemon import Daemon
from harness.receiver import Answer, Receiver
from harness.transmitter import Transmitter
from harness.waiting import wait_until

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
PUSH_SECRET = "canary-push-authorization-4711"
SUBJECT = "canary-subject-4711@example.com"
REFUSAL = Answer(400, (("Content-Type", "application/json"),), b'{"err":"invalid_request","description":"no"}')
FAILURE = Answer(503)


def whole_run(daemon: Daemon) -> dict[str, str]:
    """A client with three streams, events that one receiver takes, one refuses and one fails on, and calls that the
    transmitter refuses. Returns the secrets."""
    transmitter = Transmitter(daemon)
    admin, token = transmitter.admin, transmitter.token()
    api = transmitter.with_token(token)
    with Receiver() as good, Receiver(lambda _: REFUSAL) as refusing, Receiver(lambda _: FAILURE) as failing:
        _, refused, _ = (
            api.create_push(receiver.url, f"Bearer {PUSH_SECRET}")["stream_id"]
            for receiver in (good, refusing, failing))
        event = {"type": EVENT, "subject": {"format": "email", "email": SUBJECT}}
        assert admin.submit(event).status_code == 202
        emitted = daemon.verb("emit", EVENT, "--email", SUBJECT)
        assert emitted.returncode == 0, emitted.stderr

        assert admin.submit(event | {"type": "nonsense"}).status_code == 400
        broken = {"endpoint_url": "nonsense", "authorization_header": PUSH_SECRET}
        assert api.create({"delivery": broken}).status_code == 400
        assert transmitter.with_token(token + "x").create().status_code == 401

        assert all(
            delivery.headers["Authorization"] == f"Bearer {PUSH_SECRET}" for delivery in good.wait_for(EVENT, 2))
        wait_until(lambda: admin.totals(refused)["dead"] >= 2, "dead letters")
        failing.wait_for(VERIFICATION)
    return {"the push secret": PUSH_SECRET, "a client's token": token, "the admin token": daemon.admin_token}


def spellings(text: str) -> list[bytes]:
    """As it is, and in each way that base64 would hide it in something longer."""
    shifted = (base64.b64encode(b" " * shift + text.encode())[4:-4] for shift in range(3))
    return [text.encode(), *shifted]


def holds(content: bytes, text: str) -> bool:
    return any(spelling in content for spelling in spellings(text))


def database_files(daemon: Daemon) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in daemon.state.glob("transmitter.sqlite*")}


def test_no_secret_and_no_subject_is_in_the_log_and_no_secret_in_the_database(new_daemon):
    daemon = new_daemon(**{"log.level": "debug"}).start()
    secrets = whole_run(daemon)
    running = database_files(daemon)
    assert daemon.terminate() == 0
    contents = [*running.values(), *database_files(daemon).values()]
    log = daemon.log.read_bytes()

    assert b'"level":"debug"' in log, "the log is not at debug level"
    assert any(holds(content, SUBJECT) for content in contents), "the run has stored nothing"
    assert not holds(log, SUBJECT), "the subject is in the log"
    for what, secret in secrets.items():
        assert not holds(log, secret), f"{what} is in the log"
        assert not any(holds(content, secret) for content in contents), f"{what} is in the database"
