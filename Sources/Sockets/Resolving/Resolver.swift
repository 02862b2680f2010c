import Dispatch
import Synchronization

/// Turns host names into addresses without blocking a thread that serves anything else.
///
/// `getaddrinfo` can hang for half a minute and cannot be stopped. It runs on at most `concurrency` threads
/// of its own, once at a time for each name, so a name whose servers are dead occupies one thread however
/// many deliveries ask for it, and all such names together leave some threads to those that are quick (`LookupQueue`).
/// Whoever asks waits only until its deadline. Nothing is cached.
package final class Resolver: Sendable {
  /// Looks a host up; may block the thread that calls it.
  package typealias Lookup = @Sendable (_ host: String) -> Result<[IPAddress], ResolverError>

  private struct State {
    /// The tasks that wait for each name that is queued or being looked up.
    var waiting: [String: [LookupWaiter]] = [:]
    var queue: LookupQueue
    var idle: [DispatchQueue]
  }

  /// Less than half of the threads that Dispatch makes: others need some as well. They are there only while look-ups
  /// hang.
  package static let threads = 96
  /// Longer than servers take that are well, and shorter than the five seconds after which the system asks again.
  package static let patience = Duration.seconds(2)

  private let state: Mutex<State>
  private let lookup: Lookup
  private let patience: Duration

  /// - Parameters:
  ///   - patience: a name whose look-up takes longer is slow.
  ///   - lookup: answers for one name and may block.
  package init(
    concurrency: Int = Resolver.threads, patience: Duration = Resolver.patience, lookup: @escaping Lookup
  ) {
    // Serial queues: each gets a thread of its own, a concurrent one would share the cooperative pool's few.
    let threads = (0..<concurrency).map { DispatchQueue(label: "sockets.resolver.\($0)") }
    state = Mutex(State(queue: LookupQueue(width: concurrency), idle: threads))
    self.patience = patience
    self.lookup = lookup
  }

  /// A resolver over the system's.
  package convenience init(concurrency: Int = Resolver.threads) {
    self.init(concurrency: concurrency, lookup: systemLookup)
  }

  /// All addresses of the host, in the order of preference (RFC 6724). An IP literal is answered as it is,
  /// without brackets.
  package func resolve(
    host: String, port: UInt16, deadline: Deadline
  ) async throws(ResolverError) -> [SocketAddress] {
    if let ip = IPAddress(host) { return [SocketAddress(ip: ip, port: port)] }
    guard !host.isEmpty, host.utf8.count <= 253, !host.utf8.contains(0) else { throw .notFound(host: host) }
    let addresses = try await answer(for: host, deadline)
    guard !addresses.isEmpty else { throw .notFound(host: host) }
    return addresses.map { SocketAddress(ip: $0, port: port) }
  }

  private func answer(for host: String, _ deadline: Deadline) async throws(ResolverError) -> [IPAddress] {
    let waiter = LookupWaiter()
    let ending = await waiter.suspension.wait(until: deadline) { enlist(waiter, for: host) }
    if let result = waiter.result { return try result.get() }
    withdraw(waiter, from: host)
    throw ending == .cancelled ? .cancelled(host: host) : .deadlinePassed(host: host)
  }
}

// MARK: - Threads

extension Resolver {
  private func enlist(_ waiter: LookupWaiter, for host: String) {
    state.withLock { state in
      if state.waiting[host] == nil { state.queue.append(host) }
      state.waiting[host, default: []].append(waiter)
      startNext(&state)
    }
  }

  /// A name that nobody waits for any more is not looked up if its turn has not come.
  private func withdraw(_ waiter: LookupWaiter, from host: String) {
    state.withLock { $0.waiting[host]?.removeAll { $0 === waiter } }
  }

  private func startNext(_ state: inout State) {
    while let host = Self.nextWanted(&state) {
      let thread = state.idle.removeLast()
      thread.async { [self] in run(host, on: thread) }
    }
  }

  private static func nextWanted(_ state: inout State) -> String? {
    while let host = state.queue.next() {
      if state.waiting[host]?.isEmpty == false { return host }
      state.waiting[host] = nil
      state.queue.drop(host)
    }
    return nil
  }

  private func run(_ host: String, on thread: DispatchQueue) {
    let limit = Deadline.after(patience)
    let result = lookup(host)
    let wasQuick = !limit.hasPassed
    let waiters = state.withLock { state in
      let waiters = state.waiting.removeValue(forKey: host) ?? []
      state.queue.end(host, wasQuick: wasQuick)
      state.idle.append(thread)
      startNext(&state)
      return waiters
    }
    for waiter in waiters { waiter.resume(with: result) }
  }
}
