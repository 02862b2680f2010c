/// How the process's file descriptors are shared out, so that however many clients call, deliveries find theirs.
struct DescriptorBudget: Hashable, Sendable {
  /// The database and its log, the log, listeners, look-ups, and what the runtime holds.
  private static let overhead = 48
  /// Each core has one for the listeners, one for deliveries and one for other requests.
  private static let eventLoopsPerCore = 3

  /// Deliveries under way, each with its connection.
  let inFlight: Int
  /// Connections that wait for their next delivery.
  let idle: Int
  let publicConnections: Int
  let adminConnections: Int

  /// - Parameters:
  ///   - limit: of the process's open files.
  ///   - cores: each has event loops, and these have descriptors of their own.
  ///   - inFlight: the deliveries under way that are wished for; where descriptors are scarce there are fewer.
  ///   - publicConnections: those wished for on the public listener, and so on.
  init(limit: Int, cores: Int, inFlight: Int, publicConnections: Int, adminConnections: Int) {
    let usable = max(limit - Self.overhead - Self.eventLoopsPerCore * cores, 16)
    let outbound = min(2 * inFlight, usable / 2)
    let inbound = usable - outbound
    self.inFlight = min(inFlight, outbound / 2)
    idle = outbound - self.inFlight
    self.adminConnections = min(adminConnections, max(inbound / 4, 2))
    self.publicConnections = min(publicConnections, inbound - self.adminConnections)
  }
}
