"""What is good once is good once also where many show it at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from harness.token_client import TokenClient

CROWD = 8


@pytest.fixture
def client(transmitter) -> TokenClient:
    return TokenClient(transmitter)


def at_once(call: Callable[[], requests.Response]) -> list[int]:
    """The answers to one call that is made several times at the same moment."""
    barrier = Barrier(CROWD)

    def run(_: int) -> int:
        barrier.wait(10)
        return call().status_code

    with ThreadPoolExecutor(CROWD) as threads:
        return sorted(threads.map(run, range(CROWD)))


def test_rfc_7523_3_of_many_at_once_one_uses_an_assertion(client):
    for _ in range(5):
        form = client.assertion_form()
        assert at_once(lambda form=form: client.ask(form)) == [200] + [401] * (CROWD - 1)


def test_rfc_9449_11_1_of_many_at_once_one_uses_a_proof(client):
    bound = client.bound_token()
    for _ in range(5):
        proof = client.proof("GET", "/ssf/stream", bound)
        assert at_once(lambda proof=proof: client.use(bound, proof)) == [200] + [401] * (CROWD - 1)
