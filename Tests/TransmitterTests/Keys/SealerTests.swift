import Testing

@testable import Transmitter

@Suite struct SealerTests {
  private static let key = [UInt8](repeating: 1, count: 32)
  private let sealer: Sealer
  private let secret = Array("Bearer s3cret".utf8)

  init() throws {
    sealer = try Sealer(keyEncryptionKey: Self.key)
  }

  private func failure(opening envelope: [UInt8], context: String, by sealer: Sealer) throws -> SealerError {
    try #require(throws: SealerError.self) { try sealer.open(envelope, context: context) }
  }

  @Test("what was sealed opens again, by another value of the same key too, and no envelope repeats")
  func roundTrip() throws {
    let envelope = try sealer.seal(secret, context: "a")
    #expect(try Sealer(keyEncryptionKey: Self.key).open(envelope, context: "a") == secret)
    #expect(try sealer.seal(secret, context: "a") != envelope)
    #expect(try sealer.open(sealer.seal([], context: "empty"), context: "empty") == [])
  }

  @Test("an envelope does not open in another's place")
  func swappedContext() throws {
    let envelope = try sealer.seal(secret, context: "authorization-header|a")
    let error = try failure(opening: envelope, context: "authorization-header|b", by: sealer)
    #expect(error.description.contains("authorization-header|b is damaged"))
  }

  @Test("an envelope of another key names the key that it needs")
  func otherKey() throws {
    let other = try Sealer(keyEncryptionKey: [UInt8](repeating: 2, count: 32))
    let error = try failure(opening: sealer.seal(secret, context: "a"), context: "a", by: other)
    #expect(error.description.contains("under the key-encryption key \(sealer.keyID)"))
    #expect(error.description.contains("this one is \(other.keyID)"))
    #expect(sealer.keyID != other.keyID)
  }

  @Test("an envelope with any changed byte, or cut anywhere, does not open")
  func tampered() throws {
    let envelope = try sealer.seal(secret, context: "a")
    for index in envelope.indices {
      var changed = envelope
      changed[index] ^= 0x40
      #expect(throws: SealerError.self) { try sealer.open(changed, context: "a") }
      #expect(throws: SealerError.self) { try sealer.open(Array(envelope[..<index]), context: "a") }
    }
  }

  @Test("a key of another length is refused", arguments: [0, 16, 31, 33])
  func keyLength(count: Int) {
    #expect(throws: (any Error).self) { try Sealer(keyEncryptionKey: [UInt8](repeating: 0, count: count)) }
  }
}
