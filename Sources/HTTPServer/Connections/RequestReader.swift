import HTTP
import Sockets

/// Reads the requests of one connection, each part against its deadline.
struct RequestReader {
  private static let chunk = 16 << 10

  private let socket: Socket
  private let limits: ServerLimits
  private var parser: RequestParser
  private var arrived: [UInt8] = []
  private var expectsContinue = false
  /// Whether the request being read is a HEAD request: no answer to it has a body.
  private(set) var isReadingHeadRequest = false

  /// What the request being read asks for, as soon as that is known.
  var target: RequestTarget? { parser.target }

  /// Whether the client has sent some of the next request, or all of it.
  var hasBegun: Bool { parser.hasPartialMessage }

  init(_ socket: Socket, limits: ServerLimits) {
    self.socket = socket
    self.limits = limits
    parser = RequestParser(limits: limits)
  }

  /// Waits until a request begins; false if the client has closed or the connection has been dismissed
  /// instead.
  mutating func awaitFirstByte() async throws(ConnectionEnd) -> Bool {
    isReadingHeadRequest = false
    if hasBegun { return true }
    do throws(SocketError) {
      return try await receive(until: .after(limits.idleTimeout)) > 0
    } catch {
      if error.cause == .interrupted { return false }
      throw ConnectionEnd(error, late: .silent(.idleTimeout))
    }
  }

  /// Reads a head to its end, within the header deadline from now.
  mutating func readHead() async throws(ConnectionEnd) -> (head: RequestHead, hasBody: Bool) {
    let deadline = Deadline.after(limits.headerDeadline)
    while true {
      if case .head(let head, let framing, let expectsContinue)? = try nextEvent() {
        self.expectsContinue = expectsContinue
        isReadingHeadRequest = head.method == .head
        return (head, framing.announcesBody)
      }
      try await readMore(until: deadline, late: .headerTimeout)
    }
  }

  /// Sets the limit for the body; refuses one whose announced length is beyond it.
  mutating func acceptBody(limit: Int) throws(ConnectionEnd) {
    do throws(RequestError) {
      try parser.acceptBody(limit: limit)
    } catch {
      throw .failure(.malformed(error))
    }
  }

  /// Reads the body to its end. A client that waits to be asked for it is asked, unless the body came by
  /// itself.
  mutating func readBody(askingThrough writer: inout ResponseWriter) async throws(ConnectionEnd) -> Request {
    if case .complete(let request)? = try nextEvent() { return request }
    if expectsContinue { try await writer.sendContinue() }
    let start = Deadline.now
    var received = 0
    while true {
      received += try await readMore(until: bodyDeadline(start, received), late: .bodyTimeout)
      if case .complete(let request)? = try nextEvent() { return request }
    }
  }

  /// The end of the time that the bytes received so far have bought, and never later than the body's
  /// deadline.
  private func bodyDeadline(_ start: Deadline, _ received: Int) -> Deadline {
    let bought = Duration.seconds(1) / max(limits.bodyMinimumRate, 1) * received
    return .earliest(of: start + limits.bodyDeadline, start + limits.bodyGrace + bought)
  }
}

extension RequestReader {
  private mutating func nextEvent() throws(ConnectionEnd) -> RequestParser.Event? {
    do throws(RequestError) {
      return try parser.next()
    } catch {
      throw .failure(.malformed(error))
    }
  }

  @discardableResult
  private mutating func readMore(
    until deadline: Deadline, late failure: ServerFailure
  ) async throws(ConnectionEnd) -> Int {
    let count: Int
    do throws(SocketError) {
      count = try await receive(until: deadline)
    } catch {
      throw ConnectionEnd(error, late: .failure(failure))
    }
    guard count > 0 else { throw .silent(.peerLeft) }
    return count
  }

  private mutating func receive(until deadline: Deadline) async throws(SocketError) -> Int {
    let count: Int
    if let soon = try await receiveSoon() {
      count = soon
    } else {
      count = try await socket.receive(into: &arrived, atMost: Self.chunk, deadline: deadline)
    }
    parser.append(arrived)
    arrived.removeAll(keepingCapacity: true)
    return count
  }

  /// Under load the next bytes come while other connections have their turn, which is cheaper than waiting
  /// for the socket: measured, a quarter less processor time per request.
  private mutating func receiveSoon() async throws(SocketError) -> Int? {
    if let count = try socket.receiveWhatIsThere(into: &arrived, atMost: Self.chunk) { return count }
    await Task.yield()
    return try socket.receiveWhatIsThere(into: &arrived, atMost: Self.chunk)
  }
}
