/// An absolute `http` or `https` URL as configuration and receivers give them (`endpoint_url`, `issuer`,
/// `jwks_uri`). Strict RFC 3986: two readers can never see two hosts in it. Refuses userinfo, fragments,
/// other schemes, and every byte that would need encoding; repairs nothing.
package struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
  /// The two schemes that are taken.
  package enum Scheme: String, Hashable, Sendable {
    case http
    case https

    /// The port where the URL names none (RFC 9110 §4.2).
    package var defaultPort: UInt16 { self == .https ? 443 : 80 }
  }

  package let scheme: Scheme
  /// Host and port as they stand in a `Host` field.
  package let authority: Authority
  /// Percent-encoded; empty or beginning with `/`.
  package let path: String
  /// Percent-encoded, without its `?`; `nil` without one.
  package let query: String?
  /// The text as given.
  package let description: String

  /// - Throws: `HTTPURLError`, whose text names cause and remedy.
  package init(parsing text: String) throws(HTTPURLError) {
    let bytes = Array(text.utf8)
    try Self.checkCharacters(of: bytes)
    scheme = try Self.scheme(of: bytes)
    let rest = bytes.dropFirst(scheme.rawValue.utf8.count + 3)
    let authorityBytes = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    authority = try Authority(parsing: authorityBytes)
    let pathBytes = rest[authorityBytes.endIndex...].prefix { $0 != UInt8(ascii: "?") }
    let queryBytes = rest[pathBytes.endIndex...]
    guard pathBytes.allSatisfy(\.isPathOrQueryCharacter),
      queryBytes.allSatisfy(\.isPathOrQueryCharacter)
    else { throw .forbiddenCharacter }
    path = String(decoding: pathBytes, as: UTF8.self)
    query = queryBytes.isEmpty ? nil : String(decoding: queryBytes.dropFirst(), as: UTF8.self)
    description = text
  }

  /// The name in lower case, the IPv4 address, or the IPv6 address in brackets.
  package var host: String { authority.host }

  /// The host as a resolver wants it: an IPv6 address without its brackets.
  package var resolvableHost: String {
    host.utf8.first == UInt8(ascii: "[") ? String(host.dropFirst().dropLast()) : host
  }

  /// The port as written; `nil` when none was.
  package var port: UInt16? { authority.port }

  package var effectivePort: UInt16 { port ?? scheme.defaultPort }

  /// `scheme://host[:port]`, without the scheme's default port (RFC 6454 §6.2).
  package var origin: String {
    let base = "\(scheme.rawValue)://\(host)"
    return effectivePort == scheme.defaultPort ? base : "\(base):\(effectivePort)"
  }

  /// The origin-form target of a request for this URL (RFC 9112 §3.2.1).
  package var requestTarget: String {
    let target = path.isEmpty ? "/" : path
    return query.map { "\(target)?\($0)" } ?? target
  }
}

extension HTTPURL {
  private static func checkCharacters(of bytes: [UInt8]) throws(HTTPURLError) {
    guard !bytes.isEmpty else { throw .empty }
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\\"): throw .backslash
      case UInt8(ascii: "#"): throw .fragment
      case 0x80...: throw .notASCII
      case ...UInt8.space, 0x7F: throw .controlOrSpace
      default: break
      }
    }
    guard PercentEncoding.isValid(bytes) else { throw .malformedPercentEncoding }
  }

  private static func scheme(of bytes: [UInt8]) throws(HTTPURLError) -> Scheme {
    for scheme in [Scheme.https, .http] {
      let prefix = "\(scheme.rawValue)://"
      if bytes.prefix(prefix.utf8.count).equalsIgnoringCase(prefix.utf8) { return scheme }
    }
    throw .foreignScheme
  }
}
