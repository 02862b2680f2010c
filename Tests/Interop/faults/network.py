"""Names that do not resolve, or resolve to where no SET may go."""

import time

from harness.daemon import Daemon
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.outcomes import first_outcome
from faults.scripted import Exchange

# Look-ups that block a thread each, for longer than anybody waits.
DEAD_NAMES = 64
# A public address that is nobody's here: the library below the daemon lets nothing leave the machine.
PUBLIC = "93.184.215.14"


@fault("F15", "P5 P8", "names that do not resolve", quick=True)
def dead_names(lab: Lab) -> None:
    daemon = lab.start(**{"limits.streams": 100})
    shim = lab.shim(daemon)
    receiver = lab.scripted(Exchange.accept)
    port = receiver.origin.rpartition(":")[2]
    cases = {
        "absent": "dns_not_found", "failing": "dns_error", "looping": "dns_error", "slow": "dns_timeout",
        "crowd": "http_202"}
    shim.resolve("absent.test", "NXDOMAIN")
    shim.resolve("failing.test", "SERVFAIL")
    shim.resolve("looping.test", "LOOP")
    shim.resolve("slow.test", "SERVFAIL", delay=30)
    shim.resolve("crowd.test", "127.0.0.9", *(f"127.0.{n // 250}.{n % 250 + 1}" for n in range(500)))
    client = lab.client(daemon)
    lab.repeatable = None
    streams = {name: lab.push(client, f"http://{name}.test:{port}/events") for name in cases}
    _check_others(lab, daemon, port)
    for name, stream in streams.items():
        lab.check_equal(f"{name}: outcome", first_outcome(daemon, stream), cases[name])


def _check_others(lab: Lab, daemon: Daemon, port: str) -> None:
    """Receivers whose names resolve do not notice those whose names hang."""
    shim, client = lab.shim(daemon), lab.client(daemon)
    for number in range(DEAD_NAMES):
        shim.resolve(f"dead-{number}.test", "SERVFAIL", delay=30)
        lab.push(client, f"http://dead-{number}.test:{port}/events")
    shim.resolve("good.test", "127.0.0.1")
    good = lab.push(client, f"http://good.test:{port}/events")
    began = time.monotonic()
    code = first_outcome(daemon, good)
    lab.check_equal(f"with {DEAD_NAMES} names that hang, outcome at one that does not", code, "http_202")
    lab.check_most("and it takes", time.monotonic() - began, 2, " s")


# What a name resolves to, look-up by look-up; each has an address that no receiver may have.
FORBIDDEN = {
    "private": [["10.0.0.1"]],
    "metadata": [["169.254.169.254"]],
    "mixed": [[PUBLIC, "192.168.0.1"]],
    "mixed-families": [[PUBLIC, "fd00::1"]],
    "mapped": [["::ffff:10.0.0.1"]],
    "nat64": [["64:ff9b::a00:1"]],
    "six-to-four": [["2002:a00:1::"]],
    "this-network": [["0.0.0.0"]],
    "rebinding": [[PUBLIC], ["10.0.0.2"]],
}
LITERALS = ["10.0.0.3", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:10.0.0.4]", "[fe80::1]", "0"]


@fault("F14", "P9", "addresses where no SET may go", quick=True)
def forbidden(lab: Lab) -> None:
    daemon = lab.start(**{"development": "false", "issuer": "https://signals.example.com", "limits.streams": 100})
    shim, client = lab.shim(daemon), lab.client(daemon)
    for name, lookups in FORBIDDEN.items():
        for addresses in lookups:
            shim.resolve(f"{name}.test", *addresses)
    streams = {name: lab.push(client, f"https://{name}.test/events") for name in FORBIDDEN}
    for name, stream in streams.items():
        wanted = "connect_unreachable" if name == "rebinding" else "destination_refused"
        lab.check_equal(f"{name}: outcome", first_outcome(daemon, stream), wanted)
    for literal in LITERALS:
        delivery = {"method": "urn:ietf:rfc:8935", "endpoint_url": f"https://{literal}/events"}
        lab.check_equal(f"{literal} as a host: answer", client.create({"delivery": delivery}).status_code, 400)
    rebound = streams["rebinding"]
    wait_until(
        lambda: "destination_refused" in _codes(daemon, rebound), "a second attempt at the name that changed", 20)
    dialed = {address for address, _ in shim.dialed}
    lab.check_equal("addresses that were dialed", ", ".join(sorted(dialed)), PUBLIC)


def _codes(daemon: Daemon, stream: str) -> list[str]:
    admin = Lab.admin(daemon)
    [delivery] = admin.call("GET", "/v1/deliveries", params={"stream_id": stream}).json()["deliveries"]
    return [attempt["code"] for attempt in Lab.delivery(daemon, delivery["jti"])["history"]]
