import Synchronization

/// Judges proofs of possession (RFC 9449): each for one request, and once.
package final class ProofDesk: Sendable {
  private let environment: Environment
  private let nonces: ProofNonces
  private let memory: Mutex<ProofMemory>

  package init(environment: Environment) {
    self.environment = environment
    nonces = ProofNonces(environment: environment)
    memory = Mutex(ProofMemory(at: environment.now()))
  }

  /// The nonce that the next proof is to hold.
  package var nonce: String { nonces.current(at: environment.now()) }

  /// Reads a proof and looks whether it is for this request.
  ///
  /// - Parameter needsNonce: whether a proof without one will do if it is young enough to be remembered.
  /// - Throws: `ProofFailure`.
  func read(_ text: String, for use: DPoPProof.Use, needsNonce: Bool) throws(ProofFailure) -> DPoPProof {
    let now = environment.now()
    let proof: DPoPProof
    do throws(AuthenticationFailure) {
      proof = try DPoPProof(parsing: text)
      try proof.check(use, at: now)
    } catch {
      throw .refused(error)
    }
    if isNonceMissing(from: proof, needsNonce: needsNonce, at: now) { throw .useNonce }
    return proof
  }

  /// Judges the proof that comes with an access token, and notes that it was used.
  ///
  /// - Parameters:
  ///   - thumbprint: of the key that the token is bound to.
  ///   - clientID: whose proofs it counts among.
  package func check(
    _ text: String, for use: DPoPProof.Use, by thumbprint: String, of clientID: String
  ) throws(ProofFailure) {
    let proof = try read(text, for: use, needsNonce: false)
    do throws(AuthenticationFailure) {
      guard proof.keyThumbprint == thumbprint else {
        throw .invalid("the proof is by another key than the token's")
      }
      try self.use(proof, of: clientID)
    } catch {
      throw .refused(error)
    }
  }

  /// A proof that was made before we began to remember them might have been used then: it needs a nonce.
  private func isNonceMissing(from proof: DPoPProof, needsNonce: Bool, at now: Timestamp) -> Bool {
    if let nonce = proof.nonce { return !nonces.accepts(nonce, at: now) }
    return needsNonce || proof.issued.seconds < memory.withLock { $0.began }.seconds
  }

  /// Notes that a client has used a proof, which must be the first time.
  func use(_ proof: DPoPProof, of clientID: String) throws(AuthenticationFailure) {
    let now = environment.now()
    try memory.withLock { memory throws(AuthenticationFailure) in try memory.use(proof, of: clientID, at: now)
    }
  }
}

/// Why a proof is not accepted.
package enum ProofFailure: Error, Sendable {
  case refused(AuthenticationFailure)
  /// It lacks the nonce that is asked for, or has an old one; with the new one it may be good.
  case useNonce
}
