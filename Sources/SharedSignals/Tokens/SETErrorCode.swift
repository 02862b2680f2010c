/// What a receiver has against a SET: a name of the registry "Security Event Token Error Codes" (RFC 8935 §7.1).
/// The registry can grow, so any name of letters, digits and `_` is held that is no longer than 64 bytes.
package struct SETErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init?(rawValue: String) {
    guard rawValue.utf8.count <= Self.longest, Self.characters.matches(rawValue.utf8) else { return nil }
    self.rawValue = rawValue
  }

  private init(_ registered: String) {
    rawValue = registered
  }

  /// The body is no SET, or its event does not obey its type.
  package static let invalidRequest = SETErrorCode("invalid_request")
  /// The key it is signed with is not acceptable.
  package static let invalidKey = SETErrorCode("invalid_key")
  package static let invalidIssuer = SETErrorCode("invalid_issuer")
  package static let invalidAudience = SETErrorCode("invalid_audience")
  /// The receiver could not authenticate the transmitter.
  package static let authenticationFailed = SETErrorCode("authentication_failed")
  /// The transmitter may not send this.
  package static let accessDenied = SETErrorCode("access_denied")
  /// The `state` of a verification event is not the one the receiver gave (SSF 1.0 §8.1.4).
  package static let invalidState = SETErrorCode("invalid_state")

  /// Whether a standard has the name, so that receivers mean the same by it.
  package var isRegistered: Bool { Self.registered.contains(self) }

  package var description: String { rawValue }

  private static let registered: Set<SETErrorCode> = [
    invalidRequest, invalidKey, invalidIssuer, invalidAudience, authenticationFailed, accessDenied,
    invalidState,
  ]
  /// What receivers send is kept with deliveries and logged: a name, not a text.
  private static let longest = 64
  private static let characters = ASCIISet.alphanumeric + ASCIISet("_")
}
