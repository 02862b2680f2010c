import JSON

/// A text that is neither a known event type's short name nor an absolute URI.
package struct EventTypeError: Error, Hashable, CustomStringConvertible {
  package let given: String

  /// The known short name that was most likely meant, if one is near.
  package var nearest: String? { EventCatalog.shortNames.nearest(to: given) }

  package var description: String {
    let remedy =
      nearest.map { "did you mean \($0)?" } ?? "give a short name such as session-revoked, or a URI"
    return "\(JSONValue.string(given).excerpt) is neither a known event type nor an absolute URI; \(remedy)"
  }
}
