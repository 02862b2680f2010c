/// A body of `application/x-www-form-urlencoded`, as OAuth writes its requests (RFC 6749 appendix B): every name once,
/// since two readers may take different ones of two.
package struct FormFields: Sendable {
  /// Why a body is no such form.
  package enum Fault: Error, Equatable, CustomStringConvertible {
    case tooManyFields(limit: Int)
    case malformedEscape
    case repeated(String)

    package var description: String {
      switch self {
      case .tooManyFields(let limit): "the form has more than \(limit) fields"
      case .malformedEscape: "the form has a name or value that does not decode to UTF-8 text"
      case .repeated(let name): "the form has the field \(name) more than once"
      }
    }
  }

  private static let mostFields = 64

  private let values: [String: String]

  package init(parsing body: [UInt8]) throws(Fault) {
    let fields = body.split(separator: UInt8(ascii: "&"), maxSplits: Self.mostFields)
    guard fields.count <= Self.mostFields else { throw .tooManyFields(limit: Self.mostFields) }
    var values: [String: String] = [:]
    for field in fields {
      let name = field.prefix { $0 != UInt8(ascii: "=") }
      let key = try Self.decode(name)
      guard values.updateValue(try Self.decode(field[name.endIndex...].dropFirst()), forKey: key) == nil
      else {
        throw .repeated(key)
      }
    }
    self.values = values
  }

  /// The value of a field; nil where there is none, or an empty one, which means the same (RFC 6749 §3.2).
  package subscript(name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// One encoded name or value by itself, as the Basic scheme has them (RFC 6749 §2.3.1).
  package static func decode(_ encoded: some Collection<UInt8>) throws(Fault) -> String {
    guard let text = PercentEncoding.decode(encoded, plusIsSpace: true) else { throw .malformedEscape }
    return text
  }
}
