"""The authorization server of a receiver's company, as a process that a test owns."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

PROGRAM = Path(__file__).resolve().parents[1] / "authorization_server.py"
SECRET = "the-secret-of-every-client"


class ForeignIssuer:
    """Issues tokens, and does what a test wants to happen at an issuer."""

    def __init__(self, issuer: str):
        self.issuer = issuer
        self._session = requests.Session()
        self._session.trust_env = False

    def token(self, client_id: str = "apple", scope: str = "ssf.read ssf.manage") -> str:
        response = self._session.post(
            self.issuer + "/token", timeout=10,
            data={
                "grant_type": "client_credentials", "scope": scope, "client_id": client_id, "client_secret": SECRET})
        assert response.status_code == 200, response.text
        return response.json()["access_token"]

    def rotate(self) -> None:
        """Signs with a new key; of the old ones the last stays published."""
        self._test("rotate")

    def set_outage(self, is_out: bool) -> None:
        self._test("outage/" + ("on" if is_out else "off"))

    def revoke(self, token: str) -> None:
        self._test("revoke", data={"token": token})

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return self._session.get(self.issuer + "/test/counts", timeout=10).json().get(path, 0)

    def _test(self, what: str, **options) -> None:
        assert self._session.post(f"{self.issuer}/test/{what}", timeout=10, **options).status_code == 200


@contextmanager
def running_issuer(audience: str, opaque: bool = False) -> Iterator[ForeignIssuer]:
    command = [sys.executable, str(PROGRAM), "--audience", audience, *(["--opaque"] if opaque else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield ForeignIssuer(json.loads(process.stdout.readline())["issuer"])
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
