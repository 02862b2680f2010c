extension TransmitterMetadata {
  /// Where the discovery document of an issuer without a path is (SSF 1.0 §7.2).
  package static let wellKnownPath = "/.well-known/ssf-configuration"

  /// The path of a well-known document of an issuer with a path: it goes between the host and that path, which
  /// loses its last slash (SSF 1.0 §7.2.1). Percent-encoded as the issuer's path is.
  package static func path(of document: String = wellKnownPath, issuerPath: String) -> String {
    document + (issuerPath.hasSuffix("/") ? String(issuerPath.dropLast()) : issuerPath)
  }
}
