import OpenSSL

/// A client and a server session joined in memory.
struct TLSPair: ~Copyable {
  var client: TLSSession
  var server: TLSSession

  init(_ context: TLSClientContext, to name: TLSPeerName, _ serverContext: TLSServerContext) throws {
    let client = try context.session(to: name)
    let server = try serverContext.session()
    self.client = client
    self.server = server
  }

  /// Carries bytes to and fro until both sides are done; throws the client's failure.
  mutating func handshake() throws {
    while true {
      let clientIsDone = try client.handshake() == .done
      server.feed(client.takeCiphertext().span)
      // The server's failure shows at the client as an alert, which is what these tests look at.
      let serverIsDone = (try? server.handshake()) == .done
      client.feed(server.takeCiphertext().span)
      if clientIsDone, serverIsDone { return }
    }
  }

  /// What the client reads after the server wrote `bytes`.
  mutating func carryToClient(_ bytes: [UInt8]) throws -> [UInt8] {
    try server.write(bytes.span)
    client.feed(server.takeCiphertext().span)
    var received: [UInt8] = []
    while case .bytes = try client.read(into: &received, atMost: 16_384) {}
    return received
  }

  /// What the server reads after the client wrote `bytes`.
  mutating func carryToServer(_ bytes: [UInt8]) throws -> [UInt8] {
    try client.write(bytes.span)
    server.feed(client.takeCiphertext().span)
    var received: [UInt8] = []
    while case .bytes = try server.read(into: &received, atMost: 16_384) {}
    return received
  }
}
