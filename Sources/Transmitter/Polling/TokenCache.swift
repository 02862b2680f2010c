import Synchronization

/// Signed SETs that may be asked for again: a receiver that does not acknowledge polls the same ones anew, and
/// need not cost their signatures twice. Bounded in bytes, since an event may be large: the oldest go first.
final class TokenCache: Sendable {
  private struct Key: Hashable {
    let jti: String
    let keyID: String
  }

  private struct State {
    var tokens: [Key: [UInt8]] = [:]
    /// The keys in the order in which their tokens came.
    var order: [Key] = []
    var size = 0

    /// Half at once: shortening an array at its front costs its length.
    mutating func forgetOldest() {
      let oldest = order.prefix((order.count + 1) / 2)
      for key in oldest { size -= tokens.removeValue(forKey: key)?.count ?? 0 }
      order.removeFirst(oldest.count)
    }
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// - Parameter capacity: the most bytes of tokens that are kept.
  init(capacity: Int) {
    self.capacity = capacity
  }

  func token(_ jti: String, signedBy keyID: String) -> [UInt8]? {
    state.withLock { $0.tokens[Key(jti: jti, keyID: keyID)] }
  }

  /// Keeps a token; the first one that was kept stays.
  func keep(_ token: [UInt8], _ jti: String, signedBy keyID: String) {
    let key = Key(jti: jti, keyID: keyID)
    state.withLock { state in
      guard state.tokens[key] == nil else { return }
      state.tokens[key] = token
      state.order.append(key)
      state.size += token.count
      while state.size > capacity { state.forgetOldest() }
    }
  }
}
