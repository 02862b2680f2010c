/// Why a token, a key or a key set was refused.
package struct JOSEError: Error, Equatable, CustomStringConvertible {
  /// What to make of the refusal.
  package enum Kind: Sendable {
    /// The token is not a compact JWS with a well-formed header.
    case malformedToken
    /// The header asks for something not done here: another algorithm, critical extensions, unencoded payloads.
    case unsupportedHeader
    /// The token's algorithm is not allowed, or not the one of the key.
    case algorithmMismatch
    /// The signature is not the key's over this token.
    case signatureMismatch
    /// The JWK is not a key to verify signatures with.
    case unusableKey
    /// The document is not a JWK set, or too large a one.
    case unusableKeySet
    /// OpenSSL could not do its work; this says nothing about the token.
    case libraryFailure
  }

  package let kind: Kind
  /// The particular cause.
  package let detail: String

  init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  package var description: String {
    switch kind {
    case .malformedToken: "the token is malformed: \(detail)"
    case .unsupportedHeader: "the token's header is not supported: \(detail)"
    case .algorithmMismatch: "the token's algorithm is refused: \(detail)"
    case .signatureMismatch: "the token's signature does not verify: \(detail)"
    case .unusableKey: "the JWK is not usable: \(detail)"
    case .unusableKeySet: "the JWK set is not usable: \(detail)"
    case .libraryFailure: detail
    }
  }
}
