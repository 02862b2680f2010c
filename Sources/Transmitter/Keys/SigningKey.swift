package import JOSE
import OpenSSL
package import SharedSignals

/// A key pair that signs, with what is published of it.
package struct SigningKey: Sendable {
  /// Where a key stands in its life. Published keys are all but those that are gone.
  package enum State: String, Sendable {
    /// Published, not yet used: receivers must have had time to fetch it.
    case pending
    /// Signs.
    case active
    /// Published, no longer used: what it signed may still be on its way.
    case retiring
  }

  /// The RFC 7638 thumbprint of the public key.
  package let id: String
  package let purpose: Purpose
  package let algorithm: SignatureAlgorithm
  package let created: Timestamp
  package private(set) var state: State
  /// When the key came into its state.
  package private(set) var since: Timestamp
  /// When it leaves its state by itself; nil for never.
  package private(set) var until: Timestamp?
  package let publicKey: JWK
  let privateKey: PrivateKey
  private let header: JOSEHeader

  init(
    _ privateKey: PrivateKey, for purpose: Purpose, created: Timestamp, state: State,
    since: Timestamp, until: Timestamp? = nil
  ) throws {
    self.privateKey = privateKey
    self.purpose = purpose
    self.created = created
    self.state = state
    self.since = since
    self.until = until
    algorithm = SignatureAlgorithm(for: privateKey.keyType)
    publicKey = try JWK(publicKey: privateKey.publicKey)
    id = publicKey.keyID
    header = try JOSEHeader(algorithm: algorithm, type: purpose.joseType, keyID: id)
  }

  /// The same key in another state.
  func entering(_ state: State, at now: Timestamp, until: Timestamp?) -> SigningKey {
    var key = self
    key.state = state
    key.since = now
    key.until = until
    return key
  }

  /// Whether both are in the same state for the same time.
  func isWhere(_ other: SigningKey) -> Bool {
    state == other.state && since == other.since && until == other.until
  }

  /// Signs a SET: compact JWS with `typ` secevent+jwt (RFC 8417 §2.3).
  package func sign(_ token: StoredSecurityEventToken, as profile: SETProfile) throws -> [UInt8] {
    var payload: [UInt8] = []
    try token.appendClaims(as: profile, to: &payload)
    return try sign(payload: payload)
  }

  /// Signs claims as they are: compact JWS with the `typ` that the key's purpose has.
  package func sign(payload: [UInt8]) throws -> [UInt8] {
    try CompactJWS.sign(payload: payload, header: header, with: privateKey)
  }
}
