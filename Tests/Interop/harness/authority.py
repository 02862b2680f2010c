"""A certificate authority made for one test run."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

A_DAY = datetime.timedelta(days=1)


class Authority:
    """Issues server certificates; its own certificate is in the file `certificate`."""

    def __init__(self, directory: Path, name: str, issuer: "Authority | None" = None):
        directory.mkdir()
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = directory / "authority.pem"
        certificate = (
            (issuer or self)._builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(self._key_usage(key_cert_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign((issuer or self)._key, hashes.SHA256())
        )
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server_context(
        self, *names: str, lifetime: datetime.timedelta = A_DAY, starts: datetime.timedelta = -2 * A_DAY,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH, common_name: str | None = None,
        key_bits: int | None = None,
    ) -> ssl.SSLContext:
        """A TLS server's context with a fresh certificate for host names and addresses.

        Its key is on P-256, or RSA of `key_bits`. Times count from now. Without a name there is a common name only.
        """
        key = rsa.generate_private_key(65537, key_bits) if key_bits else ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or names[0])])
        builder = (
            self._builder(subject, key.public_key(), lifetime, starts)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(self._key_usage(digital_signature=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([self._general_name(name) for name in names]), critical=False)
        return self._context(builder.sign(self._key, hashes.SHA256()), key)

    @staticmethod
    def self_signed_context(directory: Path, name: str) -> ssl.SSLContext:
        """A TLS server's context with a certificate that nobody else vouches for."""
        authority = Authority(directory, name)
        certificate = (
            authority._builder(authority._name, authority._key.public_key())
            .add_extension(x509.SubjectAlternativeName([authority._general_name(name)]), critical=False)
            .sign(authority._key, hashes.SHA256())
        )
        return authority._context(certificate, authority._key)

    def _context(self, certificate: x509.Certificate, key) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if isinstance(key, rsa.RSAPrivateKey):
            # Takes keys that nobody should have.
            context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(self._write(certificate, key))
        return context

    def _builder(
        self, subject: x509.Name, public_key, lifetime: datetime.timedelta = A_DAY,
        starts: datetime.timedelta = -2 * A_DAY,
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts)
            .not_valid_after(now + lifetime)
        )

    def _write(self, certificate: x509.Certificate, key) -> Path:
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
