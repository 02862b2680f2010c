/// A TLS context could not be made from its configuration.
package enum TLSContextError: Error, Equatable, Sendable {
  /// The file of additional authorities cannot be read or holds no certificate.
  case unusableAuthorities(path: String, OpenSSLError)
  /// The server's certificate or key cannot be read, or they do not belong together.
  case unusableIdentity(path: String, OpenSSLError)
  /// OpenSSL refused a setting.
  case refused(OpenSSLError)
}

extension TLSContextError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unusableAuthorities(let path, let cause):
      "no certificate authorities in \(path): the file must be readable and hold at least one certificate in PEM "
        + "form. \(cause)"
    case .unusableIdentity(let path, let cause): "no certificate or key in \(path). \(cause)"
    case .refused(let cause): "cannot set up TLS. \(cause)"
    }
  }
}
