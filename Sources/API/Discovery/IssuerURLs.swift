import HTTP
import SharedSignals

/// The URLs of this transmitter: paths on the public listener, made absolute by the issuer alone, never by what a
/// request says its host is.
struct IssuerURLs: Sendable {
  static let poll = "/ssf/poll"

  let issuer: HTTPURL

  init(issuer: HTTPURL) {
    self.issuer = issuer
  }

  /// The issuer's path without a trailing slash; "" for an issuer at the root (SSF §7.2.1).
  var prefix: String {
    issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
  }

  /// Where a well-known document is for an issuer with a path (SSF §7.2.1). Decoded, as routes are.
  func inserted(_ wellKnown: String) throws -> String {
    try RequestTarget(parsing: TransmitterMetadata.path(of: wellKnown, issuerPath: issuer.path)).path
  }

  /// Where a stream is polled: a URL of its own (SSF §6.1.2), the same in every family.
  func pollEndpoint(of streamID: String) -> String {
    absolute(Self.poll + "/" + streamID)
  }

  /// A path of the public listener as everybody else knows it.
  func absolute(_ path: String) -> String {
    issuer.origin + prefix + path
  }

  func url(of path: String) throws(HTTPURLError) -> HTTPURL {
    try HTTPURL(parsing: absolute(path))
  }

  /// The metadata of the resources here, as challenges name it (RFC 9728 §5.1).
  var resourceMetadata: String {
    issuer.origin + OAuthDocuments.resourcePath + prefix
  }

  /// What discovery answers (SSF §7.1): every endpoint of the family that exists, and no others.
  func metadata(of dialect: Dialect, defaultSubjects: DefaultSubjects) -> TransmitterMetadata {
    var metadata = TransmitterMetadata(issuer: issuer.description)
    metadata.jwksURI = dialect.keySetPaths.first.map(absolute)
    metadata.deliveryMethods = [DeliveryMethodURI(.push), DeliveryMethodURI(.poll)]
    metadata.configurationEndpoint = dialect.streamPaths.first.map { absolute($0.configuration) }
    metadata.statusEndpoint = dialect.streamPaths.first.map { absolute($0.status) }
    metadata.addSubjectEndpoint = dialect.subjectPaths.map { absolute($0.addition) }
    metadata.removeSubjectEndpoint = dialect.subjectPaths.map { absolute($0.removal) }
    metadata.verificationEndpoint = dialect.streamPaths.first.map { absolute($0.verification) }
    metadata.authorizationSchemes = ["urn:ietf:rfc:6749", "urn:ietf:rfc:6750"]
    metadata.defaultSubjects = defaultSubjects
    return metadata
  }
}
