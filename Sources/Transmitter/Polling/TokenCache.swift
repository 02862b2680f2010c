import Synchronization

/// Signed SETs that may be asked for again: a receiver that does not acknowledge polls the same ones anew, and
/// need not cost their signatures twice. Bounded: the oldest go first.
final class TokenCache: Sendable {
  private struct Key: Hashable {
    let jti: String
    let keyID: String
  }

  private struct State {
    var tokens: [Key: [UInt8]] = [:]
    var order: [Key] = []
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) {
    self.capacity = capacity
  }

  func token(_ jti: String, signedBy keyID: String) -> [UInt8]? {
    state.withLock { $0.tokens[Key(jti: jti, keyID: keyID)] }
  }

  func keep(_ token: [UInt8], _ jti: String, signedBy keyID: String) {
    let key = Key(jti: jti, keyID: keyID)
    state.withLock { state in
      if state.tokens.updateValue(token, forKey: key) == nil { state.order.append(key) }
      guard state.order.count > capacity else { return }
      // Half at once: shortening an array at its front costs its length.
      for old in state.order.prefix(capacity / 2) { state.tokens[old] = nil }
      state.order.removeFirst(capacity / 2)
    }
  }
}
