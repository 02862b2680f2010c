import Synchronization

/// A part of the daemon that runs until it is stopped, even where the stop comes first.
final class StoppableTask: Sendable {
  private enum State {
    case notBegun
    case underWay(Task<Void, any Error>)
    case ended
  }

  private let state = Mutex(State.notBegun)

  /// Runs `body` until it ends or is cancelled by `stop()`; not at all after that.
  func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let task = state.withLock { state -> Task<Void, any Error>? in
      if case .ended = state { return nil }
      let task = Task { try await body() }
      state = .underWay(task)
      return task
    }
    try await task?.value
  }

  func stop() {
    state.withLock { state in
      if case .underWay(let task) = state { task.cancel() }
      state = .ended
    }
  }
}
