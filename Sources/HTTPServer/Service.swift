import HTTP
import Logging
import Sockets

/// What the connections of one server share.
struct Service: Sendable {
  let limits: ServerLimits
  let handler: ServerHandler
  let proxies: TrustedProxies
  let roster: ConnectionRoster
  let tally = Tally()
  private let allowedHosts: Set<String>?
  private let dates = DateCache()
  private let logger: Logger

  init(
    limits: ServerLimits, allowedHosts: Set<String>?, proxies: TrustedProxies, handler: ServerHandler,
    logger: Logger
  ) {
    self.limits = limits
    self.handler = handler
    self.allowedHosts = allowedHosts.map { Set($0.map(Self.comparable)) }
    self.logger = logger
    self.proxies = proxies
    roster = ConnectionRoster(limits, proxies: proxies)
  }

  /// Whether the request names a host that is served here; the port does not matter.
  func serves(_ head: RequestHead) -> Bool {
    guard let allowedHosts else { return true }
    guard let host = head.fields["Host"] else { return false }
    return allowedHosts.contains(Self.comparable(Self.withoutPort(host)))
  }

  func writer(for socket: Socket) -> ResponseWriter {
    ResponseWriter(socket, limits: limits, dates: dates)
  }

  /// Counts the end of a connection; none of these is the operator's fault, so none is more than a debug
  /// message.
  func record(_ end: ConnectionEnd, of socket: Socket) {
    tally.countFailure(end.code)
    logger.debug(
      "connection ended early", metadata: ["peer": "\(socket.remoteAddress)", "reason": "\(end.code)"])
  }

  /// In lower case, an IPv6 address in brackets.
  private static func comparable(_ host: String) -> String {
    let isBareIPv6 = host.utf8.contains(UInt8(ascii: ":")) && !host.hasPrefix("[")
    return (isBareIPv6 ? "[\(host)]" : host).lowercased()
  }

  private static func withoutPort(_ host: String) -> String {
    let end = host.hasPrefix("[") ? host.utf8.lastIndex(of: UInt8(ascii: "]")) : nil
    let colon = host.utf8[(end ?? host.startIndex)...].firstIndex(of: UInt8(ascii: ":"))
    return String(host[..<(colon ?? host.endIndex)])
  }
}
