import OpenSSL

/// Finds or makes the key under which all other secrets are sealed.
package enum KeyEncryptionKey {
  private static let length = 32

  /// Reads the key from `path`, or makes a new one there (0600) at the very first start.
  ///
  /// - Parameter mayCreate: false once secrets were sealed: a lost key must be put back, never replaced.
  package static func load(
    from path: String, mayCreate: Bool, environment: Environment
  ) throws -> [UInt8] {
    if PrivateFile.exists(path) { return try read(path) }
    guard mayCreate else { throw KeyEncryptionKeyError.missing(path) }
    let key = environment.randomBytes(length)
    try PrivateFile.create(path, Array((hexadecimal(key) + "\n").utf8))
    return key
  }

  /// Looks whether the key can be used, if there is one.
  package static func check(_ path: String) throws {
    if PrivateFile.exists(path) { _ = try read(path) }
  }

  /// The name of the key (see `Sealer.keyID`); nil if there is none.
  static func id(at path: String) throws -> String? {
    PrivateFile.exists(path) ? try Sealer(keyEncryptionKey: read(path)).keyID : nil
  }

  private static func read(_ path: String) throws -> [UInt8] {
    let text = try PrivateFile.read(path)
    guard let key = bytes(hexadecimal: text.prefix { $0 != UInt8(ascii: "\n") }), key.count == length else {
      throw KeyEncryptionKeyError.malformed(path)
    }
    return key
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func bytes(hexadecimal text: ArraySlice<UInt8>) -> [UInt8]? {
    let digits = text.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// Why the key at this path cannot be used.
package enum KeyEncryptionKeyError: Error, CustomStringConvertible {
  case missing(String)
  case malformed(String)

  package var description: String {
    switch self {
    case .missing(let path):
      "the key-encryption key \(path) is missing, and the database holds secrets sealed with it; "
        + "put the file back from where you keep it"
    case .malformed(let path):
      "the key-encryption key \(path) must be 64 hexadecimal digits on one line"
    }
  }
}
