import HTTP
import Sockets

/// Sends responses over one connection, each in one call, and parts with the client politely.
struct ResponseWriter {
  private let socket: Socket
  private let limits: ServerLimits
  private let dates: DateCache
  private var bytes: [UInt8] = []

  init(_ socket: Socket, limits: ServerLimits, dates: DateCache) {
    self.socket = socket
    self.limits = limits
    self.dates = dates
  }

  /// Sends head and body; no body if it answers a HEAD request.
  mutating func send(_ response: Response, toHead: Bool, keepAlive: Bool) async throws(ConnectionEnd) {
    do throws(SerializationError) {
      try ResponseSerializer.append(
        response, to: &bytes, forHead: toHead, keepAlive: keepAlive, date: dates.value)
    } catch {
      throw .failure(.unsendableResponse)
    }
    try await flush()
  }

  /// Asks the client for the body it holds back (RFC 9110 §10.1.1).
  mutating func sendContinue() async throws(ConnectionEnd) {
    bytes.append(contentsOf: ResponseSerializer.continueResponse)
    try await flush()
  }

  private mutating func flush() async throws(ConnectionEnd) {
    do throws(SocketError) {
      try await socket.send(bytes, deadline: .after(limits.writeDeadline))
    } catch {
      throw ConnectionEnd(error, late: .silent(.writeTimeout))
    }
    bytes.removeAll(keepingCapacity: bytes.count <= Self.retainedCapacity)
  }

  /// An idle connection keeps a buffer for an ordinary response, not for the largest it has sent.
  private static let retainedCapacity = 16 << 10

  /// Sends a last response and parts. If even that fails there is nobody left to tell.
  mutating func dismiss(with response: Response, toHead: Bool) async {
    do throws(ConnectionEnd) {
      try await send(response, toHead: toHead, keepAlive: false)
      await linger()
    } catch {
      return
    }
  }

  /// Ends our side and swallows what the client still sends: a close with unread bytes would be a reset,
  /// which can destroy the response before the client has read it (RFC 9112 §9.6).
  func linger() async {
    let deadline = Deadline.after(limits.lingerTime)
    var swallowed = 0
    var scrap: [UInt8] = []
    do throws(SocketError) {
      try socket.shutdownWrites()
      while swallowed < limits.lingerBytes {
        let count = try await socket.receive(into: &scrap, atMost: 16 << 10, deadline: deadline)
        if count == 0 { return }
        swallowed += count
        scrap.removeAll(keepingCapacity: true)
      }
    } catch {
      // Whatever ended it, the connection is closed next.
      return
    }
  }
}
