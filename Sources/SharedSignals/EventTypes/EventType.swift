/// The URI that says what kind of event happened (RFC 8417 §2: the name of the member of `events`).
///
/// Any text can be held, since a receiver may request types that nobody knows and reads them back. What a
/// person or a producer wrote goes through ``init(shortOrURI:)``, which knows the short names and refuses
/// what can never be delivered.
package struct EventType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  /// Holds the text as it is.
  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Reads a known type's short name, such as `session-revoked`, or an absolute URI.
  ///
  /// Short names are unique over the families: RISC's deprecated `sessions-revoked` is not CAEP's
  /// `session-revoked`.
  package init(shortOrURI text: String) throws(EventTypeError) {
    let type = EventCatalog.type(named: text) ?? EventType(rawValue: text)
    guard type.isURI else { throw EventTypeError(given: text) }
    self = type
  }

  /// Whether the text is an absolute URI (RFC 3986), as RFC 8417 §2 demands of every event type.
  package var isURI: Bool { URISyntax.isURI(rawValue) }

  /// The name of a known type without its family's base, such as `session-revoked`; nil for a custom type.
  package var shortName: String? { EventCatalog.shortName(of: self) }

  package var description: String { rawValue }
}
