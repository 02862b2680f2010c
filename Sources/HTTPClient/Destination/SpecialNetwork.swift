import Sockets

/// The networks that are no place for a public server (the special-purpose registries of RFC 6890).
package enum SpecialNetwork {
  /// What such a network is for.
  package enum Use: String, Sendable {
    case unspecified, loopback, `private`, multicast, documentation, reserved, benchmarking
    case linkLocal = "link-local"
    case shared = "carrier-grade NAT"
    case metadata = "cloud metadata"
  }

  /// The special use of the address; nil for a public one.
  static func use(of address: IPAddress) -> Use? {
    let networks = address.family == .v4 ? v4 : v6
    return networks.first { $0.network.contains(address) }?.use
  }

  private static let v4 = networks([
    ("0.0.0.0/8", .unspecified),
    ("10.0.0.0/8", .private),
    ("100.64.0.0/10", .shared),
    ("127.0.0.0/8", .loopback),
    ("169.254.169.254/32", .metadata),
    ("169.254.0.0/16", .linkLocal),
    ("172.16.0.0/12", .private),
    ("192.0.0.0/24", .reserved),
    ("192.0.2.0/24", .documentation),
    ("192.88.99.0/24", .reserved),
    ("192.168.0.0/16", .private),
    ("198.18.0.0/15", .benchmarking),
    ("198.51.100.0/24", .documentation),
    ("203.0.113.0/24", .documentation),
    ("224.0.0.0/4", .multicast),
    ("240.0.0.0/4", .reserved),
  ])

  // The first match wins: only 2000::/3 is public at all (RFC 4291 §2.4), the rest is named where it has a use.
  private static let v6 = networks([
    ("::/128", .unspecified),
    ("::1/128", .loopback),
    ("fd00:ec2::254/128", .metadata),
    ("fc00::/7", .private),
    ("64:ff9b:1::/48", .private),
    ("fe80::/10", .linkLocal),
    ("fec0::/10", .private),
    ("ff00::/8", .multicast),
    ("2001::/23", .reserved),
    ("2001:db8::/32", .documentation),
    ("3fff::/20", .documentation),
    ("::/3", .reserved),
    ("4000::/2", .reserved),
    ("8000::/1", .reserved),
  ])

  private static func networks(_ table: [(String, Use)]) -> [(network: CIDR, use: Use)] {
    table.map { text, use in
      guard let network = try? CIDR(text) else { preconditionFailure("\(text) is no network") }
      return (network, use)
    }
  }
}
