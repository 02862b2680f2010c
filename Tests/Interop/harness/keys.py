"""The signing keys of a daemon, as its administrator sees them."""

from harness.daemon import Daemon
from harness.transmitter import AdminAPI

# What there is a key for, and of which algorithm.
USES = [("set", "RS256"), ("set", "ES256"), ("token", "RS256"), ("token", "ES256")]


class Keys:
    """The keys of a daemon, over its admin API."""

    def __init__(self, daemon: Daemon):
        self.api = AdminAPI(daemon.admin, daemon.admin_token)

    def list(self, **members) -> list[dict]:
        keys = self.api.call("GET", "/v1/keys").json()["keys"]
        return [key for key in keys if members.items() <= key.items()]

    def active(self, purpose: str, alg: str) -> str:
        [key] = self.list(purpose=purpose, alg=alg, state="active")
        return key["kid"]

    def change(self, path: str, **body) -> dict:
        response = self.api.call("POST", f"/v1/keys/{path}", json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()
