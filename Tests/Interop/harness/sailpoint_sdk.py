"""The sailpoint package from PyPI as its users call it, with its answers in one shape."""

from dataclasses import dataclass

from sailpoint.configuration import Configuration, ConfigurationParams
from sailpoint.shared_signals_framework_ssf.api.shared_signals_framework_ssf_api import SharedSignalsFrameworkSSFApi
from sailpoint.shared_signals_framework_ssf.api_client import ApiClient
from sailpoint.shared_signals_framework_ssf.exceptions import ApiException
from sailpoint.shared_signals_framework_ssf.models.create_stream_delivery_request import CreateStreamDeliveryRequest
from sailpoint.shared_signals_framework_ssf.models.create_stream_request import CreateStreamRequest
from sailpoint.shared_signals_framework_ssf.models.delivery_request import DeliveryRequest
from sailpoint.shared_signals_framework_ssf.models.replace_stream_configuration_request import (
    ReplaceStreamConfigurationRequest)
from sailpoint.shared_signals_framework_ssf.models.replace_stream_configuration_request_delivery import (
    ReplaceStreamConfigurationRequestDelivery)
from sailpoint.shared_signals_framework_ssf.models.update_stream_configuration_request import (
    UpdateStreamConfigurationRequest)
from sailpoint.shared_signals_framework_ssf.models.update_stream_status_request import UpdateStreamStatusRequest
from sailpoint.shared_signals_framework_ssf.models.verification_request import VerificationRequest

PUSH = "urn:ietf:rfc:8935"


@dataclass
class Answer:
    status: int
    headers: dict
    data: object
    error: ApiException | None


class SailPointSDK:
    """A client with a ready access token, or with a secret to get one."""

    def __init__(
        self, base: str, token: str | None = None, client_id: str | None = None, client_secret: str | None = None,
    ):
        parameters = ConfigurationParams()
        parameters.base_url = base
        parameters.access_token = token
        parameters.client_id = client_id
        parameters.client_secret = client_secret
        self._api = SharedSignalsFrameworkSSFApi(ApiClient(Configuration(parameters)))

    def call(self, operation: str, *arguments, **options) -> Answer:
        """Runs one operation; what it raises is an answer, too."""
        try:
            response = getattr(self._api, operation + "_with_http_info")(*arguments, **options)
        except ApiException as error:
            return Answer(error.status, error.headers, error.data, error)
        return Answer(response.status_code, response.headers, response.data, None)

    def create(self, url: str, authorization: str | None = None, method: str = PUSH, **members) -> Answer:
        delivery = CreateStreamDeliveryRequest(
            method=method, endpoint_url=url, authorization_header=authorization)
        return self.call("create_stream_v1", CreateStreamRequest(delivery=delivery, **members))

    def streams(self, stream_id: str | None = None) -> Answer:
        return self.call("get_stream_v1", stream_id=stream_id)

    def update(self, stream_id: str, delivery: dict | None = None, **members) -> Answer:
        return self.call("update_stream_configuration_v1", UpdateStreamConfigurationRequest(
            stream_id=stream_id, delivery=delivery and DeliveryRequest(**delivery), **members))

    def replace(self, stream_id: str, url: str, **members) -> Answer:
        delivery = ReplaceStreamConfigurationRequestDelivery(method=PUSH, endpoint_url=url)
        return self.call("set_stream_configuration_v1", ReplaceStreamConfigurationRequest(
            stream_id=stream_id, delivery=delivery, **members))

    def delete(self, stream_id: str) -> Answer:
        return self.call("delete_stream_v1", stream_id)

    def status(self, stream_id: str) -> Answer:
        return self.call("get_stream_status_v1", stream_id)

    def set_status(self, stream_id: str, status: str, reason: str | None = None) -> Answer:
        return self.call("update_stream_status_v1", UpdateStreamStatusRequest(
            stream_id=stream_id, status=status, reason=reason))

    def verify(self, stream_id: str, state: str | None = None) -> Answer:
        return self.call("send_stream_verification_v1", VerificationRequest(stream_id=stream_id, state=state))
