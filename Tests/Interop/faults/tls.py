"""Receivers that cannot prove who they are."""

import datetime
import ssl
import subprocess
import warnings
from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID

from harness.authority import Authority
from harness.daemon import Daemon
from harness.metrics import Scrape
from harness.waiting import wait_until

from faults.fault import fault
from faults.lab import Lab
from faults.outcomes import first_outcome

A_DAY = datetime.timedelta(days=1)
HOST = "receiver.test"
MISMATCH, UNTRUSTED = "tls_hostname_mismatch", "tls_untrusted_certificate"


def _old_protocol(authority: Authority) -> ssl.SSLContext:
    context = authority.server_context(HOST)
    with warnings.catch_warnings():
        # Python thinks that nobody should; so should the transmitter.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _weak_cipher(authority: Authority) -> ssl.SSLContext:
    context = authority.server_context(HOST, key_bits=2048)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("NULL-SHA256:@SECLEVEL=0")
    return context


class SHA1Authority:
    """Signs with SHA-1, which the library of the other authority refuses to do."""

    def __init__(self, directory: Path):
        self._directory = directory
        self.certificate = directory / "authority.pem"
        self._openssl(
            "req", "-x509", "-subj", "/CN=SHA-1", "-days", "1", "-newkey", "rsa:2048", "-noenc", "-keyout", "key.pem",
            "-out", self.certificate.name)

    def server_context(self, host: str) -> ssl.SSLContext:
        self._openssl(
            "req", "-x509", "-subj", f"/CN={host}", "-days", "1", "-newkey", "rsa:2048", "-noenc", "-keyout",
            "server-key.pem", "-out", "server.pem", "-CA", self.certificate.name, "-CAkey", "key.pem", "-sha1",
            "-addext", f"subjectAltName=DNS:{host}", "-addext", "basicConstraints=critical,CA:FALSE")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(self._directory / "server.pem", self._directory / "server-key.pem")
        return context

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._directory, check=True, capture_output=True)


# What the receiver at a host shows, and what an attempt comes to.
CASES = {
    "expired": (HOST, lambda a, _: a.server_context(HOST, lifetime=-A_DAY), "tls_certificate_expired"),
    "not yet valid": (
        HOST, lambda a, _: a.server_context(HOST, starts=A_DAY, lifetime=2 * A_DAY), "tls_certificate_not_yet_valid"),
    "self-signed": (HOST, lambda _, d: Authority.self_signed_context(d / "self", HOST), "tls_self_signed"),
    "an unknown authority": (HOST, lambda _, d: Authority(d / "other", "Other").server_context(HOST), UNTRUSTED),
    "a chain without its middle": (
        HOST, lambda a, d: Authority(d / "middle", "Middle", issuer=a).server_context(HOST), UNTRUSTED),
    "another host": (HOST, lambda a, _: a.server_context("other.test"), MISMATCH),
    "for clients only": (
        HOST, lambda a, _: a.server_context(HOST, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
        "tls_certificate_purpose"),
    "a wildcard of a top-level domain": (HOST, lambda a, _: a.server_context("*.test"), MISMATCH),
    "a wildcard over two labels": ("a.b.test", lambda a, _: a.server_context("*.test"), MISMATCH),
    "an address as a name": ("127.0.0.1", lambda a, _: a.server_context("localhost", "127.0.0.2"), MISMATCH),
    "a common name alone": (HOST, lambda a, _: a.server_context(common_name=HOST), MISMATCH),
    "NUL in the common name": (HOST, lambda a, _: a.server_context(common_name=f"{HOST}\0.evil.test"), MISMATCH),
    "an RSA key of 1024 bits": (HOST, lambda a, _: a.server_context(HOST, key_bits=1024), "tls_certificate_weak"),
    "a signature with SHA-1": (
        HOST, lambda _, d: SHA1Authority(d).server_context(HOST), "tls_certificate_weak"),
    "TLS 1.1": (HOST, lambda a, _: _old_protocol(a), "tls_protocol_version"),
    "no encryption": (HOST, lambda a, _: _weak_cipher(a), "tls_handshake_failed"),
}


@fault("F13", "P9", "TLS that proves nothing", quick=True)
def bad_tls(lab: Lab) -> None:
    directory = lab.directory / "certificates"
    directory.mkdir()
    authority = Authority(directory / "authority", "Faults")
    receivers = {}
    for number, (name, (host, make, _)) in enumerate(CASES.items()):
        place = directory / str(number)
        place.mkdir()
        receivers[name] = lab.receiver(tls=make(authority, place), host=host)
    # Whoever signs with SHA-1 is trusted too: that alone must be the matter.
    trusted = directory / "trusted.pem"
    authorities = [authority.certificate, *directory.glob("[0-9]*/authority.pem")]
    trusted.write_bytes(b"".join(path.read_bytes() for path in authorities))
    daemon = lab.start(**{"delivery.ca_file": trusted, "limits.streams": 100})
    client = lab.client(daemon)
    for name in (HOST, "a.b.test"):
        lab.shim(daemon).resolve(name, "127.0.0.1")
    streams = {name: lab.push(client, receiver.url) for name, receiver in receivers.items()}
    for name, (_, _, code) in CASES.items():
        lab.check_equal(f"{name}: outcome", first_outcome(daemon, streams[name]), code)
    lab.check_none("SETs that such a receiver got", [
        delivery for receiver in receivers.values() for delivery in receiver.deliveries])
    _check_consequences(lab, daemon, streams["expired"])
    good = lab.receiver(tls=authority.server_context(HOST), host=HOST)
    lab.check_equal("a good one: outcome", first_outcome(daemon, lab.push(client, good.url)), "http_202")


def _check_consequences(lab: Lab, daemon: Daemon, expired: str) -> None:
    """They are tried again until their breakers open, of which the operators hear."""
    admin = lab.admin(daemon)
    scrape = wait_until(
        lambda: found if (found := Scrape(admin)).value("ssf_alarms_total", alarm="receiver_fails") >= len(CASES)
        else None, "an alarm for each", 60)
    troubles = {sample.labels["code"] for sample in scrape.samples("ssf_receiver_trouble")}
    lab.check_equal("what troubles the operators", ", ".join(sorted(troubles)), ", ".join(sorted(
        {code for *_, code in CASES.values()})))
    [delivery] = admin.call("GET", "/v1/deliveries", params={"stream_id": expired}).json()["deliveries"]
    lab.check_least("expired: attempts", delivery["attempts"], 2)
    lab.check_equal("expired: state", delivery["state"], "pending")
