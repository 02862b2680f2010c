import JOSE
import OpenSSL

/// A JWT by which a client authenticates itself (RFC 7523 §2.2, private_key_jwt). What it says is not proven before its
/// signature is verified with a key of the client that it names.
struct ClientAssertion: Sendable {
  /// The longest time to its end: so long its use is remembered.
  static let longestLifetime = Duration.seconds(3600)
  /// How far the client's clock may be from ours.
  private static let leeway = Duration.seconds(60)
  private static let longest = 8 << 10
  private static let longestID = 256
  /// Other types are of other JWTs: access tokens, SETs, proofs.
  private static let types: [String?] = [nil, "jwt", "client-authentication+jwt"]

  let token: CompactJWS
  /// Both `iss` and `sub` (RFC 7523 §3).
  let clientID: String
  private let id: String
  private let audience: String
  private let expires: Timestamp
  /// `nbf` and `iat`, as far as they are there.
  private let begins: [Timestamp]

  /// - Throws: `AuthenticationFailure`, whose cause is for the log alone.
  init(parsing text: String) throws(AuthenticationFailure) {
    guard text.utf8.count <= Self.longest else { throw .invalid("the assertion is too long") }
    do throws(JOSEError) {
      token = try CompactJWS(parsing: Array(text.utf8))
    } catch {
      throw .invalid("the assertion: \(error)")
    }
    guard Self.types.contains(token.header.type?.lowercased()) else { throw .invalid("the assertion's typ") }
    let claims = try AccessTokenClaims(parsing: token.payload)
    clientID = try claims.required("sub")
    id = try claims.required("jti")
    // A single text: of several, one might be an audience to which the client sends the very same assertion.
    audience = try claims.required("aud")
    guard try claims.required("iss") == clientID else {
      throw .invalid("iss and sub of the assertion differ")
    }
    guard let expires = try claims.time("exp") else { throw .invalid("the assertion has no exp") }
    self.expires = expires
    begins = [try claims.time("nbf"), try claims.time("iat")].compactMap(\.self)
    guard id.utf8.count <= Self.longestID else { throw .invalid("the assertion's jti is too long") }
  }

  /// Whether the assertion is for us, now.
  ///
  /// - Parameter audiences: what we are called: the issuer, and the URL of the endpoint that was called.
  func check(audiences: [String], at now: Timestamp) throws(AuthenticationFailure) {
    guard audiences.contains(audience) else { throw .invalid("the assertion is for another audience") }
    guard now < remembered else { throw .invalid("the assertion expired at \(expires)") }
    guard expires.since(now) <= Self.longestLifetime else {
      throw .invalid("the assertion ends at \(expires)")
    }
    for begin in begins where begin.since(now) > Self.leeway {
      throw .invalid("the assertion begins at \(begin)")
    }
  }

  /// Until when it would be accepted again if its use were forgotten.
  var remembered: Timestamp { expires + Self.leeway }

  /// What it is remembered by.
  var digest: [UInt8] { SHA256.digest(Array("\(clientID) \(id)".utf8)) }
}
