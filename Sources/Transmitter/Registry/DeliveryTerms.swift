import JSON
package import OpenSSL

/// What an administrator sets for one stream, in place of what the configuration says for all.
package struct DeliveryTerms: Hashable, Sendable {
  /// How long after its acceptance an event is still delivered.
  package var horizon: Duration?
  /// The most SETs that are started in a second; nil for any number.
  package var rateLimit: Int?
  /// What is shown to a receiver that asks for a client certificate.
  package var identity: TLSClientIdentity?

  package init(horizon: Duration? = nil, rateLimit: Int? = nil, identity: TLSClientIdentity? = nil) {
    self.identity = identity
    self.horizon = horizon
    self.rateLimit = rateLimit
  }

  /// The PEM text of the certificate that is shown, with its issuers; nil for none.
  package var certificateChain: String? {
    identity.map { String(decoding: $0.certificateChain, as: UTF8.self) }
  }

  /// Has a certificate be shown from now on. Both are PEM texts.
  ///
  /// - Throws: `RegistryError.invalid`, which points at `client_certificate` or `client_key`.
  package mutating func setIdentity(certificateChain: String, key: String) throws(RegistryError) {
    do throws(TLSIdentityError) {
      identity = try TLSClientIdentity(
        certificateChain: Array(certificateChain.utf8), privateKey: Array(key.utf8))
    } catch {
      throw .invalid(
        [error == .unreadableCertificate ? "client_certificate" : "client_key"], error.description)
    }
  }

  /// What a horizon may be, in the configuration too.
  package static let horizons = Duration.seconds(3600) ... .seconds(30 * 86_400)
  package static let rateLimits = 1...10_000
}
