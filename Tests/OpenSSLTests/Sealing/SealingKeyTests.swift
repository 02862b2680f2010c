import OpenSSL
import Testing

@Suite struct SealingKeyTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let key, nonce, associatedData, plaintext, ciphertext, tag: String
    var testDescription: String { name }
  }

  /// Test cases 13, 14 and 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega), which NIST refers to.
  static let vectors = [
    Vector(
      name: "13: nothing",
      key: String(repeating: "00", count: 32), nonce: String(repeating: "00", count: 12),
      associatedData: "", plaintext: "", ciphertext: "", tag: "530f8afbc74536b9a963b4f1c4cb738b"),
    Vector(
      name: "14: zeros",
      key: String(repeating: "00", count: 32), nonce: String(repeating: "00", count: 12),
      associatedData: "", plaintext: String(repeating: "00", count: 16),
      ciphertext: "cea7403d4d606b6e074ec5d3baf39d18", tag: "d0d1c8a799996bf0265b98b5d48ab919"),
    Vector(
      name: "16: text and associated data",
      key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
      nonce: "cafebabefacedbaddecaf888", associatedData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      plaintext: """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
        """,
      ciphertext: """
        522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
        8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
        """,
      tag: "76fc6ece0f4e1768cddf8853bb2d551b"),
  ]

  private static func makeKey() throws -> SealingKey {
    try SealingKey(bytes: SecureRandom.bytes(SealingKey.byteCount))
  }

  @Test("SP 800-38D known envelopes open", arguments: vectors)
  func knownEnvelopes(vector: Vector) throws {
    let key = try SealingKey(bytes: hex(vector.key))
    let envelope = hex(vector.nonce) + hex(vector.ciphertext) + hex(vector.tag)
    #expect(try key.open(envelope, associatedData: hex(vector.associatedData)) == hex(vector.plaintext))
  }

  @Test("what was sealed opens", arguments: [0, 1, 15, 16, 17, 5000])
  func roundTrip(count: Int) throws {
    let key = try Self.makeKey()
    let secret = [UInt8](repeating: 0x5a, count: count)
    let envelope = try key.seal(secret, associatedData: [1])
    #expect(envelope.count == 12 + count + 16)
    #expect(try key.open(envelope, associatedData: [1]) == secret)
  }

  @Test("the same secret is never sealed the same way")
  func freshNonces() throws {
    let key = try Self.makeKey()
    let envelopes = try (0..<100).map { _ in try key.seal([1, 2, 3], associatedData: []) }
    #expect(Set(envelopes.map { Array($0.prefix(12)) }).count == 100)
  }

  @Test("every changed byte of an envelope is noticed")
  func tampering() throws {
    let key = try Self.makeKey()
    let envelope = try key.seal([1, 2, 3, 4], associatedData: [9])
    for index in envelope.indices {
      var changed = envelope
      changed[index] ^= 0x80
      #expect(throws: SealingError.notAuthentic) { try key.open(changed, associatedData: [9]) }
    }
  }

  @Test("another key, other associated data and a shortened envelope are refused")
  func otherContext() throws {
    let key = try Self.makeKey()
    let envelope = try key.seal([1, 2, 3, 4], associatedData: [9])
    #expect(throws: SealingError.notAuthentic) { try Self.makeKey().open(envelope, associatedData: [9]) }
    #expect(throws: SealingError.notAuthentic) { try key.open(envelope, associatedData: [8]) }
    #expect(throws: SealingError.notAuthentic) { try key.open(envelope, associatedData: []) }
    #expect(throws: SealingError.notAuthentic) {
      try key.open(Array(envelope.dropLast()), associatedData: [9])
    }
  }

  @Test("an envelope without room for nonce and tag is refused", arguments: [0, 12, 27])
  func tooShort(count: Int) throws {
    #expect(throws: SealingError.envelopeTooShort(count)) {
      try Self.makeKey().open(Array(repeating: 0, count: count), associatedData: [])
    }
  }

  @Test("keys of other lengths are refused", arguments: [0, 16, 31, 33])
  func keyLength(count: Int) {
    #expect(throws: SealingError.keyLength(count)) {
      try SealingKey(bytes: Array(repeating: 1, count: count))
    }
  }
}
