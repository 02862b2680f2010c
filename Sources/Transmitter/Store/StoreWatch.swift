import Logging

/// Watches over the store: raises the alarm when the disk is full, has the ballast set aside again when there is
/// space, and ends the daemon when the database cannot be trusted to keep what is written.
package final class StoreWatch: Sendable {
  private static let pauseOnFullDisk = Duration.seconds(2)

  private let store: Store
  private let environment: Environment
  private let task = StoppableTask()

  package init(store: Store, environment: Environment) {
    self.store = store
    self.environment = environment
  }

  /// Watches until `stop()`.
  ///
  /// - Throws: `StoreError`, when nothing is written any more.
  package func run() async throws {
    try await task.run { [self] in
      for await incident in store.incidents {
        switch incident {
        case .failed(let error): throw error
        case .full: try await outlastFullDisk()
        }
      }
    }
  }

  /// Ends the watch, also one that has not begun.
  package func stop() { task.stop() }

  /// There is no event that would tell of space on a disk.
  private func outlastFullDisk() async throws {
    environment.logger.error(
      "the disk of the state directory is full: nothing new is accepted; what was accepted is delivered")
    while !Task.isCancelled {
      guard (try? await environment.sleep(Self.pauseOnFullDisk)) != nil else { return }
      if try await store.recover() {
        return environment.logger.notice("the disk has space again: new events are accepted")
      }
    }
  }
}
