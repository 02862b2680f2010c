/// A message that must not be sent as it is; nothing of it has been written.
package enum SerializationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name is no token.
  case malformedName(String)
  /// The value holds CR, LF, NUL or another control character: sending it would let it pose as a field or a
  /// message of its own.
  case forbiddenValue(name: String)
  /// The field is written by the serializer itself.
  case reservedField(String)
  /// The target of a request is not a percent-encoded path and query.
  case malformedTarget

  package var description: String {
    switch self {
    case .malformedName(let name): "'\(name)' is not a header field name"
    case .forbiddenValue(let name): "the value for the header field \(name) holds a control character"
    case .reservedField(let name): "the header field \(name) is set by the serializer: leave it out"
    case .malformedTarget: "the request target is not a percent-encoded path and query"
    }
  }
}
