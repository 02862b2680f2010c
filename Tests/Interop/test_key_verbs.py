"""The verbs of `keys`: the tour of the README, and keys that will not do."""

import json
import os
import time

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.key_sets import KeySetHistory
from harness.keys import USES, Keys
from harness.receiver import Receiver
from harness.transmitter import Transmitter, email

EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-presented"


@pytest.fixture
def verb(new_daemon):
    """Runs a verb of `keys` against a daemon of its own."""
    daemon = new_daemon().start()

    def call(name: str, *arguments: str):
        return daemon.verb("keys", name, *arguments)

    call.daemon = daemon
    return call


def pem(key, password: bytes | None = None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def test_the_verbs_of_the_readme(verb, tmp_path):
    keys = Keys(verb.daemon)
    file = tmp_path / "key.pem"
    file.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    file.chmod(0o600)

    imported = verb("import", str(file), "--now")
    assert imported.returncode == 0, imported.stderr
    kid = imported.stdout.strip()
    assert keys.active("set", "ES256") == kid
    assert json.loads(verb("export", "--", kid).stdout)["kid"] == kid
    exported = json.loads(verb("export").stdout)
    assert exported == requests.get(verb.daemon.public + "/ssf/jwks", timeout=10).json()
    assert not any("d" in key for key in exported["keys"])

    rotated = verb("rotate", "--alg", "RS256")
    assert rotated.stdout.splitlines()[0].split() == ["KID", "PURPOSE", "ALG", "STATE", "SINCE", "UNTIL"]
    assert rotated.stdout.splitlines()[1].split()[1:4] == ["set", "RS256", "pending"]
    assert verb("retire", "--now", "--", kid).returncode == 0
    assert kid not in verb("list").stdout
    again = verb("import", str(file))
    assert again.returncode == 1
    assert "was withdrawn" in again.stderr


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (pem(rsa.generate_private_key(65537, 1024)), "the RSA key has 1024 bits; 2048 to 4096 are accepted"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "only P-256 is accepted"),
        (pem(ec.generate_private_key(ec.SECP256R1()), b"secret"), "not an unencrypted PEM private key"),
        (b"nothing", "not an unencrypted PEM private key"),
    ],
    ids=["small", "other curve", "encrypted", "no key"])
def test_a_key_that_will_not_do_is_refused_with_the_reason(verb, tmp_path, key, reason):
    file = tmp_path / "key.pem"
    file.write_bytes(key)
    file.chmod(0o600)
    outcome = verb("import", str(file))
    assert outcome.returncode == 1
    assert reason in outcome.stderr
    assert len(Keys(verb.daemon).list()) == len(USES)


def test_a_key_file_that_others_may_read_or_that_is_a_link_is_not_read(verb, tmp_path):
    file, link = tmp_path / "key.pem", tmp_path / "link.pem"
    file.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    file.chmod(0o640)
    link.symlink_to(file)
    for path, reason in [(file, "chmod 600"), (link, "not a regular file"), (tmp_path / "none", "cannot open")]:
        outcome = verb("import", str(path))
        assert outcome.returncode == os.EX_NOPERM
        assert reason in outcome.stderr


def test_an_imported_rsa_key_signs_and_verifies(verb, tmp_path):
    file = tmp_path / "key.pem"
    file.write_bytes(pem(rsa.generate_private_key(65537, 3072)))
    file.chmod(0o600)
    kid = verb("import", str(file), "--now").stdout.strip()
    with Receiver() as receiver:
        transmitter = Transmitter(verb.daemon)
        transmitter.receiver_api().create_push(receiver.url)
        transmitter.admin.emit(EVENT, email("jane@example.com"))
        [delivery] = receiver.wait_for(EVENT)
    assert delivery.header["kid"] == kid
    KeySetHistory(verb.daemon.public + "/ssf/jwks").check(delivery, time.monotonic())
