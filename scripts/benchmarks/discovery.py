"""How fast the discovery document is answered, with nginx as the yardstick."""

import json
import re
import subprocess
from pathlib import Path
from urllib.request import urlopen

from . import host
from .daemon import Daemon
from .nginx import Nginx
from .results import Bar, Figure, Number, Results

PATH = "/.well-known/ssf-configuration"
LOAD = ["wrk", "-t1", "-c32", "-d2s"]


def measure(binary: Path, rounds: int) -> Results:
    ratio = Figure("discovery GETs/s ÷ nginx, 1 worker, same bytes", Bar(0.5))
    ours = Number("discovery GETs of the daemon", "/s")
    theirs = Number("discovery GETs of nginx", "/s")
    with Daemon(binary) as daemon, Nginx("static.conf", path=PATH, body=document(daemon)) as nginx:
        nginx_url = f"http://127.0.0.1:{nginx.port}"
        daemon_size, nginx_size = response_size(daemon.public_url), response_size(nginx_url)
        if abs(daemon_size - nginx_size) > 100:
            raise host.BenchmarkError(f"answers of {daemon_size} and {nginx_size} bytes cannot be compared")
        for _ in range(rounds):
            ours.samples.append(requests_per_second(daemon.public_url))
            theirs.samples.append(requests_per_second(nginx_url))
            ratio.samples.append(ours.samples[-1] / theirs.samples[-1])
    return Results([ratio], [
        ours, theirs,
        Number("answer of the daemon", "bytes", [daemon_size]), Number("answer of nginx", "bytes", [nginx_size])])


def document(daemon: Daemon) -> str:
    with urlopen(daemon.public_url + PATH) as answer:
        body = answer.read().decode()
    json.loads(body)
    if "'" in body or "$" in body:
        raise host.BenchmarkError("the discovery document holds characters that nginx's configuration would change")
    return body


def response_size(url: str) -> int:
    """Head and body as sent, in bytes."""
    done = subprocess.run(["curl", "-sS", "-i", url + PATH], capture_output=True, check=True)
    return len(done.stdout)


def requests_per_second(url: str) -> float:
    output = host.run(*LOAD, url + PATH)
    if "Non-2xx" in output or "Socket errors" in output:
        raise host.BenchmarkError(f"wrk met failures:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
