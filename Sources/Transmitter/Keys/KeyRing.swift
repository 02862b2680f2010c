package import JOSE
import OpenSSL
import Synchronization

/// The keys that sign SETs: one owner, kept sealed in the store and ready in memory.
package final class KeyRing: Sendable {
  private let keys: Mutex<[SigningKey]>

  /// Loads the keys, and makes the first of each algorithm that has none: RS256, which the CAEP interoperability
  /// profile §2.6 demands of every stream, and ES256 for receivers that agreed on it.
  package init(store: Store, sealer: Sealer, environment: Environment) async throws {
    var keys = try await store.read { try $0.loadSigningKeys(sealer) }
    for algorithm in SignatureAlgorithm.allCases where !keys.contains(where: { $0.algorithm == algorithm }) {
      let key = try SigningKey.generate(algorithm, state: .active, at: environment.now())
      let sealed = try sealer.seal(key.privateKey.pem(), context: SigningKey.sealingContext(key.id))
      try await store.transaction { try $0.database.insert(key, sealed: sealed) }
      keys.append(key)
    }
    // RS256 first: there are receivers that look no further than the first key.
    self.keys = Mutex(
      SignatureAlgorithm.allCases.flatMap { algorithm in keys.filter { $0.algorithm == algorithm } })
  }

  package var all: [SigningKey] { keys.withLock { $0 } }

  /// What receivers may verify against: every key that signs, will sign soon, or has signed what may still
  /// be on its way.
  package var published: JWKSet { JWKSet(keys: all.map(\.publicKey)) }

  /// Why no SET can be signed; nil if it can.
  package var problem: String? {
    let missing = SignatureAlgorithm.allCases.filter { algorithm in
      !all.contains { $0.algorithm == algorithm && $0.state == .active }
    }
    return missing.first.map { KeyRingError.noActiveKey($0).description }
  }

  /// The key that signs now.
  ///
  /// - Throws: `KeyRingError` when there is none for the algorithm.
  package func active(_ algorithm: SignatureAlgorithm) throws(KeyRingError) -> SigningKey {
    let found = keys.withLock { $0.first { $0.algorithm == algorithm && $0.state == .active } }
    guard let found else { throw .noActiveKey(algorithm) }
    return found
  }
}

/// Why the ring has no key to give.
package enum KeyRingError: Error, CustomStringConvertible {
  case noActiveKey(SignatureAlgorithm)

  package var description: String {
    switch self {
    case .noActiveKey(let algorithm): "there is no active \(algorithm.rawValue) key to sign with"
    }
  }
}

extension SigningKey {
  static func sealingContext(_ id: String) -> String { "signing-key|\(id)" }
}
