/// The rule for key identifiers (`kid`), wherever they come from.
enum KeyID {
  private static let maximumByteCount = 128

  /// What is wrong with an identifier, if anything is.
  static func fault(of keyID: String) -> String? {
    switch keyID.utf8.count {
    case 0: "kid is empty"
    case ...maximumByteCount: nil
    case let count: "kid has \(count) bytes; at most \(maximumByteCount) are accepted"
    }
  }
}
