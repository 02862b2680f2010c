import OpenSSL
import SharedSignals

extension SigningKey {
  /// What a key signs. Each purpose has keys and a published set of its own, so that nothing signed for one can
  /// be taken for the other (RFC 8725 §3.12).
  package enum Purpose: String, Sendable, CaseIterable {
    /// SETs.
    case set
    /// Access tokens of our own token endpoint.
    case token

    /// The `typ` of what is signed: RFC 8417 §2.3, RFC 9068 §2.1.
    var joseType: String {
      switch self {
      case .set: SecurityEventToken.joseType
      case .token: "at+jwt"
      }
    }
  }

  func sealed(by sealer: Sealer) throws -> [UInt8] {
    try sealer.seal(privateKey.pem(), context: Self.sealingContext(id, purpose))
  }

  /// What a sealed private key is authenticated with: it opens in its own row, for its own purpose only.
  static func sealingContext(_ id: String, _ purpose: Purpose) -> String {
    switch purpose {
    case .set: "signing-key|\(id)"
    case .token: "signing-key|\(id)|token"
    }
  }
}
