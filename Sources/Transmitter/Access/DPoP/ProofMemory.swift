import OpenSSL

/// The proofs that were used, each for as long as it could be used again. Bounded: a client that fills its share has
/// to wait, and nobody else does.
struct ProofMemory: Sendable {
  /// What is kept of a proof: half of a digest, which nobody can make two proofs share.
  private struct Use: Hashable {
    let high: UInt64
    let low: UInt64

    init(of proof: DPoPProof) {
      let digest = SHA256.digest(Array("\(proof.keyThumbprint) \(proof.id)".utf8))
      high = digest[..<8].reduce(0) { $0 << 8 | UInt64($1) }
      low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  private struct Generation {
    let began: Timestamp
    var uses: Set<Use> = []
    var usesOfClient: [String: Int] = [:]
  }

  /// How long a proof may be good, from the clock that is furthest behind to the one that is furthest ahead.
  static let window = DPoPProof.leeway * 2
  private let mostUses: Int
  private let mostUsesOfClient: Int

  /// Nothing is known of proofs that were made before.
  let began: Timestamp
  private var current: Generation
  private var previous: Generation

  /// - Parameters:
  ///   - mostUses: in all, within `window`.
  ///   - mostUsesOfClient: of one client, within `window`.
  init(at now: Timestamp, mostUses: Int = 200_000, mostUsesOfClient: Int = 20_000) {
    began = now
    self.mostUses = mostUses
    self.mostUsesOfClient = mostUsesOfClient
    current = Generation(began: now)
    previous = current
  }

  /// Notes that a proof is used now.
  ///
  /// - Throws: `AuthenticationFailure.invalid` if it was used before, `.unavailable` where nothing more can be noted.
  mutating func use(_ proof: DPoPProof, of clientID: String, at now: Timestamp) throws(AuthenticationFailure)
  {
    advance(to: now)
    let use = Use(of: proof)
    guard !current.uses.contains(use), !previous.uses.contains(use) else {
      throw .invalid("the proof was used before")
    }
    let count = current.usesOfClient[clientID, default: 0]
    guard current.uses.count < mostUses, count < mostUsesOfClient else {
      throw .unavailable("too many proofs of \(clientID)", retryAfter: Self.window - now.since(current.began))
    }
    current.uses.insert(use)
    current.usesOfClient[clientID] = count + 1
  }

  /// What is older than one whole generation is forgotten. A clock that was set back counts as time that has passed.
  private mutating func advance(to now: Timestamp) {
    let age = now.since(current.began)
    guard age >= Self.window || age < .zero else { return }
    previous = age < Self.window * 2 ? current : Generation(began: now)
    current = Generation(began: now)
  }
}
