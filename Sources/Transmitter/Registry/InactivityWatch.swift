import SharedSignals

/// Pauses streams whose receivers have not been heard of for the time that the policy sets.
package final class InactivityWatch: Sendable {
  private let registry: StreamRegistry
  private let environment: Environment
  private let task = StoppableTask()

  package init(registry: StreamRegistry, environment: Environment) {
    self.registry = registry
    self.environment = environment
  }

  /// Watches until `stop()`; returns at once where the policy sets no time.
  package func run() async throws {
    guard let timeout = registry.policy.inactivityTimeout else { return }
    try await task.run { [self] in
      try await environment.repeatedly { try await pauseInactive(after: timeout) }
    }
  }

  /// Ends the watch, also one that has not begun.
  package func stop() { task.stop() }

  /// Pauses what has been inactive for too long; answers in what time the next stream may be. One made meanwhile has all
  /// of the timeout before it.
  private func pauseInactive(after timeout: Duration) async throws -> Duration {
    var next = timeout
    for stream in registry.streams(of: .administrator)
    where stream.status == .enabled && !stream.isProvisioned {
      let rest = timeout - environment.now().since(registry.lastActivity(of: stream))
      if rest > .zero { next = min(next, rest) } else { try await pause(stream, after: timeout) }
    }
    return next
  }

  private func pause(_ stream: Stream, after timeout: Duration) async throws {
    do {
      _ = try await registry.update(stream.id, of: .administrator) { stream in
        guard stream.status == .enabled else { return }
        stream.status = .paused
        stream.reason = "no activity for \(timeout.components.seconds) s"
      }
    } catch RegistryError.noSuchStream {
      // It was deleted meanwhile.
    }
  }
}
