import OpenSSL
import Testing

@Suite struct OpenSSLErrorTests {
  private static func failToReadKey() -> KeyError? {
    #expect(throws: KeyError.self) { try PrivateKey(pem: Array("no key".utf8)) }
  }

  @Test("an error carries the library's own reason and the operation")
  func carriesReason() throws {
    guard case .unreadable(let error) = Self.failToReadKey() else {
      Issue.record("expected an unreadable key")
      return
    }
    #expect(!error.causes.isEmpty)
    #expect(error.description.hasPrefix("OpenSSL could not read a PEM private key: error:"))
  }

  @Test("draining leaves nothing behind for the next failure")
  func drainEmptiesQueue() {
    let first = Self.failToReadKey()
    #expect(OpenSSLError.drain("check the queue").causes == [])
    #expect(Self.failToReadKey() == first)
  }

  @Test("a signature that does not match leaves no stale cause")
  func mismatchLeavesNothing() throws {
    for type in [KeyType.p256, .rsa(bits: 2048)] {
      let key = try PrivateKey.generate(type)
      let signature = try key.signSHA256([1])
      #expect(try !key.publicKey.verifySHA256([2], signature: signature))
      #expect(OpenSSLError.drain("check the queue").causes == [])
    }
  }

  @Test("refused keys, points and envelopes leave no stale cause")
  func refusalsLeaveNothing() throws {
    _ = try? PublicKey(.p256(x: Array(repeating: 1, count: 32), y: Array(repeating: 1, count: 32)))
    _ = try? PrivateKey(pem: PEMFixture.encrypted.bytes)
    _ = try? PrivateKey(pem: PEMFixture.p384.bytes)
    _ = try? SealingKey(bytes: Array(repeating: 0, count: 32))
      .open(Array(repeating: 0, count: 40), associatedData: [])
    _ = try PrivateKey(pem: PEMFixture.ec.bytes).pem()
    #expect(OpenSSLError.drain("check the queue").causes == [])
  }

  @Test("without a cause the text says so")
  func textWithoutCause() {
    let error = OpenSSLError(operation: "do a thing", causes: [])
    #expect(error.description == "OpenSSL could not do a thing: no reason given")
  }
}
