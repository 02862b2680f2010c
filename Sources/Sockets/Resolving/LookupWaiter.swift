import Synchronization

/// One task's wait for the answer about one name.
final class LookupWaiter: Sendable {
  let suspension = Suspension()
  private let answer = Mutex<Result<[IPAddress], ResolverError>?>(nil)

  /// Nil until the answer is there.
  var result: Result<[IPAddress], ResolverError>? { answer.withLock { $0 } }

  func resume(with result: Result<[IPAddress], ResolverError>) {
    answer.withLock { $0 = result }
    suspension.wake()
  }
}
