"""The transmitter as its callers see it: receivers on the public listener, administrators on the other."""

from urllib.parse import urlsplit

import requests

from harness.daemon import Daemon

SECONDS = 10


class API:
    """HTTP calls with one access token; without one when it is None."""

    def __init__(self, base: str, token: str | None):
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **options) -> requests.Response:
        return self.session.request(method, self.base + path, timeout=SECONDS, **options)


class ReceiverAPI(API):
    """Discovery and the management of streams. Paths come from the discovery document, as for any receiver.

    `base` is where the listener is bound; a reverse proxy maps the issuer's origin to it.
    """

    def __init__(self, base: str, token: str | None, issuer: str):
        super().__init__(base, token)
        self.issuer = issuer

    def discover(self) -> requests.Response:
        path = urlsplit(self.issuer).path.rstrip("/")
        return self.call("GET", "/.well-known/ssf-configuration" + path)

    @property
    def metadata(self) -> dict:
        return self.discover().json()

    def path(self, member: str) -> str:
        url = urlsplit(self.metadata[member])
        assert self.metadata[member].startswith(self.issuer), f"{member} is not at the issuer"
        return url.path

    def key_set(self) -> dict:
        return self.call("GET", self.path("jwks_uri")).json()

    def create(self, body: dict | None = None, **options) -> requests.Response:
        return self.call("POST", self.path("configuration_endpoint"), json=body, **options)

    def create_push(self, url: str, authorization: str | None = None, **members) -> dict:
        """A new push stream, as the transmitter answers it."""
        delivery = {"method": "urn:ietf:rfc:8935", "endpoint_url": url}
        if authorization:
            delivery["authorization_header"] = authorization
        response = self.create({"delivery": delivery, **members})
        assert response.status_code == 201, response.text
        return response.json()

    def create_poll(self, **members) -> dict:
        """A new stream that is polled, as the transmitter answers it."""
        response = self.create({"delivery": {"method": "urn:ietf:rfc:8936"}, **members})
        assert response.status_code == 201, response.text
        return response.json()

    def read(self, stream_id: str | None = None) -> requests.Response:
        query = {"stream_id": stream_id} if stream_id else {}
        return self.call("GET", self.path("configuration_endpoint"), params=query)

    def update(self, body: dict) -> requests.Response:
        return self.call("PATCH", self.path("configuration_endpoint"), json=body)

    def replace(self, body: dict) -> requests.Response:
        return self.call("PUT", self.path("configuration_endpoint"), json=body)

    def delete(self, stream_id: str) -> requests.Response:
        return self.call("DELETE", self.path("configuration_endpoint"), params={"stream_id": stream_id})

    def status(self, stream_id: str) -> requests.Response:
        return self.call("GET", self.path("status_endpoint"), params={"stream_id": stream_id})

    def set_status(self, body: dict) -> requests.Response:
        return self.call("POST", self.path("status_endpoint"), json=body)

    def add_subject(self, body: dict) -> requests.Response:
        return self.call("POST", self.path("add_subject_endpoint"), json=body)

    def remove_subject(self, body: dict) -> requests.Response:
        return self.call("POST", self.path("remove_subject_endpoint"), json=body)

    def verify(self, body: dict) -> requests.Response:
        return self.call("POST", self.path("verification_endpoint"), json=body)


class AdminAPI(API):
    """Clients, tokens, events, and streams as the transmitter's own operator changes them."""

    def create_client(self, scopes: list[str], **members) -> str:
        response = self.call("POST", "/v1/clients", json={"scopes": scopes, **members})
        assert response.status_code == 201, response.text
        return response.json()["id"]

    def delete_client(self, client_id: str) -> None:
        assert self.call("DELETE", f"/v1/clients/{client_id}").status_code == 204

    def create_token(self, client_id: str, **members) -> dict:
        response = self.call("POST", f"/v1/clients/{client_id}/tokens", json=members)
        assert response.status_code == 201, response.text
        return response.json()

    def create_secret(self, client_id: str) -> str:
        response = self.call("POST", f"/v1/clients/{client_id}/secrets")
        assert response.status_code == 201, response.text
        return response.json()["client_secret"]

    def submit(self, body: dict | list) -> requests.Response:
        return self.call("POST", "/v1/events", json=body)

    def emit(self, event_type: str, subject: dict, members: dict | None = None) -> dict:
        """Submits one event; returns its receipt."""
        response = self.submit({"type": event_type, "subject": subject, "members": members or {}})
        assert response.status_code == 202, response.text
        return response.json()

    def change_stream(self, stream_id: str, **members) -> dict:
        response = self.call("PATCH", f"/v1/streams/{stream_id}", json=members)
        assert response.status_code == 200, response.text
        return response.json()

    def totals(self, stream_id: str) -> dict[str, int]:
        return self.call("GET", f"/v1/streams/{stream_id}").json()["deliveries"]


class Transmitter:
    """A running daemon with its two APIs."""

    def __init__(self, daemon: Daemon):
        self.daemon = daemon
        self.admin = AdminAPI(daemon.admin, daemon.admin_token)
        self._clients: list[str] = []

    def client(self, *scopes: str, **members) -> str:
        """A client of its own for a test."""
        client_id = self.admin.create_client(list(scopes) or ["ssf.read", "ssf.manage"], **members)
        self._clients.append(client_id)
        return client_id

    def token(self, *scopes: str, **members) -> str:
        """The token of a client of its own."""
        return self.admin.create_token(self.client(*scopes, **members))["token"]

    def receiver_api(self, *scopes: str, **members) -> ReceiverAPI:
        """What a receiver with a client of its own calls."""
        return self.with_token(self.token(*scopes, **members))

    def with_token(self, token: str | None) -> ReceiverAPI:
        return ReceiverAPI(self.daemon.public, token, self.daemon.issuer)

    def forget_clients(self) -> None:
        """Deletes the clients made for a test, and so their streams, which would get other tests' events."""
        for client_id in self._clients:
            self.admin.delete_client(client_id)
        self._clients = []


def email(address: str) -> dict:
    return {"format": "email", "email": address}
