import Synchronization

/// A bucket for each of many: clients, or addresses of strangers.
///
/// Whoever has taken nothing for as long as a bucket takes to fill has a full one, and is forgotten. There is room for a
/// fixed number of others, and for as many again who come back; while there are more, the rest share one bucket.
package final class BucketTable<Key: Hashable & Sendable>: Sendable {
  private typealias Buckets = [Key: TokenBucket]

  private struct State {
    /// Those from which something was taken since `turned`, and those from which it was in the time before.
    var recent: Buckets = [:]
    var earlier: Buckets = [:]
    var turned = Duration.zero
    /// Of all those for whom there is no room.
    var crowd = TokenBucket()
  }

  private let rate: TokenBucket.Rate
  private let room: Int
  private let state = Mutex(State())

  package init(_ rate: TokenBucket.Rate, room: Int = 16_384) {
    self.rate = rate
    self.room = room
  }

  /// How many buckets are kept.
  var count: Int { state.withLock { $0.recent.count + $0.earlier.count } }

  /// Takes a token out of one bucket.
  ///
  /// - Parameter now: an uptime.
  package func take(_ key: Key, at now: Duration) -> TokenBucket.Standing {
    state.withLock { state in
      turn(&state, at: now)
      guard var bucket = bucket(of: key, in: state) else { return state.crowd.take(at: now, rate) }
      let standing = bucket.take(at: now, rate)
      state.recent[key] = bucket
      return standing
    }
  }

  /// Nil where there is no room for it. Strangers leave some to those who were there before.
  private func bucket(of key: Key, in state: State) -> TokenBucket? {
    if let bucket = state.recent[key] { return bucket }
    if let bucket = state.earlier[key] { return state.recent.count < room * 2 ? bucket : nil }
    return state.recent.count < room ? TokenBucket() : nil
  }

  /// Forgets what nobody has taken from for the time that it takes to fill.
  private func turn(_ state: inout State, at now: Duration) {
    let age = now - state.turned
    guard age >= rate.timeToFill else { return }
    state.earlier = age < rate.timeToFill * 2 ? state.recent : [:]
    state.recent = [:]
    state.turned = now
  }
}
