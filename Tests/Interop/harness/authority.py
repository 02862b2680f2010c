"""A certificate authority made for one test run."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

A_DAY = datetime.timedelta(days=1)


class Authority:
    """Issues server certificates; its own certificate is in the file `certificate`."""

    def __init__(self, directory: Path, name: str):
        directory.mkdir()
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = directory / "authority.pem"
        certificate = (
            self._builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(self._key_usage(key_cert_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server_context(self, *names: str, lifetime: datetime.timedelta = A_DAY) -> ssl.SSLContext:
        """A TLS server's context with a fresh certificate for host names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        certificate = (
            self._builder(subject, key.public_key(), lifetime)
            .add_extension(
                x509.SubjectAlternativeName([self._general_name(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(self._key_usage(digital_signature=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._write(certificate, key))
        return context

    def _builder(
        self, subject: x509.Name, public_key: ec.EllipticCurvePublicKey,
        lifetime: datetime.timedelta = A_DAY,
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * A_DAY)
            .not_valid_after(now + lifetime)
        )

    def _write(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Path:
        path = self._directory / f"{certificate.serial_number}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return path

    @staticmethod
    def _general_name(name: str) -> x509.GeneralName:
        try:
            return x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            return x509.DNSName(name)

    @staticmethod
    def _key_usage(digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=digital_signature, key_cert_sign=key_cert_sign, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False, crl_sign=False,
            encipher_only=False, decipher_only=False)
