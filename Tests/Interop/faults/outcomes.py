"""What attempts came to, as the admin API tells it."""

from harness.daemon import Daemon
from harness.waiting import wait_until

from faults.lab import Lab


def first_code(daemon: Daemon, jti: str, seconds: float = 20) -> str:
    """What the first attempt at a SET came to."""
    record = wait_until(
        lambda: found if (found := Lab.delivery(daemon, jti))["attempts"] > 0 else None, "an attempt", seconds)
    return record["history"][0]["code"] if record["history"] else record["last_code"]


def first_outcome(daemon: Daemon, stream: str) -> str:
    """What the first attempt at a stream's verification event came to."""
    admin = Lab.admin(daemon)

    def attempted() -> list[dict]:
        found = admin.call("GET", "/v1/deliveries", params={"stream_id": stream}).json()["deliveries"]
        return [delivery for delivery in found if delivery["attempts"]]

    # Longer than a look-up may take.
    [delivery] = wait_until(attempted, "an attempt", 15)
    return first_code(daemon, delivery["jti"])
