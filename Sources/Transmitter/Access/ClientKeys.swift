package import HTTP
import HTTPClient
package import JOSE
package import JSON

/// The public keys that a client's assertions are verified with (RFC 7591 §2): registered with us, or published by
/// the client.
package enum ClientKeys: Equatable, Sendable {
  /// `jwks`.
  case registered(JWKSet)
  /// `jwks_uri`.
  case published(at: HTTPURL)

  private static let mostKeys = 16
  private static let longestURL = 2048
  /// Members that only a private or a symmetric key has (RFC 7518 §6).
  private static let secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

  /// Reads a key set that somebody registers. Unlike one that is fetched it must be right in every key: a mistake
  /// would otherwise show at the first token request, to somebody else.
  ///
  /// - Throws: `ClientKeysError`, which points into the set.
  package init(registering jwks: JSONValue) throws(ClientKeysError) {
    guard let elements = jwks["keys"]?.arrayValue else {
      throw ClientKeysError(.root, "must be an object with an array keys (RFC 7517 §5)")
    }
    let pointer: JSONPointer = ["keys"]
    guard (1...Self.mostKeys).contains(elements.count) else {
      throw ClientKeysError(pointer, "must have 1 to \(Self.mostKeys) keys")
    }
    var keys: [JWK] = []
    for (index, element) in elements.enumerated() {
      let key = try Self.key(element, at: pointer.appending(index))
      guard !keys.contains(where: { $0.keyID == key.keyID }) else {
        throw ClientKeysError(pointer.appending(index), "has the kid of another key of the set")
      }
      keys.append(key)
    }
    self = .registered(JWKSet(keys: keys))
  }

  /// Whether a JWK has what must not be shown.
  static func isSecret(_ json: JSONValue) -> Bool {
    secretMembers.contains { json[$0] != nil }
  }

  private static func key(_ json: JSONValue, at pointer: JSONPointer) throws(ClientKeysError) -> JWK {
    guard !isSecret(json) else {
      throw ClientKeysError(
        pointer, "has a secret member: register only what is public of a key, and replace this one")
    }
    do {
      return try JWK(json: json)
    } catch {
      throw ClientKeysError(pointer, "\(error)")
    }
  }

  /// Reads where a client publishes its keys.
  ///
  /// - Parameter policy: tells where they may be fetched from.
  package init(publishedAt text: String, by policy: StreamPolicy) throws(ClientKeysError) {
    guard text.utf8.count <= Self.longestURL else {
      throw ClientKeysError(.root, "must have at most \(Self.longestURL) bytes")
    }
    do {
      let url = try HTTPURL(parsing: text)
      try policy.destinations.check(url)
      self = .published(at: url)
    } catch {
      throw ClientKeysError(.root, "\(error)")
    }
  }

  /// The key set as JSON, for those that are registered.
  package var jwks: String? {
    guard case .registered(let set) = self else { return nil }
    return set.json.text(.compact)
  }

  /// Whether this is one of the registered keys.
  func has(thumbprint: String) -> Bool {
    guard case .registered(let set) = self else { return false }
    return set.keys.contains { $0.thumbprint == thumbprint }
  }

  package var jwksURI: String? {
    guard case .published(let url) = self else { return nil }
    return url.description
  }

  /// What was kept of some keys; nil for none.
  init?(jwks: String?, jwksURI: String?) throws {
    if let jwks {
      self = .registered(try JWKSet(json: JSONValue(parsing: Array(jwks.utf8))))
    } else if let jwksURI {
      self = .published(at: try HTTPURL(parsing: jwksURI))
    } else {
      return nil
    }
  }
}

/// Why keys cannot be registered.
package struct ClientKeysError: Error, CustomStringConvertible {
  /// Where in the key set the fault is.
  package let pointer: JSONPointer
  package let description: String

  init(_ pointer: JSONPointer, _ description: String) {
    self.pointer = pointer
    self.description = description
  }
}
