import Dispatch
package import OpenSSL
import SQLite

/// What changes the ring: time, and administrators. Every step is one transaction.
extension KeyRing {
  /// Publishes a successor of the active key, unless one is published already.
  ///
  /// - Returns: the successor.
  /// - Throws: `KeyRingError.tooManyKeys`.
  package func rotate(_ use: SigningKey.Use) async throws -> SigningKey {
    try await change { roster, context in
      try roster.rotate(use, with: context.spare, at: context.now)
    }
  }

  /// Adds a key from elsewhere.
  ///
  /// - Parameter atOnce: makes it the active key at once, for a key that receivers know already.
  /// - Throws: `KeyRingError`.
  package func add(
    _ privateKey: PrivateKey, for purpose: SigningKey.Purpose, atOnce: Bool
  ) async throws -> SigningKey {
    try await change { roster, context in
      let key = try roster.adopt(privateKey, for: purpose, atOnce: atOnce, at: context.now)
      guard try !context.database.wasWithdrawn(key.id) else { throw KeyRingError.withdrawn(key.id) }
      return key
    }
  }

  /// Ends the life of a key in order: an active one gets a successor and retires when that one becomes active, a
  /// pending one, which has signed nothing, goes at once, a retiring one goes on retiring.
  ///
  /// - Throws: `KeyRingError`.
  package func retire(_ id: String) async throws {
    let key = try key(id)
    switch key.state {
    case .pending: try await withdraw(id)
    case .active: _ = try await rotate(key.use)
    case .retiring: return
    }
  }

  /// Takes a key out at once and for good, whatever its state: nobody verifies with it any more who asks us, and
  /// what waits is signed by the next.
  ///
  /// - Throws: `KeyRingError.noSuchKey`.
  package func withdraw(_ id: String) async throws {
    try await change { roster, context in
      try roster.withdraw(id, with: context.spare, at: context.now)
      try context.database.noteWithdrawal(of: id, at: context.now)
    }
  }

  /// Does what time alone has made due.
  ///
  /// - Returns: when to call again; nil if never.
  func keepUp() async throws -> Timestamp? {
    let now = environment.now()
    if let next = roster.nextChange, next <= now {
      try await change { roster, context in roster.advance(to: context.now) }
      for use in roster.aged(at: now) { try await rotateAged(use) }
    }
    return roster.nextChange
  }

  /// Unless an administrator was quicker.
  private func rotateAged(_ use: SigningKey.Use) async throws {
    try await change { roster, context in
      guard roster.aged(at: context.now).contains(use) else { return }
      _ = try roster.rotate(use, with: context.spare, at: context.now)
    }
  }

  /// What a change may use.
  struct ChangeContext {
    /// A new private key, if the change has asked for one.
    let spare: PrivateKey?
    let now: Timestamp
    let database: Database
  }

  /// Changes roster and rows together. A change that finds it needs a new private key is undone, and made again when
  /// there is one.
  func change<Value: Sendable>(
    _ body: @escaping @Sendable (inout KeyRoster, ChangeContext) throws -> Value
  ) async throws -> Value {
    var spare: PrivateKey?
    while true {
      do {
        return try await change(with: spare, body)
      } catch let need as KeyNeeded {
        spare = try await .generateApart(need.type)
      }
    }
  }

  private func change<Value: Sendable>(
    with spare: PrivateKey?,
    _ body: @escaping @Sendable (inout KeyRoster, ChangeContext) throws -> Value
  ) async throws -> Value {
    try await store.transaction { [self] transaction in
      let former = roster
      var changed = former
      let context = ChangeContext(spare: spare, now: environment.now(), database: transaction.database)
      let value = try body(&changed, context)
      try transaction.database.save(changed, insteadOf: former, sealer)
      try transaction.record(changed, insteadOf: former, at: context.now)
      transaction.afterCommit { [self, changed] in adopt(changed) }
      return value
    }
  }
}

extension PrivateKey {
  /// Makes a key on a thread of its own: an RSA key takes up to seconds.
  fileprivate static func generateApart(_ type: KeyType) async throws -> PrivateKey {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try generate(type) }) }
    }
  }
}

extension Transaction {
  fileprivate func record(_ roster: KeyRoster, insteadOf former: KeyRoster, at now: Timestamp) throws {
    for key in former.keys where roster.key(key.id) == nil {
      try record(.keyDeleted, .key(key.id), before: key.audited(), at: now)
    }
    for key in roster.keys {
      let earlier = former.key(key.id)
      try record(
        earlier == nil ? .keyCreated : .keyUpdated, .key(key.id), before: earlier?.audited(),
        after: key.audited(), at: now)
    }
  }
}
