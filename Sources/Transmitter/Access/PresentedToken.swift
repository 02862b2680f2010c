import JOSE

/// A token as somebody shows it, told apart by its form alone.
enum PresentedToken {
  /// One of our static tokens (`ssft_…`).
  case `static`
  /// A JWT that says to be of this issuer.
  case jwt(issuer: String)
  /// Something that only its issuer can read.
  case opaque

  /// Nobody needs a longer one.
  static let longest = 8 << 10

  init(_ text: String) throws(AuthenticationFailure) {
    guard text.utf8.count <= Self.longest else { throw .invalid("it is longer than \(Self.longest) bytes") }
    if TokenText.isOurs(text) {
      self = .static
      return
    }
    let segments = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    self = segments.count == 3 ? .jwt(issuer: try Self.issuer(in: Array(segments[1]))) : .opaque
  }

  /// Read before anything is verified, to know whose keys are to verify it.
  private static func issuer(in payload: [UInt8]) throws(AuthenticationFailure) -> String {
    let bytes: [UInt8]
    do throws(Base64URLError) {
      bytes = try Base64URL.decode(payload.span)
    } catch {
      throw .invalid("payload: \(error)")
    }
    guard let issuer = try AccessTokenClaims(parsing: bytes).text("iss") else {
      throw .invalid("there is no iss")
    }
    return issuer
  }
}
