/// A block of addresses, such as `10.0.0.0/8` or `fd00::/8` (RFC 4632, RFC 4291 §2.3).
package struct CIDR: Hashable, Sendable {
  package let network: IPAddress
  package let prefixLength: Int

  /// Reads `address/length`, or a bare address as the block that holds only it.
  ///
  /// Refuses bits set behind the prefix: such a text is nearly always a slip, and what it meant is unknown.
  package init(_ text: String) throws(AddressError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { throw .notACIDR(text) }
    let width = address.family.width
    let length = parts.count == 1 ? width : Int(decimal: parts[1], through: width)
    guard let length else { throw .notACIDR(text) }
    network = address
    prefixLength = length
    guard address.value & hostMask == 0 else { throw .bitsBehindPrefix(text) }
  }

  /// Whether the block holds the address; an IPv4-mapped IPv6 address is judged as the IPv4 address it
  /// carries.
  package func contains(_ address: IPAddress) -> Bool {
    matches(address) || matches(address.unmapped)
  }

  private func matches(_ address: IPAddress) -> Bool {
    address.family == network.family && (address.value ^ network.value) & ~hostMask == 0
  }

  private var hostMask: UInt128 {
    let bits = network.family.width - prefixLength
    return bits == 128 ? .max : (UInt128(1) << bits) - 1
  }
}

extension CIDR: CustomStringConvertible {
  package var description: String { "\(network)/\(prefixLength)" }
}
