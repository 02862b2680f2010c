import Sockets

extension IPAddress {
  /// The IPv4 address that packets to this IPv6 address end up at: IPv4-mapped (RFC 4291 §2.5.5.2), NAT64
  /// (`64:ff9b::/96`, RFC 6052) and 6to4 (`2002::/16`, RFC 3056). Nil for every other address.
  var carriedIPv4: IPAddress? {
    guard family == .v6 else { return nil }
    let isMapped = value >> 32 == 0xffff
    let isNAT64 = value >> 32 == 0x0064_ff9b << 64
    if isMapped || isNAT64 { return IPAddress(v4: UInt32(truncatingIfNeeded: value)) }
    let is6to4 = value >> 112 == 0x2002
    return is6to4 ? IPAddress(v4: UInt32(truncatingIfNeeded: value >> 80)) : nil
  }
}
