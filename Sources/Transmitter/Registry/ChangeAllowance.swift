import Synchronization

/// How many changes one client may still make: a bucket that time fills at a steady rate, up to two seconds' worth.
struct ChangeAllowance: Sendable {
  private static let millisecondsToFill: Int64 = 2000
  /// Counted in thousandths of a change, so that a millisecond brings a whole number of them.
  private static let change: Int64 = 1000

  private let perSecond: Int64
  private var level: Int64
  private var lastTaken: Timestamp

  /// A full bucket.
  init(perSecond: Int, at now: Timestamp) {
    self.perSecond = Int64(perSecond)
    level = self.perSecond * Self.millisecondsToFill
    lastTaken = now
  }

  /// Takes one change out.
  ///
  /// - Returns: nil if there was one, else how long until there is.
  mutating func take(at now: Timestamp) -> Duration? {
    let elapsed = max(0, min(now.milliseconds - lastTaken.milliseconds, Self.millisecondsToFill))
    level = min(level + elapsed * perSecond, perSecond * Self.millisecondsToFill)
    lastTaken = now
    guard level < Self.change else {
      level -= Self.change
      return nil
    }
    return .milliseconds((Self.change - level + perSecond - 1) / perSecond)
  }
}

/// The allowances of all clients. There are never more of them than clients were made since the start.
final class ChangeAllowances: Sendable {
  private let perSecond: Int
  private let allowances = Mutex<[String: ChangeAllowance]>([:])

  init(perSecond: Int) {
    self.perSecond = perSecond
  }

  /// Counts one change by `owner`. An administrator may change at any rate.
  ///
  /// - Throws: `RegistryError.tooManyChanges`, with the time to wait.
  func take(for owner: StreamOwner, at now: Timestamp) throws(RegistryError) {
    guard case .client(let id) = owner else { return }
    let wait = allowances.withLock { allowances in
      allowances[id, default: ChangeAllowance(perSecond: perSecond, at: now)].take(at: now)
    }
    if let wait { throw .tooManyChanges(retryAfter: wait) }
  }
}
