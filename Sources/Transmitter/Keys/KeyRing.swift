package import JOSE
import Synchronization

/// The keys that sign SETs and access tokens: one owner, kept sealed in the store and ready in memory.
///
/// What can be read here is what the store has committed. How keys come and go is told by ``KeyRoster``.
package final class KeyRing: Sendable {
  let store: Store
  let sealer: Sealer
  let environment: Environment

  private let mirror: Mutex<KeyRoster>
  private let editions = Atomic<UInt64>(1)
  private let (wakings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// Loads the keys, and makes the first of each algorithm that a purpose has none of: RS256, which the CAEP
  /// interoperability profile §2.6 demands of every stream and RFC 9068 §2.1 of access tokens, and ES256 for those
  /// who agreed on it.
  package init(
    store: Store, sealer: Sealer, policy: KeyPolicy = KeyPolicy(), environment: Environment
  ) async throws {
    self.store = store
    self.sealer = sealer
    self.environment = environment
    let keys = try await store.read { try $0.loadSigningKeys(sealer) }
    mirror = Mutex(KeyRoster(keys, policy: policy))
    for use in SigningKey.Use.all where roster.keys(of: use).isEmpty {
      try await change { roster, context in
        try roster.begin(use, with: context.spare, at: context.now)
      }
    }
  }

  // MARK: - Reading

  var roster: KeyRoster { mirror.withLock { $0 } }

  /// How long others may keep a key set that is published now.
  package var maxAge: Duration { roster.policy.maxAge }

  /// Every key: those of SETs first, and RS256 first among those of a purpose, since there are receivers that look
  /// no further than the first key.
  package var all: [SigningKey] { roster.keys }

  /// The key of this id.
  ///
  /// - Throws: `KeyRingError.noSuchKey`.
  package func key(_ id: String) throws(KeyRingError) -> SigningKey {
    guard let key = roster.key(id) else { throw .noSuchKey(id) }
    return key
  }

  /// What others may verify against: every key that signs for the purpose, will sign soon, or has signed what may
  /// still be on its way.
  package func published(for purpose: SigningKey.Purpose) -> JWKSet {
    JWKSet(keys: all.filter { $0.purpose == purpose }.map(\.publicKey))
  }

  /// Counts the changes of the ring: what was made of `published(for:)` under the same number still holds.
  package var edition: UInt64 { editions.load(ordering: .acquiring) }

  /// Why something cannot be signed; nil if everything can.
  package var problem: String? {
    let roster = roster
    return SigningKey.Use.all.first { roster.active($0) == nil }.map { "\(KeyRingError.noActiveKey($0))" }
  }

  /// The key that signs now.
  ///
  /// - Throws: `KeyRingError` when there is none for the algorithm.
  package func active(
    _ algorithm: SignatureAlgorithm, for purpose: SigningKey.Purpose
  ) throws(KeyRingError) -> SigningKey {
    let use = SigningKey.Use(purpose: purpose, algorithm: algorithm)
    guard let key = mirror.withLock({ $0.active(use) }) else { throw .noActiveKey(use) }
    return key
  }

  /// Has `body` sign with the key that is active now, and again with the next if that key was withdrawn meanwhile:
  /// nothing is handed out that a withdrawn key has signed.
  package func signing<Value: Sendable>(
    _ algorithm: SignatureAlgorithm, for purpose: SigningKey.Purpose,
    _ body: (SigningKey) async throws -> Value
  ) async throws -> Value {
    while true {
      let key = try active(algorithm, for: purpose)
      let value = try await body(key)
      if mirror.withLock({ $0.key(key.id) }) != nil { return value }
    }
  }

  // MARK: - Changing

  /// Takes over what a transaction has committed.
  func adopt(_ roster: KeyRoster) {
    mirror.withLock { $0 = roster }
    // After the roster: whoever sees the new number finds the new keys.
    editions.wrappingAdd(1, ordering: .releasing)
    bell.yield()
  }

  /// One element, at least, after every change; for one reader. Ends by `endWakings()`.
  var changes: AsyncStream<Void> { wakings }

  func wake() { bell.yield() }

  func endWakings() { bell.finish() }
}
