package import JSON

/// A JWK set (RFC 7517 §5): the keys a party publishes for others to verify its signatures with.
package struct JWKSet: Equatable, Sendable {
  /// Above this a set is refused whole: a stranger's document must not cost a key construction per line.
  private static let maximumCount = 64
  /// A token that names no key costs a verification for each key that it may be of.
  private static let mostCandidates = 4

  package let keys: [JWK]

  package init(keys: [JWK]) {
    self.keys = keys
  }

  /// Reads a set and leaves out the keys that ``JWK`` refuses, as RFC 7517 §5 recommends: other parties
  /// publish keys for other uses beside those for signatures.
  ///
  /// - Throws: `JOSEError` of kind `unusableKeySet` where there is no array `keys` or it has more than 64
  ///   elements.
  package init(json: JSONValue) throws(JOSEError) {
    guard let elements = json["keys"]?.arrayValue else {
      throw JOSEError(.unusableKeySet, "it is not an object with an array keys")
    }
    guard elements.count <= Self.maximumCount else {
      throw JOSEError(
        .unusableKeySet, "it has \(elements.count) keys; at most \(Self.maximumCount) are accepted")
    }
    keys = try elements.map(Self.usableKey).compactMap(\.self)
  }

  /// The document to publish.
  package var json: JSONValue {
    ["keys": .array(keys.map(\.json))]
  }

  /// The first key with this identifier.
  package func key(id: String) -> JWK? {
    keys.first { $0.keyID == id }
  }

  /// The keys that a token may be signed with: those of its `kid`, or without one the first of its algorithm.
  package func candidates(for header: JOSEHeader) -> [JWK] {
    let fitting = keys.filter { $0.algorithm == header.algorithm }
    guard let keyID = header.keyID else { return Array(fitting.prefix(Self.mostCandidates)) }
    return fitting.filter { $0.keyID == keyID }
  }

  private static func usableKey(_ json: JSONValue) throws(JOSEError) -> JWK? {
    do {
      return try JWK(json: json)
    } catch  where error.kind == .unusableKey {
      return nil
    }
  }
}
