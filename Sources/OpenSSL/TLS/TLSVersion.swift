import COpenSSL

/// A protocol version, oldest first.
package enum TLSVersion: Int32, Comparable, Sendable {
  case tls11 = 0x0302
  case tls12 = 0x0303
  case tls13 = 0x0304

  package static func < (lhs: TLSVersion, rhs: TLSVersion) -> Bool { lhs.rawValue < rhs.rawValue }
}
