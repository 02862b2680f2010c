"""Key sets as receivers keep them: fetched now and then, used until their max-age is over."""

import re
import threading
import time

import requests
from joserfc import jws
from joserfc.jwk import Key, KeySet

from harness.signed_token import SignedToken

# Between two fetches of a history.
INTERVAL_SECONDS = 0.05


def max_age(response: requests.Response) -> int:
    """How long a cache may keep a response (RFC 9111 §5.2.2.1), in seconds."""
    return int(re.search(r"max-age=(\d+)", response.headers["Cache-Control"])[1])


class KeySetHistory:
    """Every key set that some receiver may have, whenever it fetched: what was published, without a gap."""

    def __init__(self, url: str):
        self.url = url
        self.seen: dict[str, Key] = {}
        self._fetched: list[tuple[float, frozenset[str]]] = []
        self._session = requests.Session()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.max_age = self._fetch()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "KeySetHistory":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stopped.set()
        self._thread.join()
        self._session.close()

    def check(self, token: SignedToken, arrived: float) -> None:
        """Raises if there is a key set by which a receiver, that keeps it as long as it may, cannot verify."""
        kid, algorithm = token.header["kid"], token.header["alg"]
        with self._lock:
            sets = [kids for fetched, kids in self._fetched if arrived - self.max_age <= fetched <= arrived]
            key = self.seen.get(kid)
        assert sets, "no key set was fetched in time"
        without = sum(kid not in kids for kids in sets)
        assert not without, f"{without} of {len(sets)} key sets that receivers may have are without {kid}"
        jws.deserialize_compact(token.body, KeySet([key]), algorithms=[algorithm])

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL_SECONDS):
            self._fetch()

    def _fetch(self) -> int:
        response = self._session.get(self.url, timeout=10)
        arrived = time.monotonic()
        keys = response.json()["keys"]
        with self._lock:
            for key in keys:
                if key["kid"] not in self.seen:
                    self.seen |= {key["kid"]: KeySet.import_key_set({"keys": [key]}).keys[0]}
            self._fetched.append((arrived, frozenset(key["kid"] for key in keys)))
        return max_age(response)
