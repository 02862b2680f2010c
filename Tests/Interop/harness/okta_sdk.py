"""The okta package from PyPI as its users call it, with its answers in one shape."""

import asyncio
from dataclasses import dataclass

from okta.client import Client
from okta.errors.okta_api_error import OktaAPIError
from okta.models.stream_configuration import StreamConfiguration
from okta.models.stream_configuration_create_request import StreamConfigurationCreateRequest
from okta.models.stream_configuration_delivery import StreamConfigurationDelivery
from okta.models.stream_verification_request import StreamVerificationRequest

PUSH = "urn:ietf:rfc:8935"


@dataclass
class Answer:
    status: int
    headers: dict
    data: object
    error: OktaAPIError | None


def check_error(answer: Answer, status: int, code: str, *parts: str) -> None:
    """The SDK has made its own error of ours, and every field of it is filled."""
    assert answer.status == status
    assert answer.data is None
    assert answer.error.status == status
    assert answer.error.error_code == answer.error.error_link == code
    assert answer.error.error_id == answer.headers["X-Okta-Request-Id"]
    told = " ".join([answer.error.error_summary, *(cause["errorSummary"] for cause in answer.error.error_causes)])
    for part in parts:
        assert part in told


class OktaSDK:
    """A client with a ready access token. By default it does not repeat what was refused."""

    def __init__(self, base: str, token: str, mode: str = "Bearer", retries: int = 0):
        self._connect(base, retries, authorizationMode=mode, token=token)

    @classmethod
    def with_key(
        cls, base: str, client_id: str, key: str, scopes: list[str], proves: bool = False, retries: int = 0,
    ) -> "OktaSDK":
        """A client that gets its own tokens: PrivateKey mode, with DPoP if it proves that it holds a key."""
        sdk = cls.__new__(cls)
        sdk._connect(
            base, retries, authorizationMode="PrivateKey", clientId=client_id, privateKey=key, scopes=scopes,
            dpopEnabled=proves)
        return sdk

    def _connect(self, base: str, retries: int, **settings) -> None:
        self._client = Client({"orgUrl": base, "rateLimit": {"maxRetries": retries}, **settings})

    def get_token(self) -> tuple[str | None, str, Exception | None]:
        """The token that it has or now gets for itself, its type, and why it gets none.

        Asked directly: before an operation the SDK stumbles over that reason.
        """
        return asyncio.run(self._client._request_executor._oauth.get_oauth_token())

    def call(self, operation: str, *arguments, **options) -> Answer:
        """Runs one operation of the asynchronous client.

        It returns data, response and error; or response and error, where an operation without data is refused.
        """
        *data, response, error = asyncio.run(getattr(self._client, operation)(*arguments, **options))
        status = response.status_code if hasattr(response, "status_code") else response.status
        return Answer(status, response.headers, data[0] if data else None, error)

    def create(self, url: str, events: list[str], authorization: str | None = None, **members) -> Answer:
        return self.call("create_ssf_stream", StreamConfigurationCreateRequest(
            delivery=delivery(url, authorization), events_requested=events, **members))

    def streams(self, stream_id: str | None = None) -> Answer:
        return self.call("get_ssf_streams", stream_id=stream_id)

    def status(self, stream_id: str) -> Answer:
        return self.call("get_ssf_stream_status", stream_id)

    def update(self, configuration: StreamConfiguration) -> Answer:
        return self.call("update_ssf_stream", configuration)

    def replace(self, configuration: StreamConfiguration) -> Answer:
        return self.call("replace_ssf_stream", configuration)

    def verify(self, stream_id: str, state: str | None = None) -> Answer:
        return self.call("verify_ssf_stream", StreamVerificationRequest(stream_id=stream_id, state=state))

    def delete(self, stream_id: str | None = None) -> Answer:
        return self.call("delete_ssf_stream", stream_id=stream_id)


def delivery(url: str, authorization: str | None = None) -> StreamConfigurationDelivery:
    return StreamConfigurationDelivery(method=PUSH, endpoint_url=url, authorization_header=authorization)


def configuration(url: str, events: list[str], **members) -> StreamConfiguration:
    return StreamConfiguration(delivery=delivery(url), events_requested=events, **members)
