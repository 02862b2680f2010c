"""What a development start prints: three commands that work as they stand."""

import re
import subprocess

import pytest

from harness.daemon import ENVIRONMENT

# With a path, the discovery document is between it and the host (SSF 7.2.1).
ISSUER_PATHS = ["", "/tenants/one", "/tenants/one/"]


def commands(log: str) -> list[str]:
    return re.findall(r"^ +(curl .*)$", log, re.MULTILINE)


@pytest.mark.parametrize("path", ISSUER_PATHS)
def test_the_commands_of_the_welcome_work_as_pasted(new_daemon, path):
    daemon = new_daemon().start()
    if path:
        daemon.terminate()
        daemon.log.unlink()
        daemon.settings["issuer"] = daemon.public + path
        daemon.restart()
    [discovery, streams, events] = commands(daemon.log.read_text())

    def paste(command: str) -> str:
        result = subprocess.run(
            ["bash", "-c", command], env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
        assert result.returncode == 0, result.stderr
        return result.stdout

    assert f'"issuer":"{daemon.issuer}"' in paste(discovery)
    assert paste(streams) == '{"streams":[]}'
    assert '"deliveries":[]' in paste(events)
    assert discovery == f"curl -s {daemon.public}/.well-known/ssf-configuration{path.rstrip('/')}"
    assert f"discovery    {discovery.removeprefix('curl -s ')}\n" in daemon.log.read_text()
