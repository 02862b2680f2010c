import HTTP
import Transmitter

/// The query of a request, where its parameters are all known by name.
struct RequestQuery: Sendable {
  private let target: RequestTarget

  /// - Throws: 400 for a parameter that is none of `names`, or comes twice: a misspelt filter must not pass for none, nor
  ///   one of two be left out.
  init(_ call: Call, allowing names: [String]) throws(APIError) {
    target = call.request.target
    if let unknown = target.queryItems.first(where: { !names.contains($0.name) }) {
      throw APIError(
        .badRequest, .invalidRequest,
        "the query parameter \(unknown.name) is unknown here; known: \(names.sorted().joined(separator: ", "))"
      )
    }
    if let double = names.first(where: { name in target.queryItems.count { $0.name == name } > 1 }) {
      throw wrong(double, "given once")
    }
  }

  /// A parameter, or nil where it is absent or empty.
  func text(_ name: String) -> String? {
    target.query(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
    guard let text = text(name) else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw wrong(name, "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func optionalTime(_ name: String) throws(APIError) -> Timestamp? {
    guard let text = text(name) else { return nil }
    guard let milliseconds = RFC3339.parse(text) else {
      throw wrong(name, "a time such as 2026-11-21T08:00:00Z")
    }
    return Timestamp(milliseconds: milliseconds)
  }

  /// Whether a parameter is there, alone or as `true`; one that says `false` is not.
  func flag(_ name: String) throws(APIError) -> Bool {
    switch target.query(name) {
    case nil, "false": false
    case "true", "": true
    default: throw wrong(name, "true or false")
    }
  }

  func wrong(_ name: String, _ expected: String) -> APIError {
    APIError(.badRequest, .invalidRequest, "the query parameter \(name) must be \(expected)")
  }
}
