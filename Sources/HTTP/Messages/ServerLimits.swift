/// Every limit of the server's front door, in one value. Sizes are in bytes; each limit names the answer that
/// a client gets which goes over it.
package struct ServerLimits: Sendable, Hashable {
  /// The request line without its CRLF: 414.
  package var requestLine = 8 << 10
  /// All field lines with the empty line that ends them; trailers have the same allowance again: 431.
  package var headerBlock = 16 << 10
  /// Number of field lines; trailers have the same allowance again: 431.
  package var headerFields = 64
  /// The body of an ordinary request: 413, before reading when `Content-Length` says so.
  package var body = 256 << 10
  /// The body of a request to the events endpoint: 413.
  package var eventsBody = 1 << 20
  /// All chunk extensions of one message: 400.
  package var chunkExtensions = 1 << 10

  /// From the first byte of a request to the end of its head: 408.
  package var headerDeadline: Duration = .seconds(10)
  /// How long a body may arrive slower than `bodyMinimumRate`: 408.
  package var bodyGrace: Duration = .seconds(5)
  /// Bytes per second, on average, after `bodyGrace`: 408.
  package var bodyMinimumRate = 1024
  /// From the end of the head to the end of the body: 408.
  package var bodyDeadline: Duration = .seconds(30)
  /// Between two requests of one connection, then it is closed; below the idle time of the usual proxies.
  package var idleTimeout: Duration = .seconds(15)
  /// Requests of one connection before it is closed.
  package var requestsPerConnection = 1000
  /// Age at which a connection is closed after its current request.
  package var connectionLifetime: Duration = .seconds(3600)
  /// For one response to be taken by the client, then the connection is closed.
  package var writeDeadline: Duration = .seconds(30)

  /// Open connections in all: 503 for one more.
  package var connections = 4096
  /// Open connections of one client address: 503 for one more.
  package var connectionsPerAddress = 64

  /// What is read and thrown away after a closing response, so that the client can read it.
  package var lingerBytes = 64 << 10
  /// How long that reading may take.
  package var lingerTime: Duration = .seconds(1)
  /// How long requests under way may take to finish when the server stops.
  package var drainTime: Duration = .seconds(20)

  package init() {}
}
