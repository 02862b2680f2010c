"""The README's examples, as a newcomer runs them: one section after the other, beside one daemon with its defaults."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.daemon import ENVIRONMENT, ROOT, Daemon, binary, running
from harness.receiver import Receiver

SECTIONS = [
    "The curl tour", "SSF 1.0", "Okta's SSF Transmitter API", "SailPoint's SSF API", "Receivers that never call us",
    "From an HR file to a SET", "Lifecycle rules", "When a receiver fails", "Where is this event?", "Metrics", "Backup",
    "A static token", "Our own token endpoint", "Who did what, and how much is too much"]


def blocks(section: str) -> list[tuple[str, str]]:
    """The fenced blocks of a section with their languages."""
    text = (ROOT / "README.md").read_text()
    found, place = [], ""
    # Headings and blocks in their order: what looks like a heading inside of a block is a comment of the shell's.
    for heading, language, block in re.findall(r"^#+ ([^\n]*)$|^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        place = heading or place
        if place == section and language in ("sh", "python"):
            found.append((language, block))
    assert found, f"there are no examples in the section {section}"
    return found


def script(section: str) -> str:
    """One shell script of all blocks; what HTTP refuses fails it."""
    lines = ["set -euo pipefail", "export SSF_CONFIG=config/development.json"]
    for language, block in blocks(section):
        python = f"{shlex.quote(sys.executable)} - <<'PYTHON'\n{block}PYTHON"
        lines.append(block.replace("curl -s ", "curl -sS --fail-with-body ") if language == "sh" else python)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory as the README supposes it, `scripts/run` under way in it."""
    directory = tmp_path_factory.mktemp("checkout")
    (directory / "config").symlink_to(ROOT / "config")
    return directory


@pytest.fixture(scope="module")
def daemon(checkout: Path) -> Iterator[Daemon]:
    with running(checkout / ".state", {"development": "true"}) as daemon:
        yield daemon


@pytest.mark.parametrize("section", SECTIONS)
def test_the_examples_of_the_readme_run_as_they_stand(checkout, daemon, section):
    with Receiver() as receiver:
        places = {
            "http://127.0.0.1:8080": daemon.public, "http://127.0.0.1:8081": daemon.admin,
            "http://127.0.0.1:9090": receiver.origin}
        text = script(section)
        for named, bound in places.items():
            text = text.replace(named, bound)
        result = subprocess.run(
            ["bash", "-c", text], cwd=checkout, capture_output=True, text=True, timeout=60,
            env=ENVIRONMENT | {"PATH": f"{binary().parent}:{os.environ['PATH']}", "HOME": str(checkout)})

    assert result.returncode == 0, result.stdout + result.stderr
