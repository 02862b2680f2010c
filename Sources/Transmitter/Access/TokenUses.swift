import SQLite
import Synchronization

/// Writes down when static tokens were last used: soon after the first use, then once a minute at most, those of all
/// tokens together. A crash forgets a minute of it.
package final class TokenUses: Sendable {
  private static let interval = Duration.seconds(60)

  private let store: Store
  private let environment: Environment
  /// Bounded by the tokens that there are.
  private let unwritten = Mutex<[String: Timestamp]>([:])
  private let (wakings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  private let task = StoppableTask()

  init(store: Store, environment: Environment) {
    self.store = store
    self.environment = environment
  }

  /// Takes a use down, to be written soon.
  func note(_ token: String, at now: Timestamp) {
    let isFirst = unwritten.withLock { unwritten in
      defer { unwritten[token] = now }
      return unwritten.isEmpty
    }
    if isFirst { bell.yield() }
  }

  /// Writes until `stop()`, and at the end what is left.
  package func run() async throws {
    try await task.run { [self] in
      for await _ in wakings {
        repeat {
          try await write()
          guard (try? await environment.sleep(Self.interval)) != nil else { return }
        } while !unwritten.withLock(\.isEmpty)
      }
    }
    try await write()
  }

  /// Ends `run()`, also one that has not begun.
  package func stop() { task.stop() }

  /// What a full disk or a locked database does not take is tried again later.
  private func write() async throws {
    var rest = unwritten.withLock { uses in
      defer { uses = [:] }
      return Array(uses)[...]
    }
    do {
      while !rest.isEmpty {
        let slice = rest.prefix(Store.pageRows)
        try await store.transaction { transaction in
          for (token, time) in slice { try transaction.database.keep(use: time, ofToken: token) }
        }
        rest = rest.dropFirst(slice.count)
      }
    } catch let error as StoreError where error.isPassing {
      unwritten.withLock { uses in uses.merge(Array(rest)) { later, _ in later } }
    }
  }
}
