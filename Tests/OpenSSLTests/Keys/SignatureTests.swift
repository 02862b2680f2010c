import OpenSSL
import Testing

@Suite struct SignatureTests {
  private static let message = Array("a message".utf8)
  private static let p256Order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")

  @Test(
    "signatures have the width of JWS and verify", arguments: [(KeyType.p256, 64), (.rsa(bits: 2048), 256)])
  func width(type: KeyType, count: Int) throws {
    let key = try PrivateKey.generate(type)
    for length in [0, 1, 1000] {
      let message = [UInt8](repeating: 5, count: length)
      let signature = try key.signSHA256(message)
      #expect(signature.count == count)
      #expect(try key.publicKey.verifySHA256(message, signature: signature))
    }
  }

  @Test("RS256 signatures repeat byte for byte, ES256 signatures do not")
  func determinism() throws {
    let rsa = try PrivateKey.generate(.rsa(bits: 2048))
    #expect(try rsa.signSHA256(Self.message) == rsa.signSHA256(Self.message))
    let p256 = try PrivateKey.generate(.p256)
    #expect(try p256.signSHA256(Self.message) != p256.signSHA256(Self.message))
  }

  @Test("RFC 7518 3.4 r and s are padded to 32 bytes")
  func padsScalars() throws {
    let key = try PrivateKey.generate(.p256)
    // A leading zero byte comes once in 128 signatures; 2000 without one are less likely than 2⁻²⁰.
    var short = 0
    for round in 0..<2000 {
      let message = [UInt8(truncatingIfNeeded: round), UInt8(round >> 8)]
      let signature = try key.signSHA256(message)
      try #require(signature.count == 64)
      guard signature[0] == 0 || signature[32] == 0 else { continue }
      short += 1
      #expect(try key.publicKey.verifySHA256(message, signature: signature))
    }
    #expect(short > 0)
  }

  @Test("every changed byte of a signature is noticed", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func tamperedSignature(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    let signature = try key.signSHA256(Self.message)
    for index in signature.indices {
      var changed = signature
      changed[index] ^= 0x01
      #expect(try !key.publicKey.verifySHA256(Self.message, signature: changed))
    }
  }

  @Test("a changed message and another key are noticed", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func tamperedMessage(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    let signature = try key.signSHA256(Self.message)
    #expect(try !key.publicKey.verifySHA256(Self.message + [0], signature: signature))
    #expect(try !key.publicKey.verifySHA256([], signature: signature))
    #expect(try !PrivateKey.generate(type).publicKey.verifySHA256(Self.message, signature: signature))
  }

  @Test("signatures of other widths do not verify", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func wrongWidth(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    let signature = try key.signSHA256(Self.message)
    for changed in [[], Array(signature.dropLast()), signature + [0], [0] + signature] {
      #expect(try !key.publicKey.verifySHA256(Self.message, signature: changed))
    }
  }

  @Test("a signature above the RSA modulus does not verify")
  func aboveModulus() throws {
    let key = try PrivateKey.generate(.rsa(bits: 2048))
    let signature = [UInt8](repeating: 0xff, count: 256)
    #expect(try !key.publicKey.verifySHA256(Self.message, signature: signature))
  }

  @Test("r and s outside [1, n-1] do not verify")
  func scalarsOutOfRange() throws {
    let key = try PrivateKey.generate(.p256)
    let signature = try key.signSHA256(Self.message)
    let (r, s) = (Array(signature.prefix(32)), Array(signature.suffix(32)))
    for bad in [[UInt8](repeating: 0, count: 32), Self.p256Order, [UInt8](repeating: 0xff, count: 32)] {
      #expect(try !key.publicKey.verifySHA256(Self.message, signature: bad + s))
      #expect(try !key.publicKey.verifySHA256(Self.message, signature: r + bad))
    }
  }

  @Test("one key signs for many tasks at once", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func concurrency(type: KeyType) async throws {
    let key = try PrivateKey.generate(type)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 as Range<UInt8> {
        group.addTask { try Self.signAndVerify(key, task: task) }
      }
      try await group.waitForAll()
    }
  }

  private static func signAndVerify(_ key: PrivateKey, task: UInt8) throws {
    for round in 0..<50 as Range<UInt8> {
      let signature = try key.signSHA256([task, round])
      #expect(try key.publicKey.verifySHA256([task, round], signature: signature))
    }
  }
}
