package import JOSE
import OpenSSL
package import SharedSignals

/// A key pair that signs SETs, with what is published of it.
package struct SigningKey: Sendable {
  /// Where a key stands in its life. Published keys are all but those that are gone.
  package enum State: String, Sendable {
    /// Published, not yet used: receivers must have had time to fetch it.
    case pending
    /// Signs.
    case active
    /// Published, no longer used: SETs that it signed may still be on their way.
    case retiring
  }

  /// The RFC 7638 thumbprint of the public key.
  package let id: String
  package let algorithm: SignatureAlgorithm
  package let state: State
  package let created: Timestamp
  package let publicKey: JWK
  let privateKey: PrivateKey
  let header: JOSEHeader

  init(
    _ privateKey: PrivateKey, algorithm: SignatureAlgorithm, state: State, created: Timestamp
  ) throws {
    self.privateKey = privateKey
    self.algorithm = algorithm
    self.state = state
    self.created = created
    publicKey = try JWK(publicKey: privateKey.publicKey)
    id = publicKey.keyID
    header = try JOSEHeader(algorithm: algorithm, type: SecurityEventToken.joseType, keyID: id)
  }

  static func generate(_ algorithm: SignatureAlgorithm, state: State, at now: Timestamp) throws -> SigningKey
  {
    let type: KeyType = algorithm == .rs256 ? .rsa(bits: 2048) : .p256
    return try SigningKey(PrivateKey.generate(type), algorithm: algorithm, state: state, created: now)
  }

  /// Signs a SET: compact JWS with `typ` secevent+jwt (RFC 8417 §2.3).
  package func sign(_ token: SecurityEventToken, as profile: SETProfile) throws -> [UInt8] {
    var payload: [UInt8] = []
    token.appendClaims(as: profile, to: &payload)
    return try CompactJWS.sign(payload: payload, header: header, with: privateKey)
  }
}
