"""Our own token endpoint on the running daemon: who gets a token, what it opens, and when that ends."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from harness.daemon import DEVELOPMENT, Daemon, running
from harness.forgery import ECSigner, RSASigner
from harness.token_client import TOKEN_PATH, TokenClient, public
from harness.transmitter import Transmitter

PATHS = [TOKEN_PATH, "/oauth2/v1/token"]


@pytest.fixture
def client(transmitter):
    return TokenClient(transmitter)


def opens(client: TokenClient, access_token: str) -> int:
    return client.use(access_token, None, scheme="Bearer").status_code


@pytest.mark.parametrize("path", PATHS)
def test_each_way_to_authenticate_gets_a_token_that_opens_every_family(client, path):
    grant = {"grant_type": "client_credentials"}
    answers = [
        client.ask(grant, path, auth=(client.id, client.secret)),
        client.ask(client.secret_form, path),
        client.ask(client.assertion_form(client.assertion(aud=client.issuer + path)), path),
        client.ask(client.assertion_form(client.assertion(aud=client.issuer)), path),
    ]

    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json()["token_type"] == "Bearer"
        assert answer.json()["expires_in"] <= 3600
        for resource in ("/ssf/stream", "/api/v1/ssf/stream", "/ssf/v1/streams"):
            assert client.use(answer.json()["access_token"], None, resource, "Bearer").status_code == 200


def test_an_independent_library_verifies_the_token_with_the_published_keys(client):
    metadata = client.call("GET", "/.well-known/oauth-authorization-server").json()
    keys = client.call("GET", metadata["jwks_uri"].removeprefix(client.issuer)).json()

    verified = jwt.decode(client.token(), KeySet.import_key_set(keys), algorithms=["RS256"])

    assert verified.header["typ"] == "at+jwt"
    assert verified.claims["iss"] == verified.claims["aud"] == client.issuer
    assert verified.claims["client_id"] == verified.claims["sub"] == client.id
    assert verified.claims["exp"] - verified.claims["nbf"] == 3600
    sets = client.call("GET", "/ssf/jwks").json()["keys"]
    assert not {key["kid"] for key in keys["keys"]} & {key["kid"] for key in sets}


def test_a_set_is_no_access_token_and_a_token_lasts_as_long_as_it_is_configured(tmp_path):
    with running(tmp_path / "state", DEVELOPMENT | {"tokens.lifetime": "90s"}) as daemon:
        client = TokenClient(Transmitter(daemon))
        assert client.ask(client.secret_form).json()["expires_in"] == 90


def test_the_scopes_of_a_token_are_what_it_opens(client):
    reading = client.token(scope="ssf.read")

    assert opens(client, reading) == 200
    refused = client.call("POST", "/ssf/stream", json={}, headers={"Authorization": f"Bearer {reading}"})
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


# MARK: when it ends

def test_a_deleted_client_s_token_opens_nothing_also_for_a_new_client_of_its_name(transmitter):
    client = TokenClient(transmitter, id="short-lived")
    access_token = client.token()
    transmitter.admin.delete_client("short-lived")

    assert opens(client, access_token) == 401
    TokenClient(transmitter, id="short-lived")
    assert opens(client, access_token) == 401
    transmitter.admin.delete_client("short-lived")


def test_a_secret_that_is_deleted_ends_what_it_got_and_its_successor_goes_on(transmitter, client):
    path = f"/v1/clients/{client.id}/secrets"
    first = transmitter.admin.call("GET", path).json()["secrets"][0]["id"]
    old = client.token()
    client.secret = transmitter.admin.call("POST", path).json()["client_secret"]
    new = client.token()
    assert (opens(client, old), opens(client, new)) == (200, 200)

    assert transmitter.admin.call("DELETE", f"{path}/{first}").status_code == 204

    assert (opens(client, old), opens(client, new)) == (401, 200)


def test_a_key_that_is_replaced_ends_what_it_got(transmitter, client):
    access_token = client.ask(client.assertion_form()).json()["access_token"]
    assert opens(client, access_token) == 200

    successor = RSASigner("next")
    answer = transmitter.admin.call(
        "PATCH", f"/v1/clients/{client.id}", json={"jwks": {"keys": [public(successor)]}})
    assert answer.status_code == 200

    assert opens(client, access_token) == 401
    assert client.ask(client.assertion_form()).status_code == 401
    assert client.ask(client.assertion_form(client.assertion(successor))).status_code == 200


def test_no_restart_forgets_that_an_assertion_was_used(tmp_path):
    with running(tmp_path / "state", DEVELOPMENT) as daemon:
        client = TokenClient(Transmitter(daemon))
        assertion = client.assertion()
        assert client.ask(client.assertion_form(assertion)).status_code == 200
        access_token = client.token()
        daemon.kill()
        daemon.restart()

        assert client.ask(client.assertion_form(assertion)).json()["error"] == "invalid_client"
        assert client.ask(client.assertion_form()).status_code == 200
        assert opens(client, access_token) == 200


# MARK: keys that the client publishes

class KeyServer:
    """Publishes a key set over http, and counts how often it is asked."""

    def __init__(self, *signers):
        self.keys, self.requests = [public(signer) for signer in signers], 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                owner.requests += 1
                body = json.dumps({"keys": owner.keys}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/jwks"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def test_the_keys_of_a_client_are_fetched_once_from_where_it_publishes_them(transmitter):
    signer = ECSigner("published")
    with KeyServer(signer) as server:
        client = TokenClient(transmitter, jwks=None, jwks_uri=server.url)
        client.signer = signer
        for _ in range(3):
            answer = client.ask(client.assertion_form())
            assert answer.status_code == 200, answer.text
            assert opens(client, answer.json()["access_token"]) == 200
        for _ in range(3):
            assert client.ask(client.assertion_form(client.assertion(ECSigner("unknown")))).status_code == 401

        assert server.requests == 1


def test_keys_that_cannot_be_fetched_are_503_and_never_a_token(transmitter):
    with KeyServer() as server:
        url = server.url
    client = TokenClient(transmitter, jwks=None, jwks_uri=url)

    answer = client.ask(client.assertion_form())

    assert answer.status_code == 503
    assert answer.json()["error"] == "temporarily_unavailable"
    assert int(answer.headers["Retry-After"]) > 0


# MARK: metadata

def test_rfc_8414_and_rfc_9728_describe_what_there_is(transmitter, client):
    server = client.call("GET", "/.well-known/oauth-authorization-server").json()
    resource = client.call("GET", "/.well-known/oauth-protected-resource").json()

    assert server["issuer"] == resource["resource"] == client.issuer
    assert server["token_endpoint"] == client.issuer + TOKEN_PATH
    assert server["grant_types_supported"] == ["client_credentials"]
    assert server["response_types_supported"] == [], "RFC 8414 wants the member, and there is no authorization endpoint"
    assert server["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic", "client_secret_post", "private_key_jwt"]
    assert server["dpop_signing_alg_values_supported"] == ["RS256", "ES256"]
    assert resource["authorization_servers"] == [client.issuer]
    assert resource["bearer_methods_supported"] == ["header"]
    assert {"ssf.read", "ssf.manage", "okta.identitySources.manage"} <= set(resource["scopes_supported"])


def test_rfc_9728_5_1_a_challenge_leads_to_the_metadata_and_that_to_a_token(transmitter, client):
    challenge = client.call("GET", "/ssf/stream").headers["WWW-Authenticate"]
    resource = requests.get(challenge.split('resource_metadata="')[1].split('"')[0], timeout=10).json()
    [issuer] = resource["authorization_servers"]
    server = requests.get(issuer + "/.well-known/oauth-authorization-server", timeout=10).json()

    answer = requests.post(server["token_endpoint"], data=client.secret_form, timeout=10)

    assert opens(client, answer.json()["access_token"]) == 200


def test_an_issuer_with_a_path_is_described_where_the_rfcs_insert_it(tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    daemon = Daemon(state, DEVELOPMENT | {"issuer": "https://ssf.example.com/tenant"})
    try:
        daemon.start()
        client = TokenClient(Transmitter(daemon))
        for document, member in (("authorization-server", "issuer"), ("protected-resource", "resource")):
            for path in (f"/.well-known/oauth-{document}/tenant", f"/.well-known/oauth-{document}",
                         f"/tenant/.well-known/oauth-{document}"):
                assert client.call("GET", path).json()[member] == "https://ssf.example.com/tenant"
        access_token = client.ask(client.assertion_form(), "/tenant" + TOKEN_PATH).json()["access_token"]
        challenge = client.call("GET", "/tenant/ssf/stream").headers["WWW-Authenticate"]
        assert '"https://ssf.example.com/.well-known/oauth-protected-resource/tenant"' in challenge
        bound = client.bound_token()
        for path in ("/tenant/ssf/stream", "/ssf/stream"):
            assert client.use(access_token, None, path, "Bearer").status_code == 200
            assert client.use(bound, client.proof("GET", "/ssf/stream", bound), path).status_code == 200
    finally:
        daemon.close()
