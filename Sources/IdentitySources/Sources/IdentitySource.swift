package import Transmitter

/// Where identities come from: an HR system, a directory. It owns the snapshot that imports are compared with.
package struct IdentitySource: Hashable, Sendable {
  /// Its short name in the tables.
  let number: Int64
  package let id: String
  package let description: String?
  /// How many identities its snapshot holds.
  package let identities: Int
  package let created: Timestamp

  /// Whether a text can be a source's id: it survives paths, shells and logs as it stands.
  package static func isID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "._~-".utf8.contains(byte)
        }
      }
  }
}
