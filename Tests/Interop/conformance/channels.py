"""A stream and its receiver, over push or over poll: what must hold for both is tested on both."""

from abc import ABC, abstractmethod
from contextlib import ExitStack

from conformance.vocabulary import VERIFICATION
from harness.poller import Poller
from harness.receiver import Receiver
from harness.signed_token import SignedToken
from harness.transmitter import AdminAPI, ReceiverAPI, Transmitter


class Channel(ABC):
    """What a receiver has: its stream, and the SETs that came so far, in order of arrival."""

    def __init__(self, api: ReceiverAPI, stream: dict):
        self.api = api
        self.stream = stream
        self.stream_id: str = stream["stream_id"]

    @property
    @abstractmethod
    def tokens(self) -> list[SignedToken]: ...

    @abstractmethod
    def wait_for(self, uri: str, count: int = 1, seconds: float = 10) -> list[SignedToken]:
        """The SETs with events of a type, as soon as there are `count`."""

    @abstractmethod
    def catch_up(self) -> None:
        """Returns when whatever could be transmitted by now has come."""

    def of_type(self, uri: str) -> list[SignedToken]:
        return [token for token in self.tokens if token.event_type == uri]

    def set_status(self, status: str, **members) -> None:
        response = self.api.set_status({"stream_id": self.stream_id, "status": status, **members})
        assert response.status_code == 200, response.text


class PushChannel(Channel):
    def __init__(self, api: ReceiverAPI, receiver: Receiver, probe: ReceiverAPI, **members):
        super().__init__(api, api.create_push(receiver.url, **members))
        self.receiver = receiver
        self._probe = probe

    @property
    def tokens(self) -> list[SignedToken]:
        return list(self.receiver.deliveries)

    def wait_for(self, uri: str, count: int = 1, seconds: float = 10) -> list[SignedToken]:
        return self.receiver.wait_for(uri, count, seconds)

    def catch_up(self) -> None:
        """Streams get their turns in order: when a new stream has had its own, this one has had its."""
        with Receiver() as receiver:
            stream = self._probe.create_push(receiver.url, events_requested=[])
            receiver.wait_for(VERIFICATION)
            assert self._probe.delete(stream["stream_id"]).status_code == 204


class PollChannel(Channel):
    def __init__(self, api: ReceiverAPI, **members):
        super().__init__(api, api.create_poll(**members))
        self.poller = Poller(api, self.stream)

    @property
    def tokens(self) -> list[SignedToken]:
        return list(self.poller.tokens)

    def wait_for(self, uri: str, count: int = 1, seconds: float = 10) -> list[SignedToken]:
        return self.poller.wait_for(uri, count, seconds)

    def catch_up(self) -> None:
        self.poller.drain()


class Channels:
    """Opens channels of one kind for a test."""

    def __init__(self, kind: str, transmitter: Transmitter, resources: ExitStack):
        self.kind = kind
        self.admin: AdminAPI = transmitter.admin
        self._transmitter = transmitter
        self._resources = resources

    def __call__(self, api: ReceiverAPI | None = None, **members) -> Channel:
        """A new stream with these members, of a client of its own unless another is given."""
        api = api or self._transmitter.receiver_api()
        if self.kind == "poll":
            return PollChannel(api, **members)
        receiver = self._resources.enter_context(Receiver())
        return PushChannel(api, receiver, self._transmitter.receiver_api(), **members)
