/// Moves keys from state to state when their time has come. Woken by the clock and by changes of the ring, never by
/// a tick.
package struct KeyRotation: Sendable {
  private let ring: KeyRing
  private let environment: Environment

  package init(ring: KeyRing, environment: Environment) {
    self.ring = ring
    self.environment = environment
  }

  /// Keeps the ring up to date until `stop()`. What has become due while the daemon was stopped is done first.
  ///
  /// - Throws: the store's error, when the ring can no longer be kept; a fault that passes is waited for.
  package func run() async throws {
    var alarm: Task<Void, Never>?
    defer { alarm?.cancel() }
    ring.wake()
    for await _ in ring.changes {
      let next = try await keepUp()
      alarm?.cancel()
      alarm = next.map { time in Task { await wakeRing(at: time) } }
    }
  }

  /// Ends `run()`.
  package func stop() { ring.endWakings() }

  private func keepUp() async throws -> Timestamp? {
    do {
      return try await ring.keepUp()
    } catch let error as StoreError where error.isPassing {
      return environment.now() + Environment.pauseOnFault
    }
  }

  private func wakeRing(at time: Timestamp) async {
    let wait = max(time.since(environment.now()), .zero)
    guard (try? await environment.sleep(wait)) != nil else { return }
    ring.wake()
  }
}
