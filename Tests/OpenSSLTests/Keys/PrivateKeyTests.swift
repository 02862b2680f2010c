import OpenSSL
import Testing

@Suite struct PrivateKeyTests {
  @Test(
    "a generated key has the kind asked for", arguments: [KeyType.p256, .rsa(bits: 2048), .rsa(bits: 3072)])
  func generates(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    #expect(key.keyType == type)
    #expect(key.publicKey.keyType == type)
  }

  @Test(
    "RFC 7518 3.3 RSA sizes outside 2048 to 4096 bits are refused", arguments: [0, 512, 2047, 4097, 16384])
  func refusesSizes(bits: Int) {
    #expect(throws: KeyError.rsaSize(bits: bits, accepted: 2048...4096)) {
      try PrivateKey.generate(.rsa(bits: bits))
    }
  }

  @Test("two generated keys differ")
  func differs() throws {
    #expect(
      try PrivateKey.generate(.p256).publicKey.components != PrivateKey.generate(.p256).publicKey.components)
  }
}

@Suite struct PrivateKeyPEMTests {
  @Test(
    "traditional and PKCS#8 texts are read and written as PKCS#8",
    arguments: [
      (PEMFixture.ec, PEMFixture.ecAsPKCS8), (PEMFixture.ecAsPKCS8, PEMFixture.ecAsPKCS8),
      (PEMFixture.rfc7515RSA, PEMFixture.rfc7515RSAAsPKCS8),
      (PEMFixture.rfc7515RSAAsPKCS8, PEMFixture.rfc7515RSAAsPKCS8),
    ])
  func readsAndWrites(fixture: PEMFixture, expected: PEMFixture) throws {
    let pem = try PrivateKey(pem: fixture.bytes).pem()
    #expect(String(decoding: pem, as: UTF8.self) == expected.text + "\n")
  }

  @Test(
    "a key that went through PEM signs for the same public key", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func roundTrip(type: KeyType) throws {
    let original = try PrivateKey.generate(type)
    let copy = try PrivateKey(pem: original.pem())
    #expect(copy.publicKey.components == original.publicKey.components)
    #expect(try original.publicKey.verifySHA256([1, 2], signature: copy.signSHA256([1, 2])))
  }

  @Test(
    "keys of other kinds, curves and sizes are refused by name",
    arguments: [
      (PEMFixture.rsa1024, KeyError.rsaSize(bits: 1024, accepted: 2048...4096)),
      (PEMFixture.p384, .unsupportedCurve("secp384r1")),
      (PEMFixture.ed25519, .unsupportedType("ED25519")),
      (PEMFixture.rsaPSS, .unsupportedType("RSA-PSS")),
      (PEMFixture.mismatched, .halvesDisagree),
    ])
  func refuses(fixture: PEMFixture, error: KeyError) {
    #expect(throws: error) { try PrivateKey(pem: fixture.bytes) }
  }

  @Test(
    "texts without a readable private key are refused, without asking for a passphrase",
    arguments: [
      .encrypted,
      PEMFixture(name: "nothing", text: ""),
      PEMFixture(name: "other text", text: "no key"),
      PEMFixture(name: "cut short", text: String(PEMFixture.ec.text.dropLast(40))),
      PEMFixture(name: "broken DER", text: PEMFixture.ec.text.replacing("MHcC", with: "MHcD")),
    ] as [PEMFixture])
  func refusesUnreadable(fixture: PEMFixture) throws {
    let error = #expect(throws: KeyError.self) { try PrivateKey(pem: fixture.bytes) }
    guard case .unreadable = error else {
      Issue.record("expected an unreadable key, not \(String(describing: error))")
      return
    }
    #expect(error?.description.contains("not an unencrypted PEM private key") == true)
  }

  @Test("a public key's PEM is no private key")
  func publicIsNotPrivate() throws {
    let pem = try PrivateKey.generate(.p256).publicKey.pem()
    #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
    #expect(throws: KeyError.self) { try PrivateKey(pem: pem) }
  }
}
