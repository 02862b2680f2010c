import ArgumentParser
import HTTP
import JSON
import Transmitter

extension String {
  /// A path with a query of those parameters that have a value.
  func appending(query: [(String, String?)]) -> String {
    let items = query.compactMap { name, value in value.map { "\(name)=\($0.pathSegment)" } }
    return items.isEmpty ? self : self + "?" + items.joined(separator: "&")
  }

  /// The time that an option names, as the API takes it.
  func queryTime(_ option: String) throws -> String {
    if RFC3339.parse(self) != nil { return self }
    guard Int64(self) == nil, let ago = Duration(configuration: .string(self)) else {
      throw ValidationError(
        "\(option) wants a time such as 2026-11-21T08:00:00Z, or how long ago, such as 2h")
    }
    return (Timestamp.wallClock() - ago).description
  }
}
