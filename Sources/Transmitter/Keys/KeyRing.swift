package import JOSE
import OpenSSL
import Synchronization

/// The keys that sign SETs and access tokens: one owner, kept sealed in the store and ready in memory.
package final class KeyRing: Sendable {
  private let keys: Mutex<[SigningKey]>

  /// Loads the keys, and makes the first of each algorithm that a purpose has none of: RS256, which the CAEP
  /// interoperability profile §2.6 demands of every stream and RFC 9068 §2.1 of access tokens, and ES256 for those
  /// who agreed on it.
  package init(store: Store, sealer: Sealer, environment: Environment) async throws {
    var keys = try await store.read { try $0.loadSigningKeys(sealer) }
    for use in SigningKey.Use.all where !keys.contains(where: { $0.use == use }) {
      let key = try SigningKey.first(for: use, at: environment.now())
      let sealed = try key.sealed(by: sealer)
      try await store.transaction { try $0.database.insert(key, sealed: sealed) }
      keys.append(key)
    }
    self.keys = Mutex(SigningKey.Use.all.flatMap { use in keys.filter { $0.use == use } })
  }

  /// Every key: those of SETs first, and RS256 first among those of a purpose, since there are receivers that look
  /// no further than the first key.
  package var all: [SigningKey] { keys.withLock { $0 } }

  /// What others may verify against: every key that signs for the purpose, will sign soon, or has signed what may
  /// still be on its way.
  package func published(for purpose: SigningKey.Purpose) -> JWKSet {
    JWKSet(keys: all.filter { $0.purpose == purpose }.map(\.publicKey))
  }

  /// Why something cannot be signed; nil if everything can.
  package var problem: String? {
    let keys = all
    let missing = SigningKey.Use.all.first { use in
      !keys.contains { $0.use == use && $0.state == .active }
    }
    return missing.map { KeyRingError.noActiveKey($0).description }
  }

  /// The key that signs now.
  ///
  /// - Throws: `KeyRingError` when there is none for the algorithm.
  package func active(
    _ algorithm: SignatureAlgorithm, for purpose: SigningKey.Purpose
  ) throws(KeyRingError) -> SigningKey {
    let use = SigningKey.Use(purpose: purpose, algorithm: algorithm)
    let found = keys.withLock { $0.first { $0.use == use && $0.state == .active } }
    guard let found else { throw .noActiveKey(use) }
    return found
  }
}

/// Why the ring has no key to give.
package enum KeyRingError: Error, CustomStringConvertible {
  case noActiveKey(SigningKey.Use)

  package var description: String {
    switch self {
    case .noActiveKey(let use): "there is no active \(use) to sign with"
    }
  }
}
