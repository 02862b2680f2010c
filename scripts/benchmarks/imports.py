"""What an import costs that finds nothing changed: uploads, comparison, and memory, at a million and at ten thousand.

Profiles are uploaded through the Identity Source API, as its clients do it, 200 at a time on a few connections; the
time is from the first upload to the end of the import, which is asked for every few milliseconds. An import of ten
thousand lasts but a fraction of a second, so it is repeated for some seconds; and what an import costs for itself,
which one of a single upload tells, is taken off before its profiles are compared with those of a million.
"""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from . import host
from .daemon import Connection, Daemon
from .results import Bar, Figure, Number, Results

FEW, MANY = 10_000, 1_000_000
PROFILES_PER_UPLOAD = LEAST = 200
CONNECTIONS = 4
# The daemon closes a connection after 1,000 requests.
REQUESTS_PER_CONNECTION = 900
RULES = 20
CHANGES = 20_000
RUNS = 5
SECONDS_AT_LEAST = 3
SECONDS_BETWEEN_LOOKS = 0.005


class Source:
    """A daemon with an identity source of that many identities; a context manager."""

    def __init__(self, binary: Path, count: int):
        self._count = count
        self._daemon = Daemon(
            binary, SSF_IDENTITY_SOURCES_SOURCES="hr", SSF_IDENTITY_SOURCES_UPLOADS_PER_SESSION="1000000",
            SSF_LIMITS_MANAGEMENT_PER_SECOND="0")

    def __enter__(self) -> "Source":
        self._daemon.__enter__()
        try:
            self._daemon.admin.call("POST", "/v1/clients", {
                "id": "hr", "scopes": ["okta.identitySources.read", "okta.identitySources.manage"]})
            self._token = self._daemon.admin.call("POST", "/v1/clients/hr/tokens", {})["token"]
            self._uploads = [upload(start) for start in range(0, self._count, PROFILES_PER_UPLOAD)]
            self.seconds_of_first = self._import("created")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._daemon.__exit__()

    def seconds_of_import(self) -> float:
        """What it takes to import everybody as they are already, on average over some seconds."""
        seconds: list[float] = []
        while sum(seconds) < SECONDS_AT_LEAST:
            seconds.append(self._import("unchanged"))
        return mean(seconds)

    def _import(self, outcome: str) -> float:
        """Imports everybody once, and returns how many seconds that took."""
        base = "/api/v1/identity-sources/hr/sessions"
        client = Connection(self._daemon.public_url, self._token)
        start = time.monotonic()
        session = client.call("POST", base)["id"]
        self._upload(f"{base}/{session}/bulk-upsert")
        client.call("POST", f"{base}/{session}/start-import")
        report = self._report(client, f"{base}/{session}")
        seconds = time.monotonic() - start
        if report[outcome] != self._count:
            raise host.BenchmarkError(f"{report} after {self._count} profiles that should be {outcome}")
        return seconds

    def _upload(self, path: str) -> None:
        uploads = iter(self._uploads)
        lock = threading.Lock()
        failures: list[Exception] = []
        threads = [threading.Thread(target=self._send, args=(path, uploads, lock, failures)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def _send(self, path: str, uploads: Iterator[bytes], lock: threading.Lock, failures: list[Exception]) -> None:
        client = Connection(self._daemon.public_url, self._token)
        try:
            for number in itertools.count(1):
                with lock:
                    body = next(uploads, None)
                if body is None:
                    return
                if number % REQUESTS_PER_CONNECTION == 0:
                    client.close()
                client.send("POST", path, body)
        except Exception as error:  # told by the thread that waits
            failures.append(error)

    def _report(self, client: Connection, path: str) -> dict:
        while (session := client.call("GET", path))["status"] in ("TRIGGERED", "IN_PROGRESS"):
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return session["progress"]["report"]

    def peak_megabytes(self) -> float:
        return self._daemon.server.peak_resident_bytes() / 1e6


def upload(start: int) -> bytes:
    profiles = [
        {"externalId": f"employee-{number:07}", "profile": {
            "userName": f"user{number}@example.com", "email": f"user{number}@example.com", "firstName": "Jane",
            "lastName": f"Doe {number}", "department": f"Department {number % 97}", "status": "active"}}
        for number in range(start, start + PROFILES_PER_UPLOAD)]
    return json.dumps({"entityType": "USERS", "profiles": profiles}).encode()


def measure(binary: Path, rounds: int) -> Results:
    rate = Figure(f"profiles/s of an import of {MANY:,}, none changed", Bar(20_000))
    ratio = Figure("cost of a profile at 1M ÷ at 10k", Bar(1.3, is_ceiling=True))
    memory = Figure("most memory of the daemon meanwhile, in MB", Bar(150, is_ceiling=True))
    first = Number(f"first import of {MANY:,} profiles", "profiles/s")
    fixed = Number("an import for itself", "ms")
    with Source(binary, LEAST) as least, Source(binary, FEW) as few, Source(binary, MANY) as many:
        first.samples.append(MANY / many.seconds_of_first)
        for _ in range(min(rounds, 3)):
            base, of_few, of_many = (source.seconds_of_import() for source in (least, few, many))
            rate.samples.append(MANY / of_many)
            ratio.samples.append((of_many - base) / (MANY - LEAST) / ((of_few - base) / (FEW - LEAST)))
            memory.samples.append(many.peak_megabytes())
            fixed.samples.append(base * 1e3)
    return Results([rate, ratio, memory, rules(binary)], [first, fixed])


def rules(binary: Path) -> Figure:
    """As `rules test` measures it: every rule looks at every change, and one of them speaks about a tenth of them.

    The best of some runs counts: whatever else the machine does only ever adds to the time.
    """
    figure = Figure(f"µs to evaluate a change by {RULES} rules", Bar(5, is_ceiling=True))
    with TemporaryDirectory() as directory:
        file, sample = Path(directory) / "rules.json", Path(directory) / "sample.ndjson"
        file.write_text(json.dumps([rule(number) for number in range(RULES)]))
        sample.write_text("\n".join(json.dumps(change(number)) for number in range(CHANGES)))
        for _ in range(3):
            figure.samples.append(min(trial(binary, file, sample) for _ in range(RUNS)))
    return figure


def trial(binary: Path, rules: Path, sample: Path) -> float:
    told = host.run(str(binary), "rules", "test", str(rules), "--sample", str(sample))
    return float(told.splitlines()[-1].split(";")[-1].split()[0])


def rule(number: int) -> dict:
    return {
        "name": f"rule-{number}",
        "when": f'changed.status pr and new.status eq "status-{number}" and not (old.department eq "none")',
        "emit": ["session-revoked"], "subject": {"format": "email", "email": "{new.email}"}}


def change(number: int) -> dict:
    profile = {"email": f"user{number}@example.com", "department": f"Department {number % 97}", "status": "active"}
    status = "status-7" if number % 10 == 0 else "elsewhere"
    return {"externalId": str(number), "old": profile, "new": profile | {"status": status}}
