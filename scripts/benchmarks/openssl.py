"""openssl speed, the yardstick of everything that signs."""

import os

from . import host

SECONDS = "2"


def seconds_of_cpu_per_signature() -> float:
    """What one RSA-2048 signature costs, in seconds of CPU time."""
    return 1 / _signatures_per_second()


def signatures_per_second_on_all_cores() -> float:
    """How many RSA-2048 signatures the machine makes in a second of wall time."""
    return _signatures_per_second("-elapsed", "-multi", str(os.cpu_count()))


def _signatures_per_second(*options: str) -> float:
    output = host.run("openssl", "speed", "-mr", "-seconds", SECONDS, *options, "rsa2048")
    # The last line that counts reads +F2:2:2048:<signatures a second>:<verifications a second>
    rates = [line for line in output.splitlines() if line.startswith("+F2:")]
    if not rates:
        raise host.BenchmarkError(f"openssl speed printed no RSA rate:\n{output}")
    return float(rates[-1].split(":")[3])
