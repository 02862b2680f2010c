"""openssl speed, the yardstick of everything that signs."""

import os

from . import host

SECONDS = "2"
# As openssl speed calls them, with what the line of their results begins with.
RSA = "rsa2048"
ECDSA = "ecdsap256"
RESULTS = {RSA: "+F2:", ECDSA: "+F4:"}


def seconds_of_cpu_per_signature() -> float:
    """What one RSA-2048 signature costs, in seconds of CPU time."""
    return 1 / _signatures_per_second(RSA)


def signatures_per_second_on_all_cores(key: str = RSA) -> float:
    """How many signatures the machine makes in a second of wall time."""
    return _signatures_per_second(key, "-elapsed", "-multi", str(os.cpu_count()))


def _signatures_per_second(key: str, *options: str) -> float:
    output = host.run("openssl", "speed", "-mr", "-seconds", SECONDS, *options, key)
    # The last line that counts reads +F2:2:2048:<signatures a second>:<verifications a second>
    rates = [line for line in output.splitlines() if line.startswith(RESULTS[key])]
    if not rates:
        raise host.BenchmarkError(f"openssl speed printed no rate of {key}:\n{output}")
    return float(rates[-1].split(":")[3])
