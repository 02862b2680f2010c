import Glibc

/// An IPv4 or IPv6 address. Zone identifiers of link-local addresses are not carried.
package struct IPAddress: Hashable, Sendable {
  /// The version of the Internet Protocol.
  package enum Family: Hashable, Sendable {
    case v4, v6

    /// The width of an address in bits.
    package var width: Int { self == .v4 ? 32 : 128 }
  }

  package let family: Family

  /// Kept in halves: Swift 6.3 spoils the frames of asynchronous functions that take a 128-bit integer.
  private let upper: UInt64
  private let lower: UInt64

  /// The address as a number, most significant byte first on the wire; an IPv4 address fills the low 32 bits.
  package var value: UInt128 { UInt128(upper) << 64 | UInt128(lower) }

  package init(v4 value: UInt32) {
    family = .v4
    upper = 0
    lower = UInt64(value)
  }

  package init(v6 value: UInt128) {
    family = .v6
    upper = UInt64(truncatingIfNeeded: value >> 64)
    lower = UInt64(truncatingIfNeeded: value)
  }

  /// Reads a dotted quad or an RFC 4291 text, exactly: no port, brackets, zone, blanks, octal or short forms.
  package init?(_ text: String) {
    guard !text.utf8.contains(0) else { return nil }
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4: UInt32(bigEndian: v4.s_addr))
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      self.init(v6)
    } else {
      return nil
    }
  }

  init(_ address: in6_addr) {
    self.init(v6: withUnsafeBytes(of: address) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) })
  }

  /// `127.0.0.0/8`, `::1`, and either of them written as an IPv4-mapped address.
  package var isLoopback: Bool {
    let address = unmapped
    return address.family == .v4 ? address.value >> 24 == 127 : address.value == 1
  }

  /// The IPv4 address inside an IPv4-mapped IPv6 address (`::ffff:a.b.c.d`), any other address as it is.
  package var unmapped: IPAddress {
    guard family == .v6, value >> 32 == 0xffff else { return self }
    return IPAddress(v4: UInt32(truncatingIfNeeded: value))
  }

  /// The bytes in network order: 4 or 16.
  package var bytes: [UInt8] {
    stride(from: family.width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The text of RFC 5952 for IPv6, a dotted quad for IPv4.
  package var description: String {
    let bytes = bytes
    let capacity = Int(INET6_ADDRSTRLEN)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { text in
      inet_ntop(family == .v4 ? AF_INET : AF_INET6, bytes, text.baseAddress, socklen_t(capacity))
      return String(cString: text.baseAddress!)
    }
  }
}
