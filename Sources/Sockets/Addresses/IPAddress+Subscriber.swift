extension IPAddress {
  /// What one subscriber of a network has to itself, as one address stands for it: an IPv4 address alone, and with IPv6
  /// the whole /64 block, whose host part its holder chooses at will (RFC 4291 §2.5.1).
  package var subscriber: IPAddress {
    let address = unmapped
    return address.family == .v4 ? address : IPAddress(v6: (address.value >> 64) << 64)
  }
}
