"""Tokens of a real authorization server that is not ours: its keys are fetched, rotated and lost; it is asked."""

import json

import pytest

from harness.daemon import DEVELOPMENT, Daemon, running
from harness.foreign_issuer import SECRET, running_issuer
from harness.forgery import AUDIENCE
from harness.receiver import Receiver
from harness.transmitter import Transmitter, email
from harness.waiting import wait_until

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"


def trusting(*issuers: dict) -> dict:
    return DEVELOPMENT | {"access.issuers": json.dumps(list(issuers))}


def readiness(daemon: Daemon, name: str) -> str:
    return Transmitter(daemon).admin.call("GET", "/readyz").json()["checks"][f"issuer_{name}"]


@pytest.fixture(scope="module")
def issuer():
    with running_issuer(AUDIENCE) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def daemon(issuer, tmp_path_factory):
    idp = {
        "name": "idp", "issuer": issuer.issuer, "audience": AUDIENCE,
        "scopes": {"signals:write": ["ssf.manage"], "signals:look": "ssf.read"}, "clients": {"0oa-known": "my-app"}}
    with running(tmp_path_factory.mktemp("foreign") / "state", trusting(idp)) as daemon:
        wait_until(lambda: readiness(daemon, "idp") == "ok", "the keys of the issuer")
        yield daemon


@pytest.fixture
def transmitter(daemon):
    transmitter = Transmitter(daemon)
    yield transmitter
    for client in transmitter.admin.call("GET", "/v1/clients").json()["clients"]:
        if client["id"] != "admin":
            transmitter.admin.delete_client(client["id"])


def clients(transmitter: Transmitter) -> list[str]:
    return [client["id"] for client in transmitter.admin.call("GET", "/v1/clients").json()["clients"]]


def test_a_receiver_with_a_token_of_its_idp_gets_events(transmitter, issuer):
    with Receiver() as receiver:
        api = transmitter.with_token(issuer.token("apple"))
        stream = api.create_push(receiver.url, events_requested=[SESSION_REVOKED])

        transmitter.admin.emit("session-revoked", email("jane@example.com"))

        receiver.wait_for(SESSION_REVOKED)
        assert api.read().json()[0]["stream_id"] == stream["stream_id"]


def test_a_foreign_client_is_registered_with_its_first_stream_under_the_issuers_name(transmitter, issuer):
    api = transmitter.with_token(issuer.token("https://app.example.com/~x"))
    assert api.read().json() == []
    assert api.create({"delivery": {"method": "urn:ietf:rfc:8935"}}).status_code == 400
    assert clients(transmitter) == ["admin"], "reading and refusals leave nothing behind"

    api.create_poll()

    assert clients(transmitter) == ["admin", "idp:https~3A~2F~2Fapp.example.com~2F~7Ex"]
    transmitter.admin.delete_client("idp:https~3A~2F~2Fapp.example.com~2F~7Ex")
    assert api.read().json() == [], "its streams went with it"


def test_clients_of_two_issuers_with_one_id_are_two_clients(tmp_path):
    with running_issuer(AUDIENCE) as first, running_issuer(AUDIENCE) as second:
        settings = trusting(
            {"name": "a", "issuer": first.issuer, "audience": AUDIENCE},
            {"name": "b", "issuer": second.issuer, "audience": AUDIENCE})
        with running(tmp_path / "state", settings) as daemon:
            transmitter = Transmitter(daemon)
            stream = transmitter.with_token(first.token("app")).create_poll()["stream_id"]
            local = transmitter.client("ssf.read", "ssf.manage", id="app")

            assert transmitter.with_token(second.token("app")).read(stream).status_code == 404
            token = transmitter.admin.create_token(local)["token"]
            assert transmitter.with_token(token).read(stream).status_code == 404
            assert transmitter.with_token(first.token("app")).read(stream).status_code == 200


def test_a_client_that_an_administrator_registered_has_audience_and_bounds(transmitter, issuer):
    transmitter.admin.create_client(["ssf.read"], id="idp:bounded")
    bounded = transmitter.with_token(issuer.token("bounded"))
    assert bounded.read().status_code == 200
    assert bounded.create({"delivery": {"method": "urn:ietf:rfc:8936"}}).status_code == 403

    transmitter.admin.create_client(["ssf.read", "ssf.manage"], id="idp:named", audience="https://named.example.com")
    assert transmitter.with_token(issuer.token("named")).create_poll()["aud"] == "https://named.example.com"


def test_a_client_may_be_known_by_another_id(transmitter, issuer):
    transmitter.admin.create_client(["ssf.read", "ssf.manage"], id="my-app")
    stream = transmitter.with_token(issuer.token("0oa-known")).create_poll()["stream_id"]

    own = transmitter.admin.create_token("my-app")["token"]

    assert transmitter.with_token(own).read(stream).status_code == 200


@pytest.mark.parametrize(("scope", "read", "create"), [
    ("ssf.read", 200, 403), ("ssf.manage", 200, 201), ("signals:look", 200, 403), ("signals:write", 200, 201),
    ("sp:ssf-transmitter-streams:manage", 200, 201), ("openid profile", 403, 403), ("ssf.admin ssf.emit", 403, 403),
])
def test_foreign_scopes_mean_what_the_configuration_says(transmitter, issuer, scope, read, create):
    api = transmitter.with_token(issuer.token("scoped", scope))

    assert api.read().status_code == read
    assert api.create({"delivery": {"method": "urn:ietf:rfc:8936"}}).status_code == create


def test_the_public_listener_tells_a_missing_scope_in_the_challenge(transmitter, issuer):
    refused = transmitter.with_token(issuer.token("scoped", "ssf.read")).create({})

    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="ssf.manage"' in refused.headers["WWW-Authenticate"]


def test_keys_that_are_rotated_while_running_are_found_and_withdrawn_ones_dropped(transmitter, issuer):
    """A token by a new key is good as soon as the issuer may be asked again: at most 30 s after it was asked last."""
    old = transmitter.with_token(issuer.token())
    assert old.read().status_code == 200

    issuer.rotate()
    kept = transmitter.with_token(issuer.token())
    issuer.rotate()
    new = transmitter.with_token(issuer.token())
    wait_until(lambda: new.read().status_code == 200, "the new keys to be fetched", 50)

    assert kept.read().status_code == 200
    assert old.read().status_code == 401, "its key was withdrawn"


def test_a_start_without_keys_works_and_readiness_shows_it(tmp_path):
    with running_issuer(AUDIENCE) as issuer:
        issuer.set_outage(True)
        idp = {"name": "idp", "issuer": issuer.issuer, "audience": AUDIENCE, "jwks_uri": issuer.issuer + "/jwks"}
        state = tmp_path / "state"
        state.mkdir(mode=0o700)
        daemon = Daemon(state, trusting(idp))
        daemon.is_ready = lambda: True  # it is not, and this test says why
        try:
            daemon.start()
            transmitter = Transmitter(daemon)
            wait_until(lambda: "503" in readiness(daemon, "idp"), "the failure to show")
            assert transmitter.admin.call("GET", "/readyz").status_code == 503
            assert transmitter.receiver_api().read().status_code == 200, "static tokens are good"

            issuer.set_outage(False)
            api = transmitter.with_token(issuer.token())
            undecided = api.read()
            assert undecided.status_code == 503
            assert int(undecided.headers["Retry-After"]) > 0
            assert "WWW-Authenticate" not in undecided.headers
            wait_until(lambda: transmitter.admin.call("GET", "/readyz").status_code == 200, "the next attempt", 50)
            assert api.read().status_code == 200
        finally:
            daemon.close()


def test_an_outage_of_the_issuer_changes_nothing_for_known_keys(transmitter, issuer):
    token = issuer.token()
    issuer.set_outage(True)
    try:
        assert transmitter.with_token(token).read().status_code == 200
    finally:
        issuer.set_outage(False)


# MARK: introspection


@pytest.fixture(scope="module")
def asked():
    with running_issuer(AUDIENCE, opaque=True) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def asking(asked, tmp_path_factory):
    directory = tmp_path_factory.mktemp("introspection")
    secret = directory / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    introspection = {
        "endpoint": asked.issuer + "/introspect", "client_id": "ssf", "client_secret_file": str(secret)}
    idp = {"name": "idp", "issuer": asked.issuer, "audience": AUDIENCE, "introspection": introspection}
    with running(directory / "state", trusting(idp)) as daemon:
        yield Transmitter(daemon)


def test_rfc_7662_an_opaque_token_is_good_if_its_issuer_says_so(asking, asked):
    before = asked.count("/introspect")
    api = asking.with_token(asked.token("opaque-app"))

    api.create_poll()
    for _ in range(20):
        assert api.read().status_code == 200

    assert asked.count("/introspect") - before == 1, "the answer is kept for a while"
    assert "idp:opaque-app" in clients(asking)


def test_rfc_7662_an_inactive_token_is_invalid(asking, asked):
    unknown = asking.with_token("opaque-nobody").read()
    assert unknown.status_code == 401
    assert 'error="invalid_token"' in unknown.headers["WWW-Authenticate"]

    token = asked.token("revoked")
    asked.revoke(token)
    assert asking.with_token(token).read().status_code == 401


def test_rfc_7662_4_without_an_answer_nobody_is_let_in_and_nobody_is_blamed(asking, asked):
    token = asked.token("unlucky")
    asked.set_outage(True)
    try:
        for path in ("/ssf/stream", "/api/v1/ssf/stream", "/ssf/v1/streams"):
            response = asking.with_token(token).call("GET", path)
            assert response.status_code == 503
            assert int(response.headers["Retry-After"]) > 0
            assert "WWW-Authenticate" not in response.headers
    finally:
        asked.set_outage(False)
    assert asking.with_token(token).read().status_code == 200
