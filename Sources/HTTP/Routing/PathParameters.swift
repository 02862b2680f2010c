/// The values of a route's `{name}` segments, percent-decoded and never empty.
package struct PathParameters: Hashable, Sendable {
  private let names: [String]
  private let values: [String]

  /// Of a path without any.
  package static let none = PathParameters(names: [], values: [])

  init(names: [String], values: [String]) {
    self.names = names
    self.values = values
  }

  /// The value of the segment `{name}`; nil if the route has none of that name.
  package subscript(name: String) -> String? {
    names.firstIndex(of: name).map { values[$0] }
  }
}
