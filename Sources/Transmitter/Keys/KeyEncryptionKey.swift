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
    try PrivateFile.create(path, Array((Hexadecimal.encode(key) + "\n").utf8))
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
    let line = try PrivateFile.read(path).prefix { $0 != UInt8(ascii: "\n") }
    // Whoever made it with another tool may have it in upper case.
    let digits = String(decoding: line, as: UTF8.self).lowercased()
    guard let key = Hexadecimal.decode(digits), key.count == length else {
      throw KeyEncryptionKeyError.malformed(path)
    }
    return key
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
