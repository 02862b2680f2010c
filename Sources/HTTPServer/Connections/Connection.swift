import HTTP
import POSIX
import Sockets

/// The life of one client connection, from its first byte to its close, as one task.
///
/// Requests are read, answered and written strictly one after the other: while one is being answered nothing
/// is read. Every wait has a deadline of ``ServerLimits``. What it refuses it answers once and then closes;
/// it never resynchronises behind a fault.
struct Connection {
  private enum Next {
    case request, close, linger
  }

  private let seat: Seat
  private let service: Service
  private let endOfLife: Deadline
  private var reader: RequestReader
  private var writer: ResponseWriter
  private var served = 0

  init(_ seat: Seat, of service: Service) {
    self.seat = seat
    self.service = service
    endOfLife = .after(service.limits.connectionLifetime)
    reader = RequestReader(seat.socket, limits: service.limits)
    writer = service.writer(for: seat.socket)
  }

  /// Serves until either side has enough.
  mutating func run() async {
    do throws(ConnectionEnd) {
      var next = Next.request
      while next == .request, let (head, hasBody) = try await nextHead() {
        next = try await serve(head, hasBody: hasBody)
      }
      if next == .linger { await writer.linger() }
    } catch {
      await conclude(error)
    }
    seat.socket.close()
  }

  /// Nil when the connection has come to its ordinary end.
  private mutating func nextHead() async throws(ConnectionEnd) -> (RequestHead, hasBody: Bool)? {
    let isPipelined = reader.hasBegun
    guard !service.roster.isDraining, try await reader.awaitFirstByte(), seat.beginRequest() else {
      return nil
    }
    // Whoever sends many requests at once waits for the turn of each, as those who send one.
    if isPipelined { await Task.yield() }
    let (head, hasBody) = try await reader.readHead()
    guard service.serves(head) else { throw .failure(.misdirected) }
    return (head, hasBody)
  }

  /// Whoever calls through a proxy has a request on one of its connections as others have a connection of their own,
  /// and so is counted from the head on: a body may be long in coming.
  private mutating func serve(_ head: RequestHead, hasBody: Bool) async throws(ConnectionEnd) -> Next {
    let client = service.proxies.client(of: head.fields, peer: seat.socket.remoteAddress.ip)
    guard service.roster.admitRequest(of: client) else { throw .failure(.tooManyConnectionsOfAddress) }
    defer { service.roster.releaseRequest(of: client) }
    if hasBody { try reader.acceptBody(limit: service.handler.bodyLimit(head)) }
    let request = try await reader.readBody(askingThrough: &writer)
    service.tally.countRequest()
    served += 1
    let response = await service.handler.respond(request, client)
    let isLarge = response.body.count > Self.largeAnswer
    let next = try await answer(request, with: response)
    if isLarge { Heap.trim() }
    return next
  }

  /// Answers of more bytes are few, and making one takes many times its size, which is not to stay with the process.
  private static let largeAnswer = 1 << 20

  private mutating func answer(
    _ request: Request, with response: Response
  ) async throws(ConnectionEnd) -> Next {
    let limit = reachedLimit
    let mayGoOn = !response.closesConnection && !service.roster.isDraining
    let isWelcome = mayGoOn && limit == nil
    let keepAlive = isWelcome && request.head.allowsKeepAlive
    try await writer.send(response, toHead: request.method == .head, keepAlive: keepAlive)
    if let limit, mayGoOn, request.head.allowsKeepAlive { service.record(.silent(limit), of: seat.socket) }
    seat.endRequest()
    if keepAlive { return .request }
    // A client that did not ask for the close may have sent more already.
    return isWelcome ? .close : .linger
  }

  /// The limit that lets the server take no further request.
  private var reachedLimit: ConnectionEnd.Reason? {
    if served >= service.limits.requestsPerConnection { return .requestLimit }
    return endOfLife.hasPassed ? .lifetime : nil
  }

  private mutating func conclude(_ end: ConnectionEnd) async {
    service.record(end, of: seat.socket)
    guard case .failure(let failure) = end else { return }
    let response = service.handler.renderFailure(failure, reader.target)
    await writer.dismiss(with: response, toHead: reader.isReadingHeadRequest)
  }
}
