"""An RFC 8936 receiver that shares no code with the transmitter."""

import time
from urllib.parse import urlsplit

import requests

from harness.signed_token import SignedToken
from harness.transmitter import ReceiverAPI


class Poller:
    """Polls one stream. It keeps whatever it got, oldest first, as often as it got it."""

    def __init__(self, api: ReceiverAPI, stream: dict):
        self.api = api
        self.path = urlsplit(stream["delivery"]["endpoint_url"]).path
        self.tokens: list[SignedToken] = []

    def poll(self, **members) -> requests.Response:
        """One poll with exactly these members."""
        return self.api.call("POST", self.path, json=members)

    def look(self, **members) -> list[SignedToken]:
        """What waits, without taking it."""
        return self._read(self.poll(returnImmediately=True, **members))

    def take(self, **members) -> list[SignedToken]:
        """What waits; it is acknowledged at once."""
        return self._acknowledged(self.look(**members))

    def drain(self) -> list[SignedToken]:
        """Everything that waits, until nothing does."""
        taken = []
        while tokens := self.take():
            taken += tokens
        return taken

    def of_type(self, uri: str) -> list[SignedToken]:
        return [token for token in self.tokens if token.event_type == uri]

    def wait_for(self, uri: str, count: int = 1, seconds: float = 10) -> list[SignedToken]:
        """The SETs with events of a type, as soon as there are `count`, by long polls."""
        deadline = time.monotonic() + seconds
        while len(found := self.of_type(uri)) < count:
            assert time.monotonic() < deadline, f"waited {seconds} s for {count} of {uri}"
            self._acknowledged(self._read(self.poll()))
        return found

    def _read(self, response: requests.Response) -> list[SignedToken]:
        assert response.status_code == 200, response.text
        return [SignedToken(text.encode()) for text in response.json()["sets"].values()]

    def _acknowledged(self, tokens: list[SignedToken]) -> list[SignedToken]:
        if tokens:
            answer = self.poll(ack=[token.jti for token in tokens], maxEvents=0, returnImmediately=True)
            assert answer.status_code == 200, answer.text
        self.tokens += tokens
        return tokens
