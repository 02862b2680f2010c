"""Every kind of SET that the transmitter makes, as one receiver got it."""

from conformance.channels import Channel, Channels
from conformance.examples import EXAMPLES
from conformance.vocabulary import STREAM_UPDATED, VERIFICATION
from harness.signed_token import SignedToken
from harness.waiting import wait_until

STATE = "VGhpcyBpcyBhbiBleGFtcGxl"
REASON = "maintenance"


class Sample:
    """One SET for each of the examples, two of verification (unasked, then with a state), two of stream-updated
    (paused, then enabled)."""

    def __init__(self, open_channel: Channels):
        self.channel = open_channel()
        self.stream = self.channel.stream
        self.receipts = self._fill(self.channel, open_channel)
        self.tokens = self.channel.tokens
        self.key_set: dict = self.channel.api.key_set()

    @staticmethod
    def _fill(channel: Channel, channels: Channels) -> list[dict]:
        channel.wait_for(VERIFICATION)
        assert channel.api.verify({"stream_id": channel.stream_id, "state": STATE}).status_code == 204
        channel.wait_for(VERIFICATION, 2)
        receipts = [channels.admin.emit(*example) for example in EXAMPLES]
        for event_type, _, _ in EXAMPLES:
            channel.wait_for(event_type)
        channels.admin.change_stream(channel.stream_id, status="paused", reason=REASON)
        channel.wait_for(STREAM_UPDATED)
        channels.admin.change_stream(channel.stream_id, status="enabled")
        channel.wait_for(STREAM_UPDATED, 2)
        wait_until(lambda: channels.admin.totals(channel.stream_id)["pending"] == 0, "everything to be settled")
        return receipts

    def of_type(self, uri: str) -> list[SignedToken]:
        return [token for token in self.tokens if token.event_type == uri]

    @property
    def about_subjects(self) -> list[SignedToken]:
        """Without those that the transmitter makes by itself."""
        return [token for token in self.tokens if token.event_type not in (VERIFICATION, STREAM_UPDATED)]
