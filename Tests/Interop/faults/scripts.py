"""What scripted receivers do with a SET, and streams to them."""

import threading

from harness.daemon import Daemon

from faults.lab import Lab
from faults.scripted import ACCEPTED, Exchange, Script, ScriptedReceiver


def accepting(exchange: Exchange) -> None:
    exchange.accept()
    exchange.keep()


def taking(answer: bytes) -> Script:
    """Takes the SET, with an answer that goes on in some strange way."""
    return lambda exchange: exchange.accept(answer)


def sending(data: bytes) -> Script:
    return lambda exchange: exchange.send(data)


def sending_then_hanging(data: bytes) -> Script:
    def script(exchange: Exchange) -> None:
        exchange.send(data)
        exchange.wait_for_end()

    return script


def dripping(exchange: Exchange) -> None:
    """A byte a second, of an answer that would be good."""
    for byte in ACCEPTED:
        exchange.send(bytes([byte]))
        if exchange.ends_within(1):
            return


def once(script: Script) -> Script:
    """The script for the first attempt at each SET; later ones are taken."""
    seen: set[str] = set()

    def take(exchange: Exchange) -> None:
        if exchange.jti in seen:
            return exchange.accept()
        seen.add(exchange.jti)
        script(exchange)

    return take


def together(count: int, script: Script) -> Script:
    """The script for so many SETs at once, begun when all have come; later ones go on alone."""
    barrier, arrived = threading.Barrier(count), iter(range(count))

    def wait(exchange: Exchange) -> None:
        if next(arrived, None) is not None:
            barrier.wait(30)
        script(exchange)

    return wait


def each(lab: Lab, daemon: Daemon, scripts: dict[str, Script]) -> dict[str, tuple[ScriptedReceiver, str]]:
    """A stream for each script, and one event to all of them: the receivers with the jti that each was sent."""
    receivers = {name: lab.scripted(script) for name, script in scripts.items()}
    streams = {lab.stream(daemon, receiver): name for name, receiver in receivers.items()}
    sent = lab.emit(daemon)
    return {streams[stream]: (receivers[streams[stream]], jti) for stream, jti in sent.items() if stream in streams}
