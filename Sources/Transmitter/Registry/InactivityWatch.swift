import SharedSignals
import Synchronization

/// Pauses streams whose receivers have not been heard of for the time that the policy sets.
package final class InactivityWatch: Sendable {
  private let registry: StreamRegistry
  private let environment: Environment
  private let watch = Mutex<Task<Void, any Error>?>(nil)

  package init(registry: StreamRegistry, environment: Environment) {
    self.registry = registry
    self.environment = environment
  }

  /// Watches until `stop()`; returns at once where the policy sets no time.
  package func run() async throws {
    guard let timeout = registry.policy.inactivityTimeout else { return }
    let task = Task { try await pauseInactive(for: timeout) }
    watch.withLock { $0 = task }
    try await task.value
  }

  /// Ends `run()`.
  package func stop() {
    watch.withLock { $0?.cancel() }
  }

  private func pauseInactive(for timeout: Duration) async throws {
    while !Task.isCancelled {
      let next = try await pauseInactive(after: timeout)
      // A stream made meanwhile has all of the timeout before it.
      guard (try? await environment.sleep(min(next, timeout))) != nil else { return }
    }
  }

  /// Pauses what has been inactive for too long; answers when the next stream may be.
  private func pauseInactive(after timeout: Duration) async throws -> Duration {
    var next = timeout
    for stream in registry.streams(of: .administrator)
    where stream.status == .enabled && !stream.isProvisioned {
      let rest = timeout - environment.now().since(registry.activity.last(of: stream))
      if rest > .zero {
        next = min(next, rest)
      } else {
        try await pause(stream, after: timeout)
      }
    }
    return next
  }

  private func pause(_ stream: Stream, after timeout: Duration) async throws {
    do {
      _ = try await registry.setStatus(
        .paused, byTransmitterBecause: "no activity for \(timeout.components.seconds) s", of: stream.id)
    } catch RegistryError.noSuchStream {
      return
    }
  }
}
