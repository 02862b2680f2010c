import HTTP
import OpenSSL
import Sockets

/// Opens connections: look-up, policy, dialling, TLS, each within its own bound and the attempt's deadline.
struct Connector: Sendable {
  /// A host with more addresses is not worth more tries: each takes its share of the time.
  private static let mostAddressesTried = 4

  let policy: DestinationPolicy
  let tls: TLSClientContext
  let resolver: Resolver
  let limits: ClientLimits
  /// Where connections are made through; nil makes them directly.
  private let proxy: Origin?
  /// A connection is served on one of these for life: what the answer wakes goes on without a switch between threads.
  private let loops = EventLoop.perCore(label: "http-client.loop")

  init(
    policy: DestinationPolicy, tls: TLSClientContext, resolver: Resolver, limits: ClientLimits,
    proxy: HTTPURL?
  ) {
    self.proxy = proxy.map { Origin(of: $0) }
    self.policy = policy
    self.tls = tls
    self.resolver = resolver
    self.limits = limits
  }

  /// Always the same loop for a sender, so that its connections are used again, while that one keeps up with the others.
  func loop(for sender: Int) -> EventLoop {
    let home = loops[Int(UInt(bitPattern: sender) % UInt(loops.count))]
    let idlest = loops.min { $0.backlog < $1.backlog } ?? home
    let isBehind = home.backlog > idlest.backlog + Self.backlogBorne
    return isBehind ? idlest : home
  }

  private static let backlogBorne = 8

  func connect(
    to origin: Origin, on loop: EventLoop, by deadline: Deadline
  ) async throws(ClientError) -> ClientConnection {
    let connection = try await reach(origin, on: loop, by: deadline)
    guard origin.isSecure else { return connection }
    do throws(ClientError) {
      try await connection.secure(with: session(to: origin))
      try await connection.handshake(by: min(deadline, .after(limits.tls)))
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }

  /// A connection whose bytes reach the origin.
  private func reach(
    _ origin: Origin, on loop: EventLoop, by deadline: Deadline
  ) async throws(ClientError) -> ClientConnection {
    guard let proxy else {
      let addresses = try await permittedAddresses(of: origin, by: deadline)
      return ClientConnection(over: try await dial(addresses, by: deadline, on: loop))
    }
    let connection = try await reach(proxy: proxy, on: loop, by: deadline)
    do throws(ClientError) {
      try await connection.openTunnel(to: origin, limits, by: min(deadline, .after(limits.connect)))
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }

  /// The operator chose the proxy, so it may be anywhere. It looks names up, and so it has to keep requests out of
  /// networks that they may not reach; addresses in URLs are judged here (`DestinationPolicy`).
  private func reach(
    proxy: Origin, on loop: EventLoop, by deadline: Deadline
  ) async throws(ClientError) -> ClientConnection {
    do throws(ClientError) {
      let addresses = try await resolve(proxy, by: min(deadline, .after(limits.dns)))
      return ClientConnection(over: try await dial(addresses, by: deadline, on: loop))
    } catch {
      throw error == .cancelled ? error : .proxy(error)
    }
  }

  private func session(to origin: Origin) throws(ClientError) -> TLSSession {
    do throws(TLSFailure) {
      return try tls.session(to: origin.peerName, as: origin.identity)
    } catch {
      throw .tls(error)
    }
  }

  /// All addresses of the host. One that is forbidden rejects the host: a name that mixes public and private
  /// addresses is a rebinding attack or a mistake.
  private func permittedAddresses(
    of origin: Origin, by deadline: Deadline
  ) async throws(ClientError) -> [SocketAddress] {
    let addresses = try await resolve(origin, by: min(deadline, .after(limits.dns)))
    do throws(DestinationError) {
      for address in addresses { try policy.check(address.ip) }
    } catch {
      throw .destination(error)
    }
    return addresses
  }

  private func resolve(_ origin: Origin, by deadline: Deadline) async throws(ClientError) -> [SocketAddress] {
    do throws(ResolverError) {
      return try await resolver.resolve(host: origin.host, port: origin.port, deadline: deadline)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .resolution(error)
    }
  }

  /// Connects to the first address that answers, in order; each gets an equal share of the time that is left.
  private func dial(
    _ addresses: [SocketAddress], by latest: Deadline, on loop: EventLoop
  ) async throws(ClientError) -> Socket {
    let deadline = min(latest, .after(limits.connect))
    let candidates = addresses.prefix(Self.mostAddressesTried)
    var failure: SocketError?
    for (index, address) in candidates.enumerated() {
      let share = deadline.remaining / (candidates.count - index)
      do throws(SocketError) {
        return try await Socket.connect(to: address, deadline: .after(share), on: loop)
      } catch {
        guard error.cause != .cancelled else { throw .cancelled }
        failure = error
      }
    }
    guard let failure else { preconditionFailure("the resolver answers with an address or an error") }
    throw .connect(failure)
  }
}
