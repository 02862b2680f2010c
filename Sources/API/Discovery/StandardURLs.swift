import HTTP
import SharedSignals

/// The URLs of the standard family: paths on the public listener, made absolute by the issuer alone, never by
/// what a request says its host is.
struct StandardURLs: Sendable {
  static let wellKnown = "/.well-known/ssf-configuration"
  static let keySet = "/ssf/jwks"
  static let stream = "/ssf/stream"
  static let status = "/ssf/status"
  static let verification = "/ssf/verify"
  static let poll = "/ssf/poll"

  private let issuer: HTTPURL

  init(issuer: HTTPURL) {
    self.issuer = issuer
  }

  /// The issuer's path without a trailing slash; "" for an issuer at the root (SSF §7.2.1).
  var prefix: String {
    issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
  }

  /// Where discovery is for an issuer with a path: between host and path (SSF §7.2.1). Decoded, as routes are.
  var insertedWellKnown: String {
    get throws { try RequestTarget(parsing: Self.wellKnown + prefix).path }
  }

  /// Where a stream is polled: a URL of its own (SSF §6.1.2).
  func pollEndpoint(of streamID: String) -> String {
    absolute(Self.poll + "/" + streamID)
  }

  private func absolute(_ path: String) -> String {
    issuer.origin + prefix + path
  }

  /// What discovery answers (SSF §7.1): every endpoint that exists, and no others.
  var metadata: TransmitterMetadata {
    var metadata = TransmitterMetadata(issuer: issuer.description)
    metadata.jwksURI = absolute(Self.keySet)
    metadata.deliveryMethods = [DeliveryMethodURI(.push), DeliveryMethodURI(.poll)]
    metadata.configurationEndpoint = absolute(Self.stream)
    metadata.statusEndpoint = absolute(Self.status)
    metadata.verificationEndpoint = absolute(Self.verification)
    metadata.authorizationSchemes = ["urn:ietf:rfc:6749", "urn:ietf:rfc:6750"]
    metadata.defaultSubjects = .everySubject
    return metadata
  }
}
