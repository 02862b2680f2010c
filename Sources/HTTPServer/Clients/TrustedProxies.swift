package import HTTP
package import Sockets

/// The proxies that are believed when they say for whom they speak.
///
/// Each proxy adds the address it was called from behind what it was told. So what the nearest says is read from its
/// end, and believed up to and including the first address that is no trusted proxy: whatever stands before that may
/// be the caller's invention.
package struct TrustedProxies: Sendable {
  private let networks: [CIDR]

  package init(_ networks: [CIDR] = []) {
    self.networks = networks
  }

  /// Whether a proxy at this address is believed.
  package func contains(_ address: IPAddress) -> Bool {
    networks.contains { $0.contains(address) }
  }

  /// Who sent a request.
  ///
  /// Where `Forwarded` and `X-Forwarded-For` name different clients, one of them came through the proxy unseen, and
  /// nobody knows which: then the proxy stands for the client.
  ///
  /// - Parameter peer: the other end of the connection.
  package func client(of fields: HTTPFields, peer: IPAddress) -> ClientAddress {
    guard contains(peer) else { return ClientAddress(peer) }
    let told = [ForwardedFor.addresses(in: fields), ForwardedFor.legacyAddresses(in: fields)]
    let clients = Set(told.compactMap(\.self).map { client(behind: peer, in: $0) })
    guard let client = clients.first else { return ClientAddress(peer) }
    return ClientAddress(clients.count == 1 ? client : peer, isForwarded: true)
  }

  /// - Parameter addresses: as the proxies wrote them, the nearest's last; nil for what is no address.
  private func client(behind peer: IPAddress, in addresses: [IPAddress?]) -> IPAddress {
    var client = peer
    for address in addresses.reversed() {
      guard let address, contains(client) else { break }
      client = address.unmapped
    }
    return client
  }
}
