import Glibc
package import HTTP
import HTTPClient
import JOSE
import JSON
import POSIX

/// Where an issuer publishes its keys.
package enum KeySetSource: Sendable {
  case url(HTTPURL)
  /// The `jwks_uri` of the metadata that belongs to this issuer identifier (OpenID Connect Discovery §4, RFC 8414 §3).
  case discovery(HTTPURL)
  /// A JWK set that somebody keeps in a file; it is read again at every refresh.
  case file(String)
}

/// Why keys could not be had.
struct KeySetFault: Error, CustomStringConvertible {
  let description: String
}

extension KeySetSource {
  static let maximumBytes = 256 << 10

  /// Fetches the keys anew. What is no key for signatures is left out.
  func fetch(_ http: HTTPClient) async throws(KeySetFault) -> JWKSet {
    let json =
      switch self {
      case .url(let url): try await http.document(at: url)
      case .discovery(let issuer): try await http.document(at: Self.keySetURL(of: issuer, http))
      case .file(let path): try Self.parse(Self.read(path), from: path)
      }
    do {
      return try JWKSet(json: json)
    } catch {
      throw KeySetFault(description: error.description)
    }
  }

  fileprivate static func parse(_ bytes: [UInt8], from place: String) throws(KeySetFault) -> JSONValue {
    do {
      return try JSONValue(parsing: bytes, options: JSONParser.Options(maximumDepth: 16))
    } catch {
      throw KeySetFault(description: "\(place) is not valid JSON: \(error)")
    }
  }
}

// MARK: - Discovery

extension KeySetSource {
  /// OpenID Connect appends its path to the issuer's, RFC 8414 puts it in front: an issuer has one or both.
  private static func keySetURL(of issuer: HTTPURL, _ http: HTTPClient) async throws(KeySetFault) -> HTTPURL {
    let path = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
    let metadata: JSONValue
    do throws(KeySetFault) {
      metadata = try await http.document(at: url(issuer.origin + path + "/.well-known/openid-configuration"))
    } catch {
      metadata = try await http.document(
        at: url(issuer.origin + "/.well-known/oauth-authorization-server" + path))
    }
    guard metadata["issuer"]?.stringValue == issuer.description else {
      throw KeySetFault(description: "the metadata is of another issuer than \(issuer)")
    }
    guard let text = metadata["jwks_uri"]?.stringValue else {
      throw KeySetFault(description: "the metadata of \(issuer) has no jwks_uri")
    }
    return try url(text)
  }

  private static func url(_ text: String) throws(KeySetFault) -> HTTPURL {
    do {
      return try HTTPURL(parsing: text)
    } catch {
      throw KeySetFault(description: "\(text.forLog) is no URL: \(error)")
    }
  }
}

extension HTTPClient {
  /// Redirects are not followed: keys come from where the configuration says.
  fileprivate func document(at url: HTTPURL) async throws(KeySetFault) -> JSONValue {
    let response: ClientResponse
    do throws(ClientError) {
      response = try await send(ClientRequest(method: .get, url: url, fields: ["Accept": "application/json"]))
    } catch {
      throw KeySetFault(description: "\(url): \(error)")
    }
    guard response.status == .ok else { throw KeySetFault(description: "\(url) answered \(response.status)") }
    guard !response.isTruncated else {
      throw KeySetFault(
        description: "the answer of \(url) is cut, or longer than \(KeySetSource.maximumBytes) bytes")
    }
    return try KeySetSource.parse(response.body, from: url.description)
  }
}

// MARK: - Files

extension KeySetSource {
  private static func read(_ path: String) throws(KeySetFault) -> [UInt8] {
    // NONBLOCK: a pipe in its place would otherwise hold everybody up.
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw KeySetFault(description: "cannot open \(path): \(SystemError.last)") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximumBytes else {
      throw KeySetFault(description: "\(path) is no file of at most \(maximumBytes) bytes")
    }
    do throws(SystemError) {
      return try readToEnd(of: file)
    } catch {
      throw KeySetFault(description: "cannot read \(path): \(error)")
    }
  }
}
