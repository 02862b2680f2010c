/// The values that a standard allows for a member of an event.
package enum MemberShape: Hashable, Sendable {
  /// Any string.
  case text
  /// Any string but the empty one; the listed values are those the standard names, others may be agreed on.
  case open([String])
  /// One of the listed strings, in exactly this spelling.
  case closed([String])
  /// An array of strings.
  case texts
  /// Seconds since 1970-01-01T00:00:00Z, whole or with a fraction (CAEP §2).
  case timestamp
  /// An object of at least one text, each under its BCP 47 language tag (CAEP §2).
  case localizedText
  /// An object with at least one member of any kind (CAEP §3.2).
  case claims

  /// What a value has to be, to stand behind "must be".
  package var expectation: String {
    switch self {
    case .text: "a string"
    case .open(let values) where values.isEmpty: "a string that is not empty"
    case .open(let values): "a string that is not empty, such as \(values.joined(separator: ", "))"
    case .closed(let values): "one of \(values.joined(separator: ", "))"
    case .texts: "an array of strings"
    case .timestamp: "a number of seconds since 1970"
    case .localizedText: "an object with a text for at least one language, such as {\"en\": \"Policy\"}"
    case .claims: "an object with at least one claim and its new value"
    }
  }
}
