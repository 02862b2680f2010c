import Sockets
import Synchronization

/// The idle connections, per origin. Of those on the right loop the newest is taken first: it is the
/// likeliest to be alive, and the others can grow old. Bounded per origin, in all and in time; what does not fit is closed.
package final class ConnectionPool: Sendable {
  private struct Idle {
    let connection: ClientConnection
    let expiry: Deadline
  }

  private struct State {
    /// Oldest first, so earliest expiry first.
    var idle: [Origin: [Idle]] = [:]
    var count = 0
    var isReaping = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let limits: ClientLimits
  /// Where the reaping task sleeps.
  private let rest = Suspension()

  init(limits: ClientLimits) {
    self.limits = limits
  }

  /// How many connections are idle now.
  package var idleCount: Int { state.withLock { $0.count } }

  /// An idle connection that the server has not ended, as far as can be seen.
  func take(to origin: Origin, on loop: EventLoop) async -> ClientConnection? {
    while let idle = pop(origin, loop) {
      if !idle.expiry.hasPassed, await idle.connection.isQuiet() { return idle.connection }
      await idle.connection.close()
    }
    return nil
  }

  /// Keeps a connection that has answered its request completely.
  func put(_ connection: ClientConnection, to origin: Origin) async {
    let idle = Idle(connection: connection, expiry: .after(limits.idleTime))
    switch state.withLock({ keep(idle, for: origin, in: &$0) }) {
    case .kept: break
    case .keptFirst: startReaping()
    case .refused: await connection.close()
    }
  }

  /// Closes all idle connections and keeps none from now on.
  package func close() async {
    let connections = state.withLock { state in
      state.isClosed = true
      state.count = 0
      defer { state.idle = [:] }
      return state.idle.values.joined().map(\.connection)
    }
    rest.wake()
    for connection in connections { await connection.close() }
  }

  /// A connection on another loop would have to wait for whatever that one is busy with.
  private func pop(_ origin: Origin, _ loop: EventLoop) -> Idle? {
    state.withLock { state in
      guard let index = state.idle[origin]?.lastIndex(where: { $0.connection.loop === loop }),
        let idle = state.idle[origin]?.remove(at: index)
      else { return nil }
      if state.idle[origin]?.isEmpty == true { state.idle[origin] = nil }
      state.count -= 1
      return idle
    }
  }

  private enum Keeping {
    case kept, keptFirst, refused
  }

  private func keep(_ idle: Idle, for origin: Origin, in state: inout State) -> Keeping {
    let siblings = state.idle[origin]?.count ?? 0
    guard !state.isClosed, state.count < limits.idleInAll, siblings < limits.idlePerOrigin else {
      return .refused
    }
    state.idle[origin, default: []].append(idle)
    state.count += 1
    defer { state.isReaping = true }
    return state.isReaping ? .kept : .keptFirst
  }
}

// MARK: - Growing old

extension ConnectionPool {
  /// Closes what grows too old while nobody asks for it. The task holds the pool and ends when it is empty.
  private func startReaping() {
    Task {
      while let next = nextExpiry() {
        _ = await rest.wait(until: next)
        for connection in removeExpired() { await connection.close() }
      }
    }
  }

  /// When the oldest connection expires; nil, and the end of reaping, if there is none.
  private func nextExpiry() -> Deadline? {
    state.withLock { state in
      let next = state.idle.values.compactMap { $0.first?.expiry }.min()
      if next == nil { state.isReaping = false }
      return next
    }
  }

  private func removeExpired() -> [ClientConnection] {
    state.withLock { state in
      var expired: [ClientConnection] = []
      for (origin, idle) in state.idle {
        let old = idle.prefix { $0.expiry.hasPassed }
        guard !old.isEmpty else { continue }
        expired += old.map(\.connection)
        state.idle[origin] = old.count == idle.count ? nil : Array(idle.dropFirst(old.count))
      }
      state.count -= expired.count
      return expired
    }
  }
}
