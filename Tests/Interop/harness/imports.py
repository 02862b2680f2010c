"""Imports into the source hr, as its administrator sees them."""

import json
from collections.abc import Callable

import requests

from harness.daemon import Daemon
from harness.transmitter import AdminAPI, Transmitter
from harness.waiting import wait_until


class Imports:
    """The administrator's side of imports into the source hr."""

    def __init__(self, daemon: Daemon):
        self.daemon = daemon
        self.admin = AdminAPI(daemon.admin, daemon.admin_token)

    def call(self, method: str, path: str, expected: int = 200, **options) -> dict:
        response = self.admin.call(method, path, **options)
        assert response.status_code == expected, response.text
        return response.json() if response.content else {}

    def create(self, records: list[dict], full: bool = False) -> str:
        created = self.call("POST", "/v1/imports", 201, json={"source": "hr", "full": full})
        for start in range(0, len(records), 2000):
            part = "\n".join(json.dumps(record) for record in records[start:start + 2000])
            self.call("POST", f"/v1/imports/{created['id']}/records", 202, data=part,
                      headers={"Content-Type": "application/x-ndjson"})
        return created["id"]

    def start(self, records: list[dict], full: bool = False) -> str:
        import_id = self.create(records, full)
        self.call("POST", f"/v1/imports/{import_id}/start", 202)
        return import_id

    def show(self, import_id: str) -> dict:
        return self.call("GET", f"/v1/imports/{import_id}")

    def settled(self, import_id: str, seconds: float = 60) -> dict:
        """The import as soon as it has ended or is held."""
        def end() -> dict | None:
            found = self.show(import_id)
            is_over = found["status"] not in ("TRIGGERED", "IN_PROGRESS") or found.get("phase") == "held"
            return found if is_over else None

        return wait_until(end, f"the end of the import {import_id}", seconds)

    def run(self, records: list[dict], full: bool = False) -> dict:
        return self.settled(self.start(records, full))


def caller(daemon: Daemon) -> Callable[..., requests.Response]:
    """Calls of the source hr as a client of Okta's API makes them, and as its SDK would not."""
    token = Transmitter(daemon).token("okta.identitySources.read", "okta.identitySources.manage")

    def call(method: str, path: str, **options) -> requests.Response:
        url = f"{daemon.public}/api/v1/identity-sources/hr/{path}"
        return requests.request(method, url, headers={"Authorization": f"SSWS {token}"}, timeout=30, **options)

    return call


def user(number: int, **attributes) -> dict:
    profile = {"email": f"user{number}@example.com", "userName": f"user{number}@example.com", "status": "active"}
    return {"external_id": f"e{number:05}", "profile": profile | attributes}
